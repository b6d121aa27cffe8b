import type { KnownStems } from './known-stems.ts';
import type { ScannedText } from './scanned-text.ts';
import { prefixUnits } from './scanned-text.ts';
import { nearbyStem } from './stem-slips.ts';
import { extendHash, hashOffset, hashStem, hashUnits, stemUnits } from './word-hash.ts';
import { HashFilter, WordSet } from './word-table.ts';

/**
 * When a slip of the keys is put right: in short texts, where one word decides; in words long enough that a neighbour is
 * more likely a slip than another word; shorter ones only when two letters changed places or one was doubled.
 */
const bounds = Object.freeze({ words: 60, shortest: 4, shortestStem: 3, shortestForAny: 5, longest: 16 });

/**
 * Finds the word of the phrases that a misspelt one was meant to be: one letter lost, added, exchanged, or swapped with its
 * neighbour, the first letter being right. By the words' deletions (Garbe's symmetric delete, SymSpell, MIT).
 */
export class PhraseSpelling {
  readonly #known: WordSet;
  /** Words by the hash of themselves and of themselves without any one letter. */
  readonly #byDeletion = new Map<number, string[]>();
  readonly #deletions: HashFilter;
  /** The units of the word at hand. */
  readonly #units = new Uint16Array(bounds.longest);

  /** Only letters that changed places or were doubled make one of these: "jupiter" is none, "jupytre" is. */
  readonly #names = new Set<string>();

  constructor(words: readonly string[], names: readonly string[]) {
    const distinct = new Map(words.map((word) => [hashUnits(word), word]));
    for (const name of names) {
      if (distinct.has(hashUnits(name))) continue;
      distinct.set(hashUnits(name), name);
      this.#names.add(name);
    }
    this.#known = new WordSet(distinct.keys());
    for (const word of distinct.values()) {
      if (word.length < bounds.shortest || word.length > bounds.longest) continue;
      this.#take(word, 0, word.length);
      for (let without = 0; without < word.length; without += 1) {
        append(this.#byDeletion, deletionOf(this.#units, word.length, without), word);
      }
    }
    this.#deletions = new HashFilter([...this.#byDeletion.keys()]);
  }

  /**
   * Puts slips right in the columns of a scanned text; its characters stay as they are.
   *
   * @param stems Those of words, which are left alone.
   */
  correct({ words, instructions }: ScannedText, stems: KnownStems): void {
    if (words.count > bounds.words) return;
    for (let index = 0; index < words.count; index += 1) {
      const start = words.starts[index] ?? 0;
      const length = (words.ends[index] ?? 0) - start;
      if (length < bounds.shortestStem || length > bounds.longest) continue;
      if (this.#known.has(words.hashes[index] ?? 0)) continue;
      const isSeen = stems.has(words.stems[index] ?? 0);
      // A slip late in a long word leaves its stem as it is.
      if (isSeen && length <= stemUnits) continue;
      const units = this.#take(instructions, start, length);
      const meant = this.#meant(instructions, start, length, isSeen);
      if (meant !== null) {
        words.hashes[index] = hashUnits(meant);
        words.prefixes[index] = hashUnits(meant, 0, prefixUnits);
        words.stems[index] = hashStem(meant);
      } else if (!isSeen && !startsWithDigit(units)) {
        words.stems[index] = nearbyStem(units, length, stems) ?? words.stems[index] ?? 0;
      }
    }
  }

  #take(text: string, start: number, length: number): Uint16Array {
    for (let at = 0; at < length; at += 1) this.#units[at] = text.charCodeAt(start + at);
    return this.#units;
  }

  #meant(text: string, start: number, length: number, isSeen: boolean): string | null {
    for (let without = 0; without < length; without += 1) {
      const key = deletionOf(this.#units, length, without);
      const candidates = this.#deletions.mayHold(key) ? this.#byDeletion.get(key) : undefined;
      if (candidates === undefined) continue;
      const word = text.slice(start, start + length);
      for (const candidate of candidates) {
        if (this.#names.has(candidate) ? isTypo(word, candidate) : isSlip(word, candidate, isSeen)) return candidate;
      }
    }
    return null;
  }
}

/** Learned weights know a number by how many digits it has: no slip changes that. */
function startsWithDigit([first = 0]: Uint16Array): boolean {
  return first >= 48 && first <= 57;
}

/** The hash of a word without one of its units; of the whole word for the first, which is always right. */
function deletionOf(units: Uint16Array, length: number, without: number): number {
  let hash = hashOffset;
  for (let at = 0; at < length; at += 1) if (at !== without || at === 0) hash = extendHash(hash, units[at] ?? 0);
  return hash;
}

/** Whether one slip makes `word` of `meant`; `isSeen` when it may be a word of its own. */
function isSlip(word: string, meant: string, isSeen: boolean): boolean {
  if (word[0] !== meant[0] || word === meant) return false;
  const same = sameStart(word, meant);
  // What is no word has lost a letter, however short it is or wherever it was.
  const isInner = same < word.length || word.length >= bounds.shortestForAny;
  if (!isSeen && isInner && meant.length === word.length + 1 && word.slice(same) === meant.slice(same + 1)) return true;
  if (isTypo(word, meant)) return true;
  // An ending more or less (a plural) is no slip.
  if (same === word.length || same === meant.length) return false;
  if (Math.min(word.length, meant.length) < bounds.shortestForAny) return false;
  const rest = word.slice(same);
  const restMeant = meant.slice(same);
  return rest.slice(1) === restMeant || rest === restMeant.slice(1) || rest.slice(1) === restMeant.slice(1);
}

/** Whether two neighbouring letters changed places, or one was doubled: that makes no other word. */
function isTypo(word: string, meant: string): boolean {
  const same = sameStart(word, meant);
  if (same === 0 || same === word.length || same === meant.length) return false;
  const rest = word.slice(same);
  const restMeant = meant.slice(same);
  const swapped = rest[0] === restMeant[1] && rest[1] === restMeant[0] && rest.slice(2) === restMeant.slice(2);
  return swapped || (rest.slice(1) === restMeant && word[same] === word[same - 1]);
}

function sameStart(word: string, meant: string): number {
  let same = 0;
  while (same < word.length && word[same] === meant[same]) same += 1;
  return same;
}

function append(map: Map<number, string[]>, key: number, word: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [word]);
  else list.push(word);
}
