import type { TextFeatures } from '@lattice-lock/contract';
import { foldBucket } from './text-embedding.ts';

/** What the wording of a prompt says beyond its domain, within one data set. */
export interface Leaning {
  /** How much better than expected all models do. */
  readonly level: number;
  /** How much better than expected they do for each unit that a model stands above the mean of all. */
  readonly spread: number;
}

/** Columns of a data set: level and spread. */
export const leaningColumns = 2;

/** The packed numbers of {@link Leanings}. */
export interface LeaningWeights {
  /** Rows of buckets (a power of two), columns `level` and `spread` of each data set. */
  readonly codes: Int8Array;
  /** What one unit of a code is worth, by column. */
  readonly scale: Float32Array;
  /** The weights of the dense figures; columns by rows. */
  readonly dense: Float32Array;
  readonly bias: Float32Array;
}

/** Linear in the n-grams and the figures of a text: two outcomes for each data set. */
export class Leanings {
  readonly #weights: LeaningWeights;
  readonly #mask: number;

  constructor(weights: LeaningWeights) {
    this.#weights = weights;
    this.#mask = weights.codes.length / weights.scale.length - 1;
  }

  read({ indexes, values, dense }: TextFeatures, group: number): Leaning {
    const { codes, scale, bias, dense: denseWeights } = this.#weights;
    const columns = scale.length;
    const first = group * leaningColumns;
    let level = 0;
    let spread = 0;
    for (let at = 0; at < indexes.length; at += 1) {
      const row = foldBucket(indexes[at] ?? 0, this.#mask) * columns + first;
      const value = values[at] ?? 0;
      level += value * (codes[row] ?? 0);
      spread += value * (codes[row + 1] ?? 0);
    }
    level = level * (scale[first] ?? 0) + (bias[first] ?? 0);
    spread = spread * (scale[first + 1] ?? 0) + (bias[first + 1] ?? 0);
    const width = dense.length;
    for (let at = 0; at < width; at += 1) {
      const value = dense[at] ?? 0;
      level += value * (denseWeights[first * width + at] ?? 0);
      spread += value * (denseWeights[(first + 1) * width + at] ?? 0);
    }
    return { level, spread };
  }
}
