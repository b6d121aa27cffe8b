import { hashOffset, hashPair, hashPrime, hashUnits, numberStem, stemUnits } from '../word-hash.ts';
import { FunctionWords } from './function-words.ts';
import type { WordSlips } from './word-slips.ts';

/** What a word of grammar counts beside a word of matter. Source: `assumption`. */
const functionShare = 0.25;

/** Most distinct words of a zone; a zone has at most 600 units. */
const maxWords = 640;

/** Slips are looked for in zones of at most so many units: in longer ones a word more or less decides nothing. */
const longestCorrected = 200;

/** Lengths of the runs of letters that make up the dense vector. */
const gramUnits = Object.freeze([3, 4] as const);

/** Put before and after each word, so that its beginning and its end are told from its middle. */
const edge = 1;

/**
 * Reads the words of a zone and its hashed vector into columns of its own, which the next zone overwrites: the request path
 * allocates nothing.
 */
export class ZoneReader {
  /** Length of the hashed vector; a power of two. */
  readonly dimensions: number;
  /** `hashStem` of each distinct word, in order of appearance. */
  readonly words = new Int32Array(maxWords);
  /** What each word counts before its rarity: 1, or less for one of grammar. */
  readonly shares = new Float32Array(maxWords);
  wordCount = 0;
  /** The vector; only {@link touched} places are not 0. */
  readonly vector: Float32Array;
  readonly touched: Int32Array;
  touchedCount = 0;
  /** The Euclidean length of the vector, squared. */
  squares = 0;
  readonly #functionWords = new FunctionWords();
  readonly #seen = new Set<number>();
  readonly #units = new Uint16Array(1024);
  #slips: WordSlips | null = null;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.vector = new Float32Array(dimensions);
    this.touched = new Int32Array(dimensions);
  }

  /**
   * Reads a zone of folded text.
   *
   * @param slips Puts words of a short zone right that are meant for words of the examples.
   */
  read(zone: string, slips: WordSlips | null = null): void {
    this.#clear();
    this.#slips = zone.length <= longestCorrected ? slips : null;
    let index = 0;
    while (index < zone.length && this.wordCount < maxWords) {
      const kind = unitKind(zone.charCodeAt(index));
      if (kind === blank) {
        index += 1;
        continue;
      }
      let end = index + 1;
      while (end < zone.length && unitKind(zone.charCodeAt(end)) === kind) end += 1;
      if (kind === letter) this.#addWord(zone, index, end);
      else this.#addIdeographs(zone, index, end);
      index = end;
    }
    this.squares = 0;
    for (let at = 0; at < this.touchedCount; at += 1) {
      const value = this.vector[this.touched[at] ?? 0] ?? 0;
      this.squares += value * value;
    }
  }

  #clear(): void {
    for (let at = 0; at < this.touchedCount; at += 1) this.vector[this.touched[at] ?? 0] = 0;
    this.touchedCount = 0;
    this.wordCount = 0;
    this.#seen.clear();
  }

  #addWord(zone: string, start: number, end: number): void {
    const whole = hashUnits(zone, start, end);
    const first = zone.charCodeAt(start);
    const isNumber = first >= 48 && first <= 57;
    const stem = isNumber ? numberStem(end - start) : hashUnits(zone, start, Math.min(end, start + stemUnits));
    const isCommon = isNumber || this.#functionWords.has(whole);
    const meant = isCommon || this.#slips === null ? null : this.#slips.meant(zone.slice(start, end));
    if (meant !== null) return this.#addWord(meant, 0, meant.length);
    if (this.#put(stem, isCommon ? functionShare : 1) && !isCommon) this.#addGrams(zone, start, end);
  }

  /** The runs of letters of a word; together they weigh as much as any other word, however long it is. */
  #addGrams(zone: string, start: number, end: number): void {
    const units = this.#units;
    const length = Math.min(end - start, units.length - 2);
    units[0] = edge;
    for (let at = 0; at < length; at += 1) units[at + 1] = zone.charCodeAt(start + at);
    units[length + 1] = edge;
    const total = length + 2;
    const [short, long] = gramUnits;
    const grams = Math.max(1, total - short + 1) + Math.max(0, total - long + 1);
    const weight = 1 / Math.sqrt(grams);
    for (let at = 0; at + short <= total; at += 1) {
      let hash = hashOffset;
      for (let unit = at; unit < at + short; unit += 1) hash = Math.imul(hash ^ (units[unit] ?? 0), hashPrime);
      this.#addDense(hash, weight);
      if (at + long <= total) this.#addDense(Math.imul(hash ^ (units[at + short] ?? 0), hashPrime), weight);
    }
  }

  /** Chinese, Japanese and Korean have no blanks between words: neighbours stand for words. */
  #addIdeographs(zone: string, start: number, end: number): void {
    let before = 0;
    for (let index = start; index < end; index += 1) {
      const sign = hashUnits(zone, index, index + 1);
      if (end - start === 1) this.#put(sign, 1);
      if (index > start) {
        const pair = hashPair(before, sign);
        if (this.#put(pair, 1)) this.#addDense(pair, 1);
      }
      this.#addDense(sign, 0.5);
      before = sign;
    }
  }

  /** False for a word that was there already. */
  #put(word: number, share: number): boolean {
    if (this.#seen.has(word) || this.wordCount === maxWords) return false;
    this.#seen.add(word);
    this.words[this.wordCount] = word;
    this.shares[this.wordCount] = share;
    this.wordCount += 1;
    return true;
  }

  /** Adds to one place of the vector, with a sign of the hash's own, so that what collides cancels out on average. */
  #addDense(hash: number, weight: number): void {
    const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    const place = (mixed ^ (mixed >>> 13)) & (this.dimensions - 1);
    const value = this.vector[place] ?? 0;
    if (value === 0) {
      this.touched[this.touchedCount] = place;
      this.touchedCount += 1;
    }
    const added = value + (mixed < 0 ? -weight : weight);
    // A place that came to 0 must not be listed twice when it is used again.
    this.vector[place] = added === 0 ? smallest : added;
  }
}

const smallest = 1e-12;

const blank = 0;
const letter = 1;
const ideograph = 2;

/** Letters, digits, `_` and the signs of names such as `c++`; ideographs, kana and Hangul; everything else is a blank. */
function unitKind(code: number): number {
  if (code < 128) {
    const isLetter = (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
    return isLetter || code === 95 || code === 35 || code === 43 ? letter : blank;
  }
  if ((code >= 0x3040 && code < 0xa000) || (code >= 0xac00 && code < 0xd7b0)) return ideograph;
  return code >= 0xc0 && !(code >= 0x2000 && code < 0x3040) ? letter : blank;
}
