/** A row of a matrix of which most is 0. */
export interface SparseRow {
  readonly indexes: Int32Array;
  readonly values: Float64Array;
}

/** Least squares stop when so little of the first error is left, or after so many rounds. */
const bounds = Object.freeze({ error: 1e-6, rounds: 40 });

/**
 * The weights that predict the targets best, pulled towards none: ridge regression, solved by conjugate gradients in the
 * rows (Hestenes and Stiefel 1952), because there are fewer rows than weights.
 *
 * @param width How many weights there are.
 * @param pull Added to the squared length of each row.
 */
export function ridgeWeights(
  rows: readonly SparseRow[],
  targets: Float64Array,
  width: number,
  pull: number,
): Float64Array {
  const sums = new Float64Array(rows.length);
  const rest = targets.slice();
  const way = targets.slice();
  let squares = product(rest, rest);
  const enough = squares * bounds.error;
  for (let round = 0; round < bounds.rounds && squares > enough; round += 1) {
    const weights = weightsOf(rows, way, width);
    const image = Float64Array.from(rows, (row, at) => applied(row, weights) + pull * (way[at] ?? 0));
    const step = squares / product(way, image);
    for (let at = 0; at < rest.length; at += 1) {
      sums[at] = (sums[at] ?? 0) + step * (way[at] ?? 0);
      rest[at] = (rest[at] ?? 0) - step * (image[at] ?? 0);
    }
    const before = squares;
    squares = product(rest, rest);
    for (let at = 0; at < way.length; at += 1) way[at] = (rest[at] ?? 0) + (squares / before) * (way[at] ?? 0);
  }
  return weightsOf(rows, sums, width);
}

function weightsOf(rows: readonly SparseRow[], shares: Float64Array, width: number): Float64Array {
  const weights = new Float64Array(width);
  rows.forEach(({ indexes, values }, row) => {
    const share = shares[row] ?? 0;
    for (let at = 0; at < indexes.length; at += 1) {
      const index = indexes[at] ?? 0;
      weights[index] = (weights[index] ?? 0) + share * (values[at] ?? 0);
    }
  });
  return weights;
}

function applied({ indexes, values }: SparseRow, weights: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < indexes.length; at += 1) sum += (weights[indexes[at] ?? 0] ?? 0) * (values[at] ?? 0);
  return sum;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
