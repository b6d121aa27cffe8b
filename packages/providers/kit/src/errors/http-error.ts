import { LatticeError } from '@lattice-lock/contract';
import { readErrorBody, readErrorValue } from './error-body.ts';
import { errorCodeOf, isRetryableStatus, statusOfMarks } from './error-rules.ts';
import { retryHintMs } from './retry-hint.ts';

/** An answer of a vendor that is an error. */
export interface HttpErrorInput {
  readonly provider: string;
  readonly model?: string;
  readonly status: number;
  /** What to judge by when a good status carries an error that names none; default 500. */
  readonly assumedStatus?: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text, or parsed when it came inside a stream. */
  readonly body: unknown;
  /** Wall clock in ms, for `Retry-After` dates. */
  readonly nowMs: number;
  /** Credentials in use; masked where the vendor echoes them. */
  readonly secrets?: readonly string[];
}

const noHeaders: HttpErrorInput['headers'] = Object.freeze({});

/** Some vendors quote the whole request in an error; nobody reads on beyond this. */
const maxMessageLength = 2000;

/**
 * The typed error of a vendor's error answer. Knows the shapes of all vendors, so that every adapter uses this one. An
 * error under a good status (inside a stream, or in a body with 200) is judged by the status or the words in its body,
 * and as the server's failure when it names none. The vendor's message is kept; credentials in it are masked.
 */
export function mapHttpError(input: HttpErrorInput): LatticeError {
  const { status, headers } = input;
  const typeHeader = headers['x-amzn-errortype'];
  // Masked before anything is cut out of it: half a credential would not be found any more.
  const mask = (text: string) => maskSecrets(text, input.secrets ?? []);
  const facts =
    typeof input.body === 'string'
      ? readErrorBody(mask(input.body), typeHeader)
      : readErrorValue(input.body, typeHeader);
  if (status >= 300 && status < 400) return redirectError(input);
  const judged = status >= 400 ? status : (facts.status ?? statusOfMarks(facts.marks) ?? input.assumedStatus ?? 500);
  const code = errorCodeOf(judged, `${facts.marks} ${facts.message?.toLowerCase() ?? ''}`);
  // The vendor may know that another try is in vain.
  const isHopeless = code === 'LATTICE_QUOTA' || (status >= 400 && headers['x-should-retry'] === 'false');
  const isLater = isRetryableStatus(judged);
  const ownHeaders = status >= 400 ? headers : noHeaders;
  const waitMs = isLater ? retryHintMs({ status: judged, headers: ownHeaders, facts, nowMs: input.nowMs }) : undefined;
  const requestId = upstreamRequestIdOf(headers) ?? facts.requestId;
  const named = facts.code === null || facts.code === String(status) ? '' : ` (${facts.code})`;
  const how = status >= 400 ? `answered ${status}${named}` : `sent an error under status ${status}${named}`;
  const behind = facts.upstreamMessage === null ? '' : `: ${facts.upstreamMessage}`;
  const message = `${input.provider} ${how}: ${facts.message ?? 'no message'}${behind}`;
  return new LatticeError(code, shortened(mask(message)), {
    retryable: isLater && !isHopeless,
    provider: input.provider,
    status: status >= 400 ? status : judged,
    ...(input.model === undefined ? {} : { model: input.model }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    ...(facts.code === null ? {} : { upstreamCode: mask(facts.code) }),
    ...(requestId === null ? {} : { upstreamRequestId: requestId }),
  });
}

function redirectError({ provider, model, status, headers, secrets }: HttpErrorInput): LatticeError {
  const target = headers['location'] === undefined ? '' : ` to ${maskSecrets(headers['location'], secrets ?? [])}`;
  const message = `${provider} answered ${status}, a redirect${target}. Redirects are not followed, so that a credential never reaches another host; set the base URL to the final address.`;
  return new LatticeError('LATTICE_UPSTREAM', message, { provider, status, ...(model === undefined ? {} : { model }) });
}

function shortened(text: string): string {
  return text.length > maxMessageLength ? `${text.slice(0, maxMessageLength)}…` : text;
}

/** The vendor's id of the HTTP request, under any of its names. */
export function upstreamRequestIdOf(headers: Readonly<Record<string, string>>): string | null {
  return (
    headers['x-request-id'] ??
    headers['request-id'] ??
    headers['apim-request-id'] ??
    headers['x-amzn-requestid'] ??
    headers['cf-ray'] ??
    null
  );
}

/** Replaces every credential in a text. Those under 8 characters are left: they would mask ordinary words. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret.length >= 8 && masked.includes(secret)) masked = masked.replaceAll(secret, '***');
  }
  return masked;
}
