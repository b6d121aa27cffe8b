import { errorFields, type ErrorFields } from './internal/error-fields.ts';
import { redact } from './redact.ts';

/** An error as it may leave the process: plain data without secrets. */
export type RedactedError = ErrorFields;

/**
 * Any thrown value as plain data without secrets, with its causes. Of a `LatticeError` the facts for support are kept
 * (code, provider, model, status, upstream ids, issues); what a model had answered is not.
 */
export function redactError(error: unknown): RedactedError {
  return JSON.parse(redact(JSON.stringify(errorFields(error)))) as RedactedError;
}
