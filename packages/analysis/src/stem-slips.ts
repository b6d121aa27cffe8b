import type { KnownStems } from './known-stems.ts';
import { extendHash, hashOffset, stemUnits } from './word-hash.ts';

/** Units of the shortest word that may have one letter too many. */
const shortestWithMore = 5;

const letters = Object.freeze({ first: 97, last: 122 });

/**
 * The stem that one slip hides, when it is one that learned weights know: two exchanged letters or one letter too many;
 * else one letter lost, else one struck wrong. The first letter is right.
 *
 * @param units Those of the word, which begins with no digit; what stands behind them is not read.
 */
export function nearbyStem(units: Uint16Array, length: number, stems: KnownStems): number | undefined {
  const moved = movedStem(units, length, stems);
  if (moved !== undefined || !isAscii(units, length)) return moved;
  return likeliestStem(units, length, 0, stems) ?? likeliestStem(units, length, 1, stems);
}

/** The stem of the word with two neighbours exchanged, or without one letter. */
function movedStem(units: Uint16Array, length: number, stems: KnownStems): number | undefined {
  let head = extendHash(hashOffset, units[0] ?? 0);
  for (let index = 1; index < length - 1 && index < stemUnits; index += 1) {
    const unit = units[index] ?? 0;
    const swapped = swappedStem(head, units, index, Math.min(length, stemUnits));
    if (stems.has(swapped)) return swapped;
    if (length >= shortestWithMore) {
      const shorter = hashRest(head, units, index + 1, Math.min(length, stemUnits + 1));
      if (stems.has(shorter)) return shorter;
    }
    head = extendHash(head, unit);
  }
  return undefined;
}

/** The stem up to `end` with the units at an index and behind it exchanged, `head` being the hash of those before. */
function swappedStem(head: number, units: Uint16Array, index: number, end: number): number {
  const first = extendHash(head, units[index + 1] ?? 0);
  return index + 1 === end ? first : hashRest(extendHash(first, units[index] ?? 0), units, index + 2, end);
}

/**
 * The most frequent stem of those that a letter makes which is put into the word, in place of `replaced` letters; the first
 * letter being right.
 */
function likeliestStem(units: Uint16Array, length: number, replaced: 0 | 1, stems: KnownStems): number | undefined {
  let found: number | undefined;
  let least = Infinity;
  const end = Math.min(length, stemUnits - 1 + replaced);
  const { filter } = stems;
  let head = extendHash(hashOffset, units[0] ?? 0);
  for (let index = 1; index < end; index += 1) {
    for (let letter: number = letters.first; letter <= letters.last; letter += 1) {
      const stem = hashRest(extendHash(head, letter), units, index + replaced, end);
      const rarity = filter.mayHold(stem) ? stems.rarityOf(stem) : undefined;
      if (rarity === undefined || rarity >= least) continue;
      found = stem;
      least = rarity;
    }
    head = extendHash(head, units[index] ?? 0);
  }
  return found;
}

function hashRest(head: number, units: Uint16Array, from: number, end: number): number {
  let hash = head;
  for (let index = from; index < end; index += 1) hash = extendHash(hash, units[index] ?? 0);
  return hash;
}

function isAscii(units: Uint16Array, length: number): boolean {
  for (let index = 0; index < length; index += 1) {
    const unit = units[index] ?? 0;
    if (unit < letters.first || unit > letters.last) return false;
  }
  return true;
}
