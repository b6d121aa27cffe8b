/** A slot of a table in which nothing stands. */
const free = 0;

function sizeFor(count: number): number {
  return 2 ** Math.ceil(Math.log2(2 * count + 2));
}

function slotOf(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}

/** Bits of a filter for each hash in it: it lets one in ten others pass, or fewer. */
const bitsPerHash = 16;

/**
 * Bits of hashes, to be asked first where most hashes are in no table: a filter stays in the nearest cache where the table
 * would not.
 */
export class HashFilter {
  readonly #bits: Int32Array;

  constructor(hashes: readonly number[]) {
    this.#bits = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(1, (bitsPerHash * hashes.length) / 32))));
    for (const hash of hashes) {
      const index = slotOf(hash, this.#bits.length - 1);
      this.#bits[index] = (this.#bits[index] ?? 0) | bitOf(hash);
    }
  }

  /** False for most hashes that are not in it, and for none that is. */
  mayHold(hash: number): boolean {
    const bits = this.#bits;
    return ((bits[slotOf(hash, bits.length - 1)] ?? 0) & bitOf(hash)) !== 0;
  }
}

/** By the highest bits of a hash, which do not choose the word of the filter. */
function bitOf(hash: number): number {
  return 1 << (hash >>> 27);
}

/** Words known by their hashes: most words of a text are in no list, and a look here is cheaper than in a `Set`. */
export class WordSet {
  readonly #hashes: Int32Array;
  readonly #holdsZero: boolean;

  constructor(hashes: Iterable<number>) {
    const distinct = new Set(hashes);
    this.#holdsZero = distinct.delete(free);
    this.#hashes = new Int32Array(sizeFor(distinct.size));
    const mask = this.#hashes.length - 1;
    for (const hash of distinct) {
      let slot = slotOf(hash, mask);
      while (this.#hashes[slot] !== free) slot = (slot + 1) & mask;
      this.#hashes[slot] = hash;
    }
  }

  has(hash: number): boolean {
    const hashes = this.#hashes;
    const mask = hashes.length - 1;
    for (let slot = slotOf(hash, mask); ; slot = (slot + 1) & mask) {
      const found = hashes[slot];
      if (found === free) return hash === free && this.#holdsZero;
      if (found === hash) return true;
    }
  }
}

/** What is known of words, by their hashes; see {@link WordSet}. */
export class WordTable<Value> {
  /** Two units an entry: the hash, and the index of the value plus one. */
  readonly #slots: Int32Array;
  readonly #values: Value[] = [];

  constructor(entries: ReadonlyMap<number, Value>) {
    this.#slots = new Int32Array(2 * sizeFor(entries.size));
    const mask = this.#slots.length / 2 - 1;
    for (const [hash, value] of entries) {
      let slot = slotOf(hash, mask);
      while (this.#slots[2 * slot + 1] !== free) slot = (slot + 1) & mask;
      this.#slots[2 * slot] = hash;
      this.#slots[2 * slot + 1] = this.#values.push(value);
    }
  }

  get(hash: number): Value | undefined {
    const slots = this.#slots;
    const mask = (slots.length >> 1) - 1;
    for (let slot = slotOf(hash, mask); ; slot = (slot + 1) & mask) {
      const index = slots[2 * slot + 1] ?? free;
      if (index === free) return undefined;
      if (slots[2 * slot] === hash) return this.#values[index - 1];
    }
  }
}
