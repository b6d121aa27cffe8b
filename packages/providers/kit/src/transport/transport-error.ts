import { LatticeError, type ErrorCode } from '@lattice-lock/contract';

interface Cause {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly errors?: unknown;
}

const refused = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'EADDRNOTAVAIL'];
const fellSilent = 'the response fell silent for too long';
const timedOut: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection was made in time',
  ETIMEDOUT: 'no connection was made in time',
  UND_ERR_HEADERS_TIMEOUT: 'no response began in time',
  UND_ERR_BODY_TIMEOUT: fellSilent,
};

/**
 * What the socket, the resolver or undici threw, as a typed error. `where` names the host, never a path or a query: they
 * may hold secrets.
 */
export function transportError(thrown: unknown, where: string): LatticeError {
  if (LatticeError.isInstance(thrown)) return thrown;
  const cause = firstCause(thrown);
  const code = typeof cause.code === 'string' ? cause.code : '';
  const make = (kind: ErrorCode, message: string, retryable: boolean) =>
    new LatticeError(kind, message, { retryable, cause: thrown });

  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA' || code.startsWith('EAI_')) {
    const message = `The name of ${where} could not be resolved (${code}); check the base URL and the network.`;
    return make('LATTICE_DNS', message, code === 'EAI_AGAIN');
  }
  if (refused.includes(code)) {
    return make('LATTICE_CONNECTION_REFUSED', `${where} refused the connection (${code}); is it running there?`, true);
  }
  const timeout = timedOut[code];
  if (timeout !== undefined) return make('LATTICE_TIMEOUT', `${where}: ${timeout}.`, true);
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return make('LATTICE_CLOSED', 'The transport was closed while a request was under way.', false);
  }
  if (/^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/.test(code)) {
    return make('LATTICE_CONNECTION_REFUSED', `The TLS connection to ${where} failed (${code}).`, false);
  }
  if (code === 'UND_ERR_INVALID_ARG') {
    const message = `The request to ${where} cannot be sent (${String(cause.message)}); a credential or a header may hold a line break.`;
    return make('LATTICE_CONFIG', message, false);
  }
  if (code.startsWith('HPE_')) {
    return make('LATTICE_CONNECTION_RESET', `${where} does not answer in HTTP (${code}).`, true);
  }
  const named = code === '' ? '' : ` (${code})`;
  return make('LATTICE_CONNECTION_RESET', `The connection to ${where} broke${named}.`, true);
}

/** Node tries several addresses at once and then throws an aggregate: any of its members tells the story. */
function firstCause(thrown: unknown): Cause {
  if (typeof thrown !== 'object' || thrown === null) return { message: String(thrown) };
  const cause = thrown as Cause;
  const first: unknown = Array.isArray(cause.errors) ? cause.errors[0] : undefined;
  return cause.code === undefined && typeof first === 'object' && first !== null ? first : cause;
}

/** The error of a response in which nothing came for as long as its caller waits. */
export function silenceError(where: string): LatticeError {
  return new LatticeError('LATTICE_TIMEOUT', `${where}: ${fellSilent}.`, { retryable: true });
}

/** The error of a call its caller cancelled; a typed reason of the caller is kept as it is. */
export function abortError(reason: unknown): LatticeError {
  if (LatticeError.isInstance(reason)) return reason;
  return new LatticeError('LATTICE_ABORTED', 'The call was cancelled by its caller.', { cause: reason });
}
