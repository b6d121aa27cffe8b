import { LatticeError, type Issue } from '@lattice-lock/contract';

/** An error as plain data. */
export interface ErrorFields {
  readonly name: string;
  readonly message: string;
  /** The code of a `LatticeError`, or of Node. */
  readonly code?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly status?: number;
  readonly upstreamCode?: string;
  readonly upstreamRequestId?: string;
  readonly issues?: readonly Issue[];
  readonly stack?: string;
  readonly cause?: ErrorFields;
  /** The parts of an `AggregateError`. */
  readonly errors?: readonly ErrorFields[];
}

/** Causes followed and parts listed at most: errors may hold each other in a circle. */
const maxDepth = 5;
const maxParts = 10;

/** Any thrown value as plain data, not redacted. */
export function errorFields(error: unknown, depth = 0): ErrorFields {
  if (!(error instanceof Error) && !LatticeError.isInstance(error)) return { name: 'Error', message: textOf(error) };
  const parts: readonly unknown[] = error instanceof AggregateError ? error.errors.slice(0, maxParts) : [];
  const isDeep = depth >= maxDepth;
  return {
    name: error.name,
    message: error.message,
    ...codeFields(error),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || isDeep ? {} : { cause: errorFields(error.cause, depth + 1) }),
    ...(parts.length === 0 || isDeep ? {} : { errors: parts.map((part) => errorFields(part, depth + 1)) }),
  };
}

function codeFields(error: Error): Partial<ErrorFields> {
  if (!LatticeError.isInstance(error)) return 'code' in error ? { code: textOf(error.code) } : {};
  const { code, provider, model, status, upstreamCode, upstreamRequestId, issues } = error;
  return {
    code,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(status === undefined ? {} : { status }),
    ...(upstreamCode === undefined ? {} : { upstreamCode }),
    ...(upstreamRequestId === undefined ? {} : { upstreamRequestId }),
    ...(issues.length === 0 ? {} : { issues }),
  };
}

function textOf(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null ? (JSON.stringify(value) ?? '') : String(value);
  } catch {
    return 'a value that cannot be shown';
  }
}
