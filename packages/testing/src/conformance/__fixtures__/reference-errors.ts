import { LatticeError, type ErrorCode } from '@lattice-lock/contract';
import type { Flaw } from './reference-flaws.ts';

const codes: Readonly<Record<number, ErrorCode>> = {
  401: 'LATTICE_AUTHENTICATION',
  402: 'LATTICE_QUOTA',
  403: 'LATTICE_PERMISSION',
  404: 'LATTICE_NOT_FOUND',
  408: 'LATTICE_TIMEOUT',
  413: 'LATTICE_TOO_LARGE',
  429: 'LATTICE_RATE_LIMIT',
  503: 'LATTICE_OVERLOADED',
  504: 'LATTICE_TIMEOUT',
  529: 'LATTICE_OVERLOADED',
};

/** The error of a status. */
export function statusError(status: number, headers: Headers, body: string, flaw: Flaw | undefined): LatticeError {
  let code = codes[status] ?? (status >= 500 ? 'LATTICE_UPSTREAM' : 'LATTICE_INVALID_REQUEST');
  if (body.includes('context_length_exceeded')) code = 'LATTICE_CONTEXT_LENGTH';
  if (body.includes('insufficient_quota')) code = 'LATTICE_QUOTA';
  if (flaw === 'mistakes-every-error') code = 'LATTICE_INTERNAL';
  const retryable = [408, 409, 429].includes(status) ? code !== 'LATTICE_QUOTA' : status >= 500;
  const seconds = Number(headers.get('retry-after') ?? NaN);
  const detail = flaw === 'tells-the-key' ? `: ${body}` : '.';
  return new LatticeError(code, `The vendor answered ${status}${detail}`, {
    retryable,
    status,
    ...(Number.isNaN(seconds) || flaw === 'ignores-retry-after' ? {} : { retryAfterMs: seconds * 1000 }),
  });
}

/** The error of a connection, as `fetch` tells it. */
export function connectionError(thrown: unknown, isOpen: boolean): LatticeError {
  if (LatticeError.isInstance(thrown)) return thrown;
  const cause = thrown instanceof Error ? (thrown.cause as { readonly code?: string } | undefined) : undefined;
  if (cause?.code === 'ECONNREFUSED') {
    return new LatticeError('LATTICE_CONNECTION_REFUSED', 'Nobody listens there.', { retryable: true });
  }
  if (isOpen) return new LatticeError('LATTICE_STREAM_INTERRUPTED', 'The answer broke off.', { retryable: true });
  return new LatticeError('LATTICE_CONNECTION_RESET', 'The connection was reset.', { retryable: true });
}
