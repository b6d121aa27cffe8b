import { LatticeError } from '@lattice-lock/contract';

/** A base URL with an API version at its end: its own, or the given one. */
export function withVersion(baseUrl: string, version: string): string {
  return /\/v\d+(?:(?:alpha|beta)\d*)?$/.test(baseUrl) ? baseUrl : `${baseUrl}/${version}`;
}

/**
 * A credential that a header can carry.
 *
 * @throws LatticeError `LATTICE_CONFIG`, without quoting it, for any other
 */
export function headerSafe(credential: string, what: string): string {
  if (/^[\x21-\x7e]+$/.test(credential)) return credential;
  const message = `The ${what} is empty, or holds a blank, a line break or a non-ASCII character, which none has. Copy it again.`;
  throw new LatticeError('LATTICE_CONFIG', message);
}
