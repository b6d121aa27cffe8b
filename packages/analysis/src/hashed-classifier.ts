import { wordsFromBase64 } from './byte-order.ts';

/** Weights of a classifier over hashed words, as they stand in an artefact. Arrays are base64, little-endian. */
export interface HashedClassifierData {
  readonly classes: readonly string[];
  /** Int32 hashes, one a row. */
  readonly keys: string;
  /** Int8, one for each row and class; times `scale`. The rarity of the word is in it already. */
  readonly weights: string;
  readonly scale: number;
  /** Uint8 inverse document frequencies, one a row; divided by {@link rarityUnit}. */
  readonly rarities: string;
  /** The score of each class before any word is seen. */
  readonly bias: readonly number[];
}

/** Rarities are stored as whole numbers of this part of a natural logarithm. */
export const rarityUnit = 20;

/** Added to the sum of squares, so that one known word alone weighs less than a text full of them. */
export const normFloor = 40;

/** Hashes of words, in an array of either sort. */
export type Hashes = ArrayLike<number>;

/** Scores classes by the words that occur, each once; weights are divided by the length of the vector of rarities. */
export class HashedClassifier {
  readonly classes: readonly string[];
  /** The hashes that have weights. */
  readonly keys: Int32Array;
  readonly #weights: Int8Array;
  readonly #rarities: Uint8Array;
  readonly #bias: readonly number[];
  readonly #scale: number;
  /** Open addressing: row + 1, or 0 for a free slot. */
  readonly #slots: Int32Array;
  /** The number of the last text that held each row, so that a word counts once and nothing has to be wiped. */
  readonly #seen: Int32Array;
  readonly #sums: Int32Array;
  #text = 0;

  constructor(data: HashedClassifierData) {
    this.classes = data.classes;
    this.keys = new Int32Array(wordsFromBase64(data.keys));
    this.#weights = new Int8Array(bytesFromBase64(data.weights));
    this.#rarities = new Uint8Array(bytesFromBase64(data.rarities));
    this.#bias = data.bias;
    this.#scale = data.scale;
    this.#seen = new Int32Array(this.keys.length);
    this.#sums = new Int32Array(data.classes.length);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * this.keys.length + 2)));
    this.keys.forEach((key, row) => {
      this.#slots[this.#slotOf(key)] = row + 1;
    });
  }

  #slotOf(key: number): number {
    const mask = this.#slots.length - 1;
    let slot = (key ^ (key >>> 16)) & mask;
    for (;;) {
      const row = this.#slots[slot] ?? 0;
      if (row === 0 || this.keys[row - 1] === key) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** The inverse document frequency of a hash, in parts of {@link rarityUnit}; `undefined` for one without weights. */
  rarityOf(hash: number): number | undefined {
    const row = (this.#slots[this.#slotOf(hash)] ?? 0) - 1;
    return row < 0 ? undefined : this.#rarities[row];
  }

  /** A score for each class from the hashes of all lists; unknown hashes are passed over. */
  scores(...lists: readonly Hashes[]): readonly number[] {
    const sums = this.#sums.fill(0);
    this.#text = (this.#text + 1) | 0;
    let squares = normFloor;
    for (const hashes of lists) {
      for (let index = 0; index < hashes.length; index += 1) squares += this.#add(hashes[index] ?? 0, sums);
    }
    const factor = this.#scale / Math.sqrt(squares);
    return this.#bias.map((bias, index) => bias + (sums[index] ?? 0) * factor);
  }

  #add(hash: number, sums: Int32Array): number {
    const row = (this.#slots[this.#slotOf(hash)] ?? 0) - 1;
    if (row < 0 || this.#seen[row] === this.#text) return 0;
    this.#seen[row] = this.#text;
    const base = row * sums.length;
    for (let index = 0; index < sums.length; index += 1) {
      sums[index] = (sums[index] ?? 0) + (this.#weights[base + index] ?? 0);
    }
    const rarity = (this.#rarities[row] ?? 0) / rarityUnit;
    return rarity * rarity;
  }
}

/** A fresh buffer of what a base64 text holds. */
export function bytesFromBase64(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, 'base64')).buffer;
}

/** Shares that add up to 1, from scores divided by a temperature. */
export function softmax(scores: readonly number[], temperature = 1): readonly number[] {
  let highest = -Infinity;
  for (const score of scores) if (score > highest) highest = score;
  const odds = scores.map((score) => Math.exp((score - highest) / temperature));
  let sum = 0;
  for (const one of odds) sum += one;
  return odds.map((one) => one / sum);
}
