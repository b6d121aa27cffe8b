import { LatticeError } from '@lattice-lock/contract';

/** Characters of a name at most. */
const maxLength = 100;

/** Control characters, and characters that hide or reorder text on a terminal (Unicode TR 36 and 39). */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * The name of a key without surrounding spaces.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` when it is empty, too long, or holds characters that cannot be seen
 */
export function checkKeyName(name: unknown): string {
  const trimmed = typeof name === 'string' ? name.trim() : '';
  const problem = problemOf(trimmed);
  if (problem === null) return trimmed;
  throw new LatticeError('LATTICE_INVALID_REQUEST', `The name of an API key ${problem}.`, {
    issues: [{ path: 'name', message: problem }],
  });
}

function problemOf(name: string): string | null {
  if (name === '') return 'must not be empty: give it a name that says who uses it';
  if (name.length > maxLength) return `must be at most ${maxLength} characters long`;
  if (unprintable.test(name)) return 'must not hold control, invisible or direction characters';
  return null;
}
