import { formatModelRef, type AttemptRecord, type ErrorCode, type LatticeError } from '@lattice-lock/contract';
import { redact } from '@lattice-lock/observability';
import { wireErrors, type WireError } from './error-table.ts';
import { RequestProblem } from './request-problem.ts';

/** An error ready to be sent. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The rendered body, free of secrets: `{"error": {...}}`. */
  readonly body: string;
}

/** An attempt as an error or the metadata of an answer names it. */
export function attemptSummary(record: AttemptRecord): Readonly<Record<string, unknown>> {
  const { usage } = record;
  return {
    turn: record.turn,
    attempt: record.attempt,
    model: formatModelRef(record.model),
    status: record.status,
    error_code: record.errorCode,
    http_status: record.httpStatus,
    duration_ms: Math.round(record.durationMs),
    first_token_ms: record.firstTokenMs === null ? null : Math.round(record.firstTokenMs),
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cost_nano_usd: record.costNanoUsd,
  };
}

/**
 * Any error of the house on OpenAI's wire. What is internal is answered with the request id alone; its words stay in
 * the log. The rendered body passes through the redaction of the logs.
 */
export function errorAnswer(error: LatticeError, requestId: string): ErrorAnswer {
  const wire = wireErrorOf(error);
  const partial = error.partial === undefined ? {} : { partial: partialOf(error, true) };
  return {
    status: wire.status,
    headers: errorHeaders(error, wire),
    body: redact(JSON.stringify({ error: { ...errorObject(error, wire, requestId), ...partial } })),
  };
}

/** The same as one SSE event, for a stream that breaks after its first token; no `[DONE]` follows it. */
export function errorEvent(error: LatticeError, requestId: string): string {
  const wire = wireErrorOf(error);
  const partial = partialOf(error, false);
  return `data: ${redact(JSON.stringify({ error: { ...errorObject(error, wire, requestId), partial } }))}\n\n`;
}

/** What had arrived. A stream's reader has the text already and is told its length in UTF-16 units only. */
function partialOf(error: LatticeError, withText: boolean): Readonly<Record<string, unknown>> {
  const text = error.partial?.text ?? '';
  return withText ? { length: text.length, text } : { length: text.length };
}

/** The HTTP status an error is answered with. */
export function statusOfError(error: LatticeError): number {
  return wireErrorOf(error).status;
}

function wireErrorOf(error: LatticeError): WireError {
  if (error instanceof RequestProblem) return { status: error.httpStatus, type: error.type, code: error.apiCode };
  // An answer of a vendor that outgrew our bounds is the vendor's fault, a request that is too large for it is not.
  if (error.code === 'LATTICE_TOO_LARGE' && error.status !== 413) {
    return { status: 502, type: 'upstream_error', code: 'upstream_too_large' };
  }
  if (error.code === 'LATTICE_ATTEMPTS_FAILED' && isOnlyRateLimited(error.attempts))
    return wireErrors.LATTICE_RATE_LIMIT;
  return wireErrors[error.code] ?? wireErrors.LATTICE_INTERNAL;
}

/** A caller that waits is helped then, however many attempts there were. */
function isOnlyRateLimited(attempts: readonly AttemptRecord[]): boolean {
  return attempts.length > 0 && attempts.every((attempt) => attempt.errorCode === 'LATTICE_RATE_LIMIT');
}

function errorHeaders(error: LatticeError, wire: WireError): Readonly<Record<string, string>> {
  const headers: Record<string, string> = error instanceof RequestProblem ? { ...error.headers } : {};
  if (error.retryAfterMs !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(error.retryAfterMs / 1000)));
  // The official OpenAI clients retry 429 and 5xx on their own unless they are told not to.
  if (wire.status === 429 || wire.status >= 500) headers['x-should-retry'] = String(error.retryable);
  return headers;
}

function errorObject(error: LatticeError, wire: WireError, requestId: string): Readonly<Record<string, unknown>> {
  const isInternal = wire.isInternal === true;
  return {
    message: isInternal ? internalMessage(requestId) : publicMessage(error),
    type: wire.type,
    param: error instanceof RequestProblem ? error.param : null,
    code: wire.code,
    lattice_code: error.code,
    request_id: requestId,
    ...(isInternal ? {} : details(error)),
    ...(error.attempts.length === 0 ? {} : { attempts: error.attempts.map(failedAttempt) }),
  };
}

function failedAttempt(record: AttemptRecord): Readonly<Record<string, unknown>> {
  return { ...attemptSummary(record), message: messageOfAttempt(record) };
}

function publicMessage(error: LatticeError): string {
  const { message, suggestions, attempts, provider } = error;
  if (error.code === 'LATTICE_ATTEMPTS_FAILED' && attempts.length > 0) {
    const each = attempts.map(
      (record) => `${formatModelRef(record.model)}: ${messageOfAttempt(record) ?? record.status}`,
    );
    return `All ${attempts.length} attempts failed. ${each.join(' | ')}`;
  }
  if (suggestions.length > 0 && !suggestions.some((name) => message.includes(name))) {
    return `${message} Did you mean ${suggestions.join(', ')}?`;
  }
  if (error instanceof RequestProblem || provider === undefined || !isCredentialCode(error.code)) return message;
  return credentialMessage(provider, error.status ?? null);
}

function messageOfAttempt(record: AttemptRecord): string | null {
  if (record.errorCode === null || !isCredentialCode(record.errorCode)) return record.errorMessage;
  return credentialMessage(record.model.provider, record.httpStatus);
}

/** Vendors repeat parts of a rejected key in their message, so this one is told in our own words. */
function isCredentialCode(code: ErrorCode): boolean {
  return code === 'LATTICE_AUTHENTICATION';
}

function credentialMessage(provider: string, status: number | null): string {
  const answer = status === null ? '' : ` with HTTP ${status}`;
  return `The provider "${provider}" refused the gateway's own credential${answer}. This is not your API key: the operator of this gateway has to check the credential of "${provider}".`;
}

function internalMessage(requestId: string): string {
  return `Something went wrong inside the gateway. Its log has the details under request id ${requestId}.`;
}

function details(error: LatticeError): Readonly<Record<string, unknown>> {
  return {
    ...(error.provider === undefined ? {} : { provider: error.provider }),
    ...(error.model === undefined ? {} : { model: error.model }),
    ...(error.status === undefined ? {} : { upstream_status: error.status }),
    ...(error.upstreamCode === undefined ? {} : { upstream_code: error.upstreamCode }),
    ...(error.upstreamRequestId === undefined ? {} : { upstream_request_id: error.upstreamRequestId }),
    ...(error.suggestions.length === 0 ? {} : { suggestions: error.suggestions }),
    ...(error.issues.length < 2 ? {} : { issues: error.issues }),
  };
}
