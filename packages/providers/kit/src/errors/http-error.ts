import { LatticeError, type ErrorCode } from '@lattice-lock/contract';
import { readErrorBody, readErrorValue, type ErrorBodyFacts } from './error-body.ts';
import { retryAfterMs } from './retry-after.ts';

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

/** Some vendors quote the whole request in an error; nobody reads on beyond this. */
const maxMessageLength = 2000;

const contentFilter = /content_filter|content_policy_violation|responsibleaipolicy|content management policy/;
const contextLength =
  /context_length_exceeded|context length|context window|prompt is too long|maximum context|exceeds the maximum number of tokens|input is too long|exceed_context_size|exceeds the available context/;
const badCredential = /api key not valid|api_key_invalid|incorrect api key|invalid_api_key/;
const exhausted =
  /insufficient_quota|credit_balance_exhausted|enforced_spend_limit_reached|billing_hard_limit_reached|billing_not_active|billing_error|quota_exhausted|payment_required/;

function codeOf(status: number, facts: ErrorBodyFacts): ErrorCode {
  const text = `${facts.marks} ${facts.message?.toLowerCase() ?? ''}`;
  if (contentFilter.test(text)) return 'LATTICE_CONTENT_FILTER';
  if (contextLength.test(text)) return 'LATTICE_CONTEXT_LENGTH';
  if (status === 401) return 'LATTICE_AUTHENTICATION';
  if (status === 403) return 'LATTICE_PERMISSION';
  if (badCredential.test(text)) return 'LATTICE_AUTHENTICATION';
  if (status === 404) return 'LATTICE_NOT_FOUND';
  if (status === 402 || exhausted.test(facts.marks)) return 'LATTICE_QUOTA';
  if (status === 429) return 'LATTICE_RATE_LIMIT';
  if (status === 529 || text.includes('overloaded')) return 'LATTICE_OVERLOADED';
  if (status === 408 || status === 504) return 'LATTICE_TIMEOUT';
  if (status === 503) return 'LATTICE_OVERLOADED';
  if (status >= 500) return 'LATTICE_UPSTREAM';
  if (status === 413) return 'LATTICE_TOO_LARGE';
  return 'LATTICE_INVALID_REQUEST';
}

/** Where a body names no status, its words do. */
const statusByMark: readonly (readonly [RegExp, number])[] = [
  [/authentication_error|unauthenticated|unauthorized/, 401],
  [/permission_error|permission_denied|forbidden/, 403],
  [/billing_error|payment_required/, 402],
  [/not_found/, 404],
  [/request_too_large/, 413],
  [/rate_limit|too_many_requests|resource_exhausted|throttl|insufficient_quota/, 429],
  [/overloaded/, 529],
  [/timeout|deadline_exceeded/, 504],
  [/unavailable/, 503],
  [/invalid_request|invalid_argument|invalid-argument|bad_?request/, 400],
];

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
  const judged =
    status >= 400
      ? status
      : (facts.status ??
        statusByMark.find(([pattern]) => pattern.test(facts.marks))?.[1] ??
        input.assumedStatus ??
        500);
  const code = codeOf(judged, facts);
  // The vendor may know that another try is in vain.
  const isHopeless = code === 'LATTICE_QUOTA' || (status >= 400 && headers['x-should-retry'] === 'false');
  const retryable = !isHopeless && ([408, 409, 429].includes(judged) || judged >= 500);
  const waitMs =
    [408, 409, 429].includes(judged) || judged >= 500
      ? ((status >= 400 ? retryAfterMs(headers, input.nowMs) : undefined) ?? facts.retryDelayMs ?? undefined)
      : undefined;
  const requestId = upstreamRequestIdOf(headers) ?? facts.requestId;
  const named = facts.code === null || facts.code === String(status) ? '' : ` (${facts.code})`;
  const how = status >= 400 ? `answered ${status}${named}` : `sent an error under status ${status}${named}`;
  const message = `${input.provider} ${how}: ${facts.message ?? 'no message'}`;
  return new LatticeError(code, shortened(mask(message)), {
    retryable,
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
