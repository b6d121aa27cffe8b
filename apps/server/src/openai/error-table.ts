import type { ErrorCode } from '@lattice-lock/contract';

/** How an error looks on OpenAI's wire. */
export interface WireError {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  /** True when the message may hold what is nobody else's business; the caller is given the request id instead. */
  readonly isInternal?: true;
}

const invalid = (code: string, status = 400): WireError => ({ status, type: 'invalid_request_error', code });
const upstream = (code: string, status = 502): WireError => ({ status, type: 'upstream_error', code });
const internal: WireError = { status: 500, type: 'server_error', code: 'internal_error', isInternal: true };

/**
 * Every error code of the house as HTTP status and OpenAI `type` and `code`: the one table. Statuses are those of
 * OpenAI's API where it has the case (400, 404, 413, 429); what a vendor did wrong is 502, 503 or 504, so that nobody
 * takes a rejected vendor credential for their own key.
 */
export const wireErrors: Readonly<Record<ErrorCode, WireError>> = {
  LATTICE_INVALID_REQUEST: invalid('invalid_request'),
  LATTICE_CONTEXT_LENGTH: invalid('context_length_exceeded'),
  LATTICE_CONTENT_FILTER: invalid('content_filter'),
  LATTICE_UNSUPPORTED: invalid('unsupported_parameter'),
  LATTICE_TOO_LARGE: invalid('request_too_large', 413),
  LATTICE_UNKNOWN_MODEL: invalid('model_not_found', 404),
  LATTICE_UNKNOWN_PROVIDER: invalid('model_not_found', 404),
  LATTICE_PROVIDER_NOT_INSTALLED: invalid('provider_not_installed', 404),
  LATTICE_NOT_FOUND: invalid('model_not_found', 404),
  LATTICE_NO_CANDIDATE: invalid('no_candidate', 422),
  LATTICE_RATE_LIMIT: { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  LATTICE_QUOTA: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  LATTICE_BUDGET: { status: 402, type: 'budget_error', code: 'budget_exceeded' },
  LATTICE_AUTHENTICATION: upstream('upstream_authentication'),
  LATTICE_PERMISSION: upstream('upstream_permission'),
  LATTICE_UPSTREAM: upstream('upstream_error'),
  LATTICE_MALFORMED_RESPONSE: upstream('upstream_malformed_response'),
  LATTICE_STREAM_INTERRUPTED: upstream('upstream_stream_interrupted'),
  LATTICE_DNS: upstream('upstream_unreachable'),
  LATTICE_CONNECTION_REFUSED: upstream('upstream_unreachable'),
  LATTICE_CONNECTION_RESET: upstream('upstream_unreachable'),
  LATTICE_OUTBOUND_BLOCKED: upstream('outbound_blocked'),
  LATTICE_ATTEMPTS_FAILED: upstream('attempts_failed'),
  LATTICE_OVERLOADED: upstream('upstream_overloaded', 503),
  LATTICE_PROVIDER_UNAVAILABLE: upstream('provider_unavailable', 503),
  LATTICE_TIMEOUT: upstream('timeout', 504),
  LATTICE_TOOL: { status: 500, type: 'server_error', code: 'tool_failed' },
  LATTICE_TOOL_LIMIT: { status: 500, type: 'server_error', code: 'tool_limit_exceeded' },
  // 499 is nginx's "client closed request": only the access log ever sees it.
  LATTICE_ABORTED: { status: 499, type: 'invalid_request_error', code: 'request_aborted' },
  LATTICE_CLOSED: { status: 503, type: 'server_error', code: 'shutting_down' },
  LATTICE_CONFIG: internal,
  LATTICE_SECURITY_CONFIGURATION: internal,
  LATTICE_CATALOG: internal,
  LATTICE_PATTERN: internal,
  LATTICE_STORAGE: internal,
  LATTICE_BILLING_INTEGRITY: internal,
  LATTICE_BACKGROUND_TASK: internal,
  LATTICE_INTERNAL: internal,
};
