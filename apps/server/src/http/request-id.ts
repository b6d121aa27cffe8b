import { createOrderedId } from '@lattice-lock/contract';

const sane = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;

/** The caller's `x-request-id` when it is short and plain, else a fresh one: it goes into headers, logs and the ledger. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && sane.test(header) ? header : `req_${createOrderedId()}`;
}
