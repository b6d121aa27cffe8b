import { toLatticeError, type LatticeError } from '@lattice-lock/contract';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { escapeForTerminal, escapeLine } from './terminal/terminal-text.ts';
import { UsageError } from './usage-error.ts';

/** The exit code of anything thrown. */
function exitCodeOfError(error: LatticeError): ExitCode {
  return error instanceof UsageError ? exitCodes.usage : exitCodeOf(error.code);
}

/**
 * Says what went wrong on standard error: for people in a line with its code and names that are near, or as JSON.
 * Secrets are removed after rendering, as at every sink. The exit code follows from the error unless it is known already.
 */
export async function reportError(
  thrown: unknown,
  isJson: boolean,
  invocation: Invocation,
  knownExitCode: ExitCode | null = null,
): Promise<ExitCode> {
  const { redact } = await import('@lattice-lock/observability');
  const error = toLatticeError(thrown);
  const exitCode = knownExitCode ?? exitCodeOfError(error);
  const { err, flags } = invocation;
  if (isJson) {
    err.write(redact(`${JSON.stringify({ error: errorJson(error, exitCode) }, null, 2)}\n`));
    return exitCode;
  }
  // Only a list of problems of the configuration has lines of its own; a vendor's text must not make any.
  const isList = exitCode === exitCodes.configuration;
  const message = isList ? escapeForTerminal(error.message) : escapeLine(error.message);
  const near = error.suggestions.filter((name) => !message.includes(name)).map(escapeLine);
  err.line(redact(`${err.paint.red('error')} [${error.code}]: ${message}`));
  if (near.length > 0) err.line(`Did you mean ${near.join(' or ')}?`);
  if (error.code === 'LATTICE_UNKNOWN_MODEL') err.line(err.paint.dim('"lattice models --all" lists every model.'));
  if (error.code === 'LATTICE_INTERNAL' && flags.verbose !== true) {
    err.line(err.paint.dim('This should not happen. Add --verbose to see where it did.'));
  }
  if (flags.verbose === true) err.line(redact(escapeForTerminal(stackOf(error))));
  return exitCode;
}

function stackOf(error: LatticeError): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : '';
  return `${error.stack}${cause}`;
}

function errorJson(error: LatticeError, exitCode: ExitCode): object {
  const { code, message, retryable, retryAfterMs, provider, model, status, upstreamCode, upstreamRequestId } = error;
  const { issues, suggestions, attempts, partial } = error;
  return {
    code,
    message,
    exitCode,
    retryable,
    ...{ retryAfterMs, provider, model, status, upstreamCode, upstreamRequestId },
    ...{ issues, suggestions, attempts },
    partialText: partial?.text ?? null,
  };
}
