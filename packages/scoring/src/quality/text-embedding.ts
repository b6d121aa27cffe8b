import type { TextFeatures } from '@lattice-lock/contract';

/** A text as a few numbers: the weighted sum of the vectors of its n-grams, then the figures about its form. */
export class TextEmbedding {
  readonly rank: number;
  readonly #mask: number;
  readonly #codes: Int8Array;
  readonly #scale: Float32Array;

  /**
   * @param codes One row of as many numbers as `scale` has for each bucket; the number of buckets is a power of two.
   * @param scale What one unit of a code is worth, by column.
   */
  constructor(codes: Int8Array, scale: Float32Array) {
    this.rank = scale.length;
    this.#mask = codes.length / scale.length - 1;
    this.#codes = codes;
    this.#scale = scale;
  }

  /** @param sum Where the result goes: as many numbers as the rank and the dense figures together. */
  embed(features: TextFeatures, sum: Float64Array): void {
    const { rank } = this;
    const codes = this.#codes;
    const { indexes, values } = features;
    sum.fill(0);
    for (let at = 0; at < indexes.length; at += 1) {
      const row = foldBucket(indexes[at] ?? 0, this.#mask) * rank;
      const value = values[at] ?? 0;
      for (let column = 0; column < rank; column += 1) {
        sum[column] = (sum[column] ?? 0) + value * (codes[row + column] ?? 0);
      }
    }
    for (let column = 0; column < rank; column += 1) sum[column] = (sum[column] ?? 0) * (this.#scale[column] ?? 0);
    appendDense(features, rank, sum);
  }
}

/** The row of an n-gram in a table of `mask + 1` rows: the many buckets of the analysis are folded onto fewer. */
export function foldBucket(bucket: number, mask: number): number {
  return (bucket ^ (bucket >>> 16)) & mask;
}

/** Figures of the form beside the sum of the n-grams, at about its size. */
const denseScale = 0.5;

/** Puts the dense figures behind the first `rank` numbers. */
export function appendDense({ dense }: Pick<TextFeatures, 'dense'>, rank: number, sum: Float64Array): void {
  for (let at = rank; at < sum.length; at += 1) sum[at] = (dense[at - rank] ?? 0) * denseScale;
}
