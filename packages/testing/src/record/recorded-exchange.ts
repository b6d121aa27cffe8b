import type { ErrorCode, HttpRequest, JsonValue } from '@lattice-lock/contract';
import type { SecretMask } from './secret-mask.ts';

/** Bytes as they stand in a recording: text where they are text, so that people can read it, else base64. */
export type RecordedBytes = string | { readonly base64: string };

/** A request without secrets and without its host. */
export interface RecordedRequest {
  readonly method: string;
  /** With the query, its parameters in order of their names. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `{ json }` where the body is JSON. */
  readonly body: { readonly json: JsonValue } | { readonly bytes: RecordedBytes } | null;
}

/** How an exchange failed. */
export interface RecordedFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

/** The answer, chunk by chunk as it came. */
export interface RecordedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly RecordedBytes[];
  /** What ended the body early; absent for a whole one. */
  readonly failure?: RecordedFailure;
}

/** One request and what came of it; exactly one of `response` and `failure` is there. */
export interface RecordedExchange {
  readonly request: RecordedRequest;
  readonly response?: RecordedResponse;
  /** No answer came at all. */
  readonly failure?: RecordedFailure;
}

/** Request headers that say something about the call and nothing about who makes it. */
const requestHeaders = /^(?:accept|content-type|anthropic-(?:version|beta)|openai-beta|x-goog-api-client)$/;

/** Response headers that a client acts on, and the ids of the request that support asks for. */
const responseHeaders =
  /^(?:content-type|retry-after(?:-ms)?|x-should-retry|x-amzn-errortype|(?:x-|anthropic-)ratelimit-[\w-]+|(?:x-|apim-)?request-id|x-amzn-requestid)$/;

/** The headers of a response that are kept, masked. */
export function keptHeaders(headers: Readonly<Record<string, string>>, mask: SecretMask): Record<string, string> {
  return pick(headers, responseHeaders, mask);
}

function pick(headers: Readonly<Record<string, string>>, allowed: RegExp, mask: SecretMask): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of Object.keys(headers).sort()) {
    if (allowed.test(name.toLowerCase())) kept[name.toLowerCase()] = mask.text(headers[name] ?? '');
  }
  return kept;
}

/** Teaches the mask every value that a request carries in a header that is not kept, whole and without its scheme. */
export function learnCredentials({ headers, url }: HttpRequest, mask: SecretMask): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/key|auth|token|secret|cookie|credential|password/i.test(name)) continue;
    mask.learn(value);
    for (const word of value.split(/[\s,;]+/)) mask.learn(word.replace(/^[\w-]+=/, ''));
  }
  const { password } = new URL(url);
  mask.learn(decodeURIComponent(password));
}

/** A request as it is recorded and looked up. */
export function recordedRequest(request: HttpRequest, mask: SecretMask): RecordedRequest {
  const { pathname, searchParams } = new URL(request.url);
  searchParams.sort();
  const query = searchParams.size === 0 ? '' : `?${searchParams.toString()}`;
  return {
    method: request.method,
    path: mask.text(`${pathname}${query}`),
    headers: pick(request.headers, requestHeaders, mask),
    body: recordedBody(request.body, mask),
  };
}

function recordedBody(body: HttpRequest['body'], mask: SecretMask): RecordedRequest['body'] {
  if (body === undefined || body.length === 0) return null;
  const bytes = mask.bytes(typeof body === 'string' ? Buffer.from(body) : body);
  try {
    return { json: JSON.parse(bytes.toString()) as JsonValue };
  } catch {
    return { bytes: encodeBytes(bytes) };
  }
}

/** Bytes for a recording. A chunk that is cut within a character is no text. */
export function encodeBytes(bytes: Uint8Array): RecordedBytes {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

/** Bytes from a recording. */
export function decodeBytes(recorded: RecordedBytes): Buffer {
  return typeof recorded === 'string' ? Buffer.from(recorded) : Buffer.from(recorded.base64, 'base64');
}
