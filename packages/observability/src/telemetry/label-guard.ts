/** What stands for every value beyond the bound. */
const otherLabel = '_other';

/** Longest value that is a label, in characters; names of models are shorter. */
const maxLength = 128;

/**
 * Bounds the values of one label, so that whoever sends requests cannot make series without end: known values and the
 * first others keep their name, what comes later is `_other`.
 */
export class LabelGuard {
  readonly #known = new Set<string>();
  readonly #others = new Set<string>();
  readonly #maxOthers: number;

  constructor(maxOthers: number) {
    this.#maxOthers = maxOthers;
  }

  /** From now on these keep their name, whatever came before. */
  know(values: Iterable<string>): void {
    for (const value of values) this.#known.add(value);
  }

  admit(value: string): string {
    if (this.#known.has(value) || this.#others.has(value)) return value;
    if (value.length > maxLength || this.#others.size >= this.#maxOthers) return otherLabel;
    this.#others.add(value);
    return value;
  }
}
