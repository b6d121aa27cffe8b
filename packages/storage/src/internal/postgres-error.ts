import { LatticeError } from '@lattice-lock/contract';

interface Advice {
  readonly what: string;
  readonly todo: string;
  readonly retryable: boolean;
}

const unreachable: Advice = {
  what: 'it cannot be reached',
  todo: 'Check that it runs and that DATABASE_URL names its host and port.',
  retryable: true,
};
const cutOff: Advice = {
  what: 'the connection was lost',
  todo: 'Try again: whether the last write was committed is unknown, and a ledger entry written twice is one.',
  retryable: true,
};
const refused: Advice = {
  what: 'the user name or the password was refused',
  todo: 'Correct DATABASE_URL.',
  retryable: false,
};
const busy: Advice = { what: 'it takes no more connections', todo: 'Raise its max_connections.', retryable: true };

/** By SQLSTATE (postgresql.org/docs/15/errcodes-appendix.html), or its class of two characters, or Node's code. */
const advices: Readonly<Record<string, Advice>> = {
  '08': cutOff,
  '23': { what: 'it would break a rule of the data', todo: 'Use an id that is not taken.', retryable: false },
  '25006': { what: 'it is read-only', todo: 'Name the primary, not a replica.', retryable: false },
  '28': refused,
  '3D000': { what: 'there is no such database', todo: 'Create it, or correct DATABASE_URL.', retryable: false },
  '40': { what: 'another write was in the way', todo: 'Try again.', retryable: true },
  '42501': {
    what: 'permission denied',
    todo: 'Give the user of DATABASE_URL the right to create and change tables.',
    retryable: false,
  },
  '53100': { what: 'its disk is full', todo: 'Free some space; nothing was written half.', retryable: true },
  '53300': busy,
  '57014': { what: 'a statement took too long', todo: 'Look for a transaction that keeps locks.', retryable: true },
  '57P01': cutOff,
  '57P02': cutOff,
  '57P03': { what: 'it is starting up or shutting down', todo: 'Try again.', retryable: true },
  ECONNREFUSED: unreachable,
  ECONNRESET: cutOff,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  EPIPE: cutOff,
  ETIMEDOUT: unreachable,
};

/** Any failure of Postgres or of the way to it as `LATTICE_STORAGE`; `name` is the database without its credentials. */
export function toPostgresError(error: unknown, name: string): LatticeError {
  if (LatticeError.isInstance(error)) return error;
  const code = codeOf(error);
  // The driver tells of a connection that ends, or takes too long to begin, without any code.
  const advice = advices[code] ?? advices[code.slice(0, 2)] ?? (code === '' ? cutOff : undefined);
  const reason = reasonOf(error);
  if (advice === undefined) {
    const message = `Cannot use the database ${name}: ${reason} (${code}). Look into the log of Postgres.`;
    return new LatticeError('LATTICE_STORAGE', message, { cause: error });
  }
  const message = `Cannot use the database ${name}: ${advice.what} (${reason}). ${advice.todo}`;
  return new LatticeError('LATTICE_STORAGE', message, { retryable: advice.retryable, cause: error });
}

/** True when the server refused a statement, so that others may succeed on the same connection. */
export function isRefusedStatement(error: unknown): boolean {
  const code = codeOf(error);
  return /^[0-9A-Z]{5}$/.test(code) && !/^(08|28|53|57P|E[A-Z]{4}$)/.test(code);
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
