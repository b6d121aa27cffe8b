import { probabilityOf } from '../quality/logistic.ts';

/** Solves `a x = b` for a symmetric positive definite `a` given by its lower half, row by row (Cholesky); both are overwritten. */
function solveSymmetric(a: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  const at = (row: number, column: number) => a[row * size + column] ?? 0;
  for (let column = 0; column < size; column += 1) {
    let pivot = at(column, column);
    for (let k = 0; k < column; k += 1) pivot -= at(column, k) ** 2;
    const root = Math.sqrt(Math.max(pivot, 1e-9));
    a[column * size + column] = root;
    for (let row = column + 1; row < size; row += 1) {
      let rest = at(row, column);
      for (let k = 0; k < column; k += 1) rest -= at(row, k) * at(column, k);
      a[row * size + column] = rest / root;
    }
  }
  for (let row = 0; row < size; row += 1) {
    let rest = b[row] ?? 0;
    for (let k = 0; k < row; k += 1) rest -= at(row, k) * (b[k] ?? 0);
    b[row] = rest / at(row, row);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let rest = b[row] ?? 0;
    for (let k = row + 1; k < size; k += 1) rest -= at(k, row) * (b[k] ?? 0);
    b[row] = rest / at(row, row);
  }
  return b;
}

/** Something seen: inputs, log-odds that are given, a score from 0 to 1, and how much it counts. */
export interface Sighting {
  readonly inputs: Float64Array;
  readonly offset: number;
  readonly score: number;
  readonly weight: number;
}

/**
 * Logistic regression with given log-odds and a pull towards a prior, by Newton's method.
 *
 * @param pull How strongly each slope is held to its prior, in units of information.
 */
export function fitLogistic(
  sightings: readonly Sighting[],
  prior: Float64Array,
  pull: Float64Array,
  rounds = 4,
): Float64Array {
  const size = prior.length;
  const slopes = prior.slice();
  for (let round = 0; round < rounds; round += 1) {
    const information = new Float64Array(size * size);
    const gradient = new Float64Array(size);
    for (let j = 0; j < size; j += 1) {
      information[j * size + j] = pull[j] ?? 0;
      gradient[j] = (pull[j] ?? 0) * ((prior[j] ?? 0) - (slopes[j] ?? 0));
    }
    for (const { inputs, offset, score, weight } of sightings) {
      let logit = offset;
      for (let j = 0; j < size; j += 1) logit += (slopes[j] ?? 0) * (inputs[j] ?? 0);
      const predicted = probabilityOf(logit);
      const slope = weight * (score - predicted);
      const curve = weight * predicted * (1 - predicted);
      for (let j = 0; j < size; j += 1) {
        const input = inputs[j] ?? 0;
        gradient[j] = (gradient[j] ?? 0) + slope * input;
        for (let k = 0; k <= j; k += 1) {
          const cell = j * size + k;
          information[cell] = (information[cell] ?? 0) + curve * input * (inputs[k] ?? 0);
        }
      }
    }
    const step = solveSymmetric(information, gradient);
    for (let j = 0; j < size; j += 1) slopes[j] = (slopes[j] ?? 0) + (step[j] ?? 0);
  }
  return slopes;
}
