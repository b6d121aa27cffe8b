import { hashOffset, hashPrime, hashUnits } from '../word-hash.ts';

/** Shortest words that slips are looked for in: of two letters that change places, and of one missing or too much. */
const leastUnits = Object.freeze({ swapped: 4, other: 6 });

/** A letter that is missing or too much stands before at least so many others. */
const leastEnding = 2;

/**
 * The words of the examples, to be found by words with one slip of the keys: two letters changed places, or from six letters on
 * one within is missing or too much. Found by what both are without one letter (Garbe, SymSpell, 2012).
 */
export class WordSlips {
  readonly #words: ReadonlySet<string>;
  /** Words by the hash of what is left without one letter, and of the whole. */
  readonly #byRest = new Map<number, string[]>();

  /** @param words The words that are meant, folded. */
  constructor(words: Iterable<string>) {
    this.#words = new Set([...words].filter((word) => word.length >= leastUnits.swapped));
    for (const word of this.#words) {
      for (let without = -1; without < word.length; without += 1) {
        const rest = hashWithout(word, without);
        const found = this.#byRest.get(rest) ?? [];
        if (!found.includes(word)) found.push(word);
        this.#byRest.set(rest, found);
      }
    }
  }

  /** The word that a word with a slip stands for; `null` where it is a word itself or like none. */
  meant(word: string): string | null {
    if (word.length < leastUnits.swapped || this.#words.has(word)) return null;
    for (let without = -1; without < word.length; without += 1) {
      for (const other of this.#byRest.get(hashWithout(word, without)) ?? []) {
        if (other.charCodeAt(0) === word.charCodeAt(0) && isOneSlip(word, other)) return other;
      }
    }
    return null;
  }
}

function hashWithout(word: string, without: number): number {
  if (without === -1) return hashUnits(word);
  let hash = hashOffset;
  for (let index = 0; index < word.length; index += 1) {
    if (index !== without) hash = Math.imul(hash ^ word.charCodeAt(index), hashPrime);
  }
  return hash;
}

function isOneSlip(word: string, other: string): boolean {
  let start = 0;
  while (start < word.length && word.charCodeAt(start) === other.charCodeAt(start)) start += 1;
  let end = 0;
  const most = Math.min(word.length, other.length) - start;
  while (end < most && word.charCodeAt(word.length - 1 - end) === other.charCodeAt(other.length - 1 - end)) end += 1;
  const [left, right] = [word.length - start - end, other.length - start - end];
  if (left === 2 && right === 2) return word[start] === other[start + 1] && word[start + 1] === other[start];
  // Another ending is another form of the word, another letter often another word (charge, change).
  return left + right === 1 && end >= leastEnding && Math.max(word.length, other.length) >= leastUnits.other;
}

/** The words of a folded text that are made of letters alone. */
export function lettersOf(text: string): readonly string[] {
  return text.match(/\p{L}+/gu) ?? [];
}
