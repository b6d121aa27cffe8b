/** Where FNV-1a begins. */
export const hashOffset = 0x811c9dc5 | 0;

/** What FNV-1a multiplies by. */
export const hashPrime = 0x01000193;

/** A hash of {@link hashUnits} with one unit more. */
export function extendHash(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, hashPrime);
}

/** FNV-1a over the UTF-16 units of a part of a text, as a signed 32-bit integer. */
export function hashUnits(text: string, start = 0, end = text.length): number {
  let hash = hashOffset;
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), hashPrime);
  return hash;
}

/** The hash of a pair of words from the hashes of both; order matters. */
export function hashPair(first: number, second: number): number {
  const mixed = Math.imul(first ^ (first >>> 15), 0x2c1b3c6d) ^ second;
  return Math.imul(mixed ^ (mixed >>> 13), hashPrime);
}

/** Longest part of a word that tells it apart for learned weights: endings and late typing errors fall away. */
export const stemUnits = 7;

/** The hash that learned weights know a word by: its first seven units; a number by how many digits it has, up to four. */
export function hashStem(word: string, start = 0, end = word.length): number {
  const first = word.charCodeAt(start);
  if (first >= 48 && first <= 57) return numberStem(end - start);
  return hashUnits(word, start, Math.min(end, start + stemUnits));
}

const numberStems = ['#', '##', '###', '####'].map((sign) => hashUnits(sign));

/** `hashStem` of a number of so many units. */
export function numberStem(length: number): number {
  return numberStems[Math.min(4, length) - 1] ?? 0;
}
