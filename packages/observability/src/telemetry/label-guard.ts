/** What stands for every value beyond the bound. */
export const otherLabel = '_other';

/** Longest value that is a label, in characters; names of models are shorter. */
const maxLength = 128;

/**
 * Bounds the values of one label, so that whoever sends requests cannot make series without end: known values and the
 * first others keep their name, what comes later is `_other`.
 */
export class LabelGuard {
  readonly #values: Set<string>;
  readonly #limit: number;

  constructor(maxOthers: number, known: Iterable<string> = []) {
    this.#values = new Set(known);
    this.#limit = this.#values.size + maxOthers;
  }

  admit(value: string): string {
    if (this.#values.has(value)) return value;
    if (value.length > maxLength || this.#values.size >= this.#limit) return otherLabel;
    this.#values.add(value);
    return value;
  }
}
