import type { AttemptRecord } from './run.ts';
import type { ChatResult } from './chat-result.ts';

/** Every code a {@link LatticeError} can carry: the one list. */
export type ErrorCode =
  // What a vendor answered
  | 'LATTICE_INVALID_REQUEST'
  | 'LATTICE_AUTHENTICATION'
  | 'LATTICE_PERMISSION'
  | 'LATTICE_NOT_FOUND'
  | 'LATTICE_RATE_LIMIT'
  | 'LATTICE_QUOTA'
  | 'LATTICE_OVERLOADED'
  | 'LATTICE_CONTEXT_LENGTH'
  | 'LATTICE_CONTENT_FILTER'
  | 'LATTICE_TOO_LARGE'
  | 'LATTICE_UPSTREAM'
  | 'LATTICE_MALFORMED_RESPONSE'
  | 'LATTICE_STREAM_INTERRUPTED'
  // What happened on the way
  | 'LATTICE_TIMEOUT'
  | 'LATTICE_DNS'
  | 'LATTICE_CONNECTION_REFUSED'
  | 'LATTICE_CONNECTION_RESET'
  | 'LATTICE_OUTBOUND_BLOCKED'
  | 'LATTICE_ABORTED'
  // What we cannot or will not do
  | 'LATTICE_UNSUPPORTED'
  | 'LATTICE_UNKNOWN_PROVIDER'
  | 'LATTICE_PROVIDER_NOT_INSTALLED'
  | 'LATTICE_PROVIDER_UNAVAILABLE'
  | 'LATTICE_UNKNOWN_MODEL'
  | 'LATTICE_NO_CANDIDATE'
  | 'LATTICE_ATTEMPTS_FAILED'
  | 'LATTICE_TOOL'
  | 'LATTICE_TOOL_LIMIT'
  | 'LATTICE_BUDGET'
  // Configuration, data and state
  | 'LATTICE_CONFIG'
  | 'LATTICE_SECURITY_CONFIGURATION'
  | 'LATTICE_CATALOG'
  | 'LATTICE_PATTERN'
  | 'LATTICE_STORAGE'
  | 'LATTICE_BILLING_INTEGRITY'
  | 'LATTICE_BACKGROUND_TASK'
  | 'LATTICE_CLOSED'
  | 'LATTICE_INTERNAL';

/** One thing that is wrong with an input, with the place it stands in. */
export interface Issue {
  /** A path such as `messages[2].role` or `providers.openai.apiKey`. */
  readonly path: string;
  /** What is wrong and how to mend it. */
  readonly message: string;
}

/** What a {@link LatticeError} may know beyond its code and message. */
export interface LatticeErrorOptions {
  /** Whether the same call may succeed later. Default false. */
  readonly retryable?: boolean;
  /** The vendor's hint how long to wait, in ms. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
  readonly provider?: string;
  readonly model?: string;
  /** The HTTP status of the vendor's answer. */
  readonly status?: number;
  /** The vendor's own code, for support. */
  readonly upstreamCode?: string;
  /** The vendor's id of the request, for support. */
  readonly upstreamRequestId?: string;
  /** Every problem of an input at once. */
  readonly issues?: readonly Issue[];
  /** What had arrived before a stream broke. */
  readonly partial?: ChatResult;
  /** Every attempt of a run that failed. */
  readonly attempts?: readonly AttemptRecord[];
  /** Names close to one that is not known. */
  readonly suggestions?: readonly string[];
}

const brand = Symbol.for('lattice-lock.error');

/**
 * The base of every error this house throws. The brand makes {@link LatticeError.isInstance} work across duplicate
 * installs, where `instanceof` does not. A message says what was wrong, where, and what to do; it never holds a secret.
 */
export class LatticeError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly status: number | undefined;
  readonly upstreamCode: string | undefined;
  readonly upstreamRequestId: string | undefined;
  readonly issues: readonly Issue[];
  readonly partial: ChatResult | undefined;
  readonly attempts: readonly AttemptRecord[];
  readonly suggestions: readonly string[];

  constructor(code: ErrorCode, message: string, options: LatticeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.provider = options.provider;
    this.model = options.model;
    this.status = options.status;
    this.upstreamCode = options.upstreamCode;
    this.upstreamRequestId = options.upstreamRequestId;
    this.issues = options.issues ?? [];
    this.partial = options.partial;
    this.attempts = options.attempts ?? [];
    this.suggestions = options.suggestions ?? [];
    Object.defineProperty(this, brand, { value: true });
  }

  /** True for any error of this house, also from another copy of this package. */
  static isInstance(value: unknown): value is LatticeError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
  }

  /** The same error with more known about it, e.g. the provider, or the text that had arrived. */
  with(more: LatticeErrorOptions & { readonly message?: string }): LatticeError {
    const { message, ...options } = more;
    const copy = new LatticeError(this.code, message ?? this.message, { ...definedFields(this), ...options });
    copy.name = this.name;
    if (this.stack !== undefined) copy.stack = this.stack;
    return copy;
  }
}

function definedFields(error: LatticeError): LatticeErrorOptions {
  const { retryable, retryAfterMs, provider, model, status, upstreamCode, upstreamRequestId } = error;
  const { issues, partial, attempts, suggestions, cause } = error;
  const all = { retryable, retryAfterMs, provider, model, status, upstreamCode, upstreamRequestId };
  const rest = { issues, partial, attempts, suggestions, cause };
  return Object.fromEntries(Object.entries({ ...all, ...rest }).filter(([, value]) => value !== undefined));
}

/** Any thrown value as a {@link LatticeError}; what is not one becomes `LATTICE_INTERNAL` with the value as its cause. */
export function toLatticeError(value: unknown, options: LatticeErrorOptions = {}): LatticeError {
  if (LatticeError.isInstance(value)) return value;
  const message = value instanceof Error ? value.message : String(value);
  return new LatticeError('LATTICE_INTERNAL', message, { ...options, cause: value });
}

/** Our count of tokens or money differs from what the upstream says it served. */
export class BillingIntegrityError extends LatticeError {
  constructor(message: string, options?: LatticeErrorOptions) {
    super('LATTICE_BILLING_INTEGRITY', message, options);
  }
}

/** A setting would make the system unsafe; nothing is started. */
export class SecurityConfigurationError extends LatticeError {
  constructor(message: string, options?: LatticeErrorOptions) {
    super('LATTICE_SECURITY_CONFIGURATION', message, options);
  }
}

/** Work in the background failed or did not end in time. */
export class BackgroundTaskError extends LatticeError {
  constructor(message: string, options?: LatticeErrorOptions) {
    super('LATTICE_BACKGROUND_TASK', message, options);
  }
}

/** A provider is known but cannot be used now: no credential, rejected, or unreachable. */
export class ProviderUnavailableError extends LatticeError {
  constructor(message: string, options?: LatticeErrorOptions) {
    super('LATTICE_PROVIDER_UNAVAILABLE', message, options);
  }
}
