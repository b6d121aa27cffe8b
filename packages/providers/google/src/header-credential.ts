import { LatticeError } from '@lattice-lock/contract';

/**
 * A credential that a header can carry.
 *
 * @throws LatticeError `LATTICE_CONFIG`, without quoting it, for any other
 */
export function headerCredential(credential: string, what: string): string {
  if (/^[\x21-\x7e]+$/.test(credential)) return credential;
  const message = `The ${what} is empty, or holds a blank, a line break or a non-ASCII character, which none has. Copy it again.`;
  throw new LatticeError('LATTICE_CONFIG', message);
}
