import { LatticeError } from '@lattice-lock/contract';
import { redact } from './redact.ts';

/** An error as it may leave the process. */
export interface RedactedError {
  readonly name: string;
  readonly message: string;
  /** The code of a `LatticeError`, or of Node. */
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: RedactedError;
}

/** Causes followed at most. */
const maxDepth = 5;

/** Any thrown value as plain data without secrets, its causes included. */
export function redactError(error: unknown, depth = 0): RedactedError {
  if (!(error instanceof Error)) return { name: 'Error', message: redact(String(error)) };
  const code = LatticeError.isInstance(error) ? error.code : 'code' in error ? String(error.code) : undefined;
  return {
    name: error.name,
    message: redact(error.message),
    ...(code === undefined ? {} : { code: redact(code) }),
    ...(error.stack === undefined ? {} : { stack: redact(error.stack) }),
    ...(error.cause === undefined || depth >= maxDepth ? {} : { cause: redactError(error.cause, depth + 1) }),
  };
}
