import type { TextFeatures } from '@lattice-lock/contract';
import { likelyDomains, seenChance } from '../quality/domain-mixture.ts';
import { leaningColumns, type LeaningWeights } from '../quality/leanings.ts';
import { foldBucket } from '../quality/text-embedding.ts';
import type { CellFit } from './cell-fit.ts';
import type { OutcomeTable, Outcomes } from './outcome-table.ts';
import { quantize } from './quantize.ts';
import { ridgeWeights, type SparseRow } from './ridge-fit.ts';

/** {@link LeaningWeights}, and how far each model stands above the mean of all models of a data set, models by rows. */
export interface LeaningFit extends LeaningWeights {
  readonly standing: Float64Array;
}

/**
 * Pull of the weights towards none, and what a deviation of a figure counts beside all n-grams of a text together. Source: of
 * 3, 11 and 33 and of .1, .13 and .2 the best when parts of the public outcomes were left out.
 */
const ridge = Object.freeze({ pull: 33, figure: 0.1 });

/**
 * Learns for each data set what the wording says of the scores beyond what the table of domains says: for all models alike,
 * and for strong ones more than for weak ones.
 *
 * @param posteriors Of each row, by a net that did not see it; rows without one teach nothing.
 */
export function fitLeanings(
  { rows, groups, models }: OutcomeTable,
  posteriors: readonly (Float64Array | undefined)[],
  cells: CellFit,
  shape: Shape,
): LeaningFit {
  const columns = groups.length * leaningColumns;
  const table = new Float64Array(shape.buckets * columns);
  const dense = new Float32Array(columns * shape.dense);
  const bias = new Float32Array(columns);
  const standing = new Float64Array(models.length * groups.length);
  const seen = rows.flatMap((row, at) => {
    const posterior = posteriors[at];
    return posterior === undefined ? [] : [{ row, posterior }];
  });
  const { deviation } = momentsOf(
    seen.map(({ row }) => row),
    shape.dense,
  );
  groups.forEach((_, group) => {
    const own = seen.filter(({ row }) => row.group === group);
    const ownRows = own.map(({ row }) => row);
    const stands = standingsOf(ownRows, models.length);
    stands.forEach((value, model) => (standing[model * groups.length + group] = value));
    const { mean } = momentsOf(ownRows, shape.dense);
    const inputs = ownRows.map(({ features }) => inputOf(features, shape, mean, deviation));
    const residues = own.map(({ row, posterior }) => {
      const likely = likelyDomains(posterior);
      return residuesOf(row, stands, (model) => seenChance(cells, model, likely));
    });
    for (let column = 0; column < leaningColumns; column += 1) {
      const targets = Float64Array.from(residues, (pair) => pair[column] ?? 0);
      const weights = ridgeWeights(inputs, targets, shape.buckets + shape.dense, ridge.pull);
      const to = group * leaningColumns + column;
      for (let bucket = 0; bucket < shape.buckets; bucket += 1) table[bucket * columns + to] = weights[bucket] ?? 0;
      for (let at = 0; at < shape.dense; at += 1) {
        const weight = ((weights[shape.buckets + at] ?? 0) * ridge.figure) / (deviation[at] ?? 1);
        dense[to * shape.dense + at] = weight;
        bias[to] = (bias[to] ?? 0) - weight * (mean[at] ?? 0);
      }
    }
  });
  return { ...quantize(table, columns), dense, bias, standing };
}

/** How many n-grams and figures there are. */
interface Shape {
  readonly buckets: number;
  readonly dense: number;
}

/** Mean and standard deviation of each figure; a figure that never changes has a deviation of 1. */
function momentsOf(rows: readonly Outcomes[], count: number): { mean: Float64Array; deviation: Float64Array } {
  const mean = new Float64Array(count);
  const square = new Float64Array(count);
  for (const { features } of rows) {
    for (let at = 0; at < count; at += 1) {
      const value = features.dense[at] ?? 0;
      mean[at] = (mean[at] ?? 0) + value / rows.length;
      square[at] = (square[at] ?? 0) + value ** 2 / rows.length;
    }
  }
  const deviation = square.map((value, at) => {
    const variance = value - (mean[at] ?? 0) ** 2;
    return variance < 1e-8 ? 1 : Math.sqrt(variance);
  });
  return { mean, deviation };
}

function inputOf(
  features: TextFeatures,
  { buckets, dense }: Shape,
  mean: Float64Array,
  deviation: Float64Array,
): SparseRow {
  const { length } = features.indexes;
  const indexes = new Int32Array(length + dense);
  const values = new Float64Array(length + dense);
  for (let at = 0; at < length; at += 1) {
    indexes[at] = foldBucket(features.indexes[at] ?? 0, buckets - 1);
    values[at] = features.values[at] ?? 0;
  }
  for (let at = 0; at < dense; at += 1) {
    indexes[length + at] = buckets + at;
    const unusual = ((features.dense[at] ?? 0) - (mean[at] ?? 0)) / (deviation[at] ?? 1);
    values[length + at] = unusual * ridge.figure;
  }
  return { indexes, values };
}

/** How far each model's mean score is above the mean of all models; 0 where it was not seen. */
function standingsOf(rows: readonly Outcomes[], models: number): Float64Array {
  const sums = new Float64Array(models);
  const counts = new Float64Array(models);
  for (const row of rows) {
    row.models.forEach((model, at) => {
      sums[model] = (sums[model] ?? 0) + (row.scores[at] ?? 0);
      counts[model] = (counts[model] ?? 0) + 1;
    });
  }
  const means = sums.map((sum, model) => sum / Math.max(1, counts[model] ?? 0));
  const isSeen = (model: number) => (counts[model] ?? 0) > 0;
  const seen = means.filter((_, model) => isSeen(model));
  const mean = seen.reduce((sum, value) => sum + value, 0) / Math.max(1, seen.length);
  return means.map((value, model) => (isSeen(model) ? value - mean : 0));
}

/** Level and slope by standing of what the scores of a row are above what is expected of them. */
function residuesOf(
  { models, scores }: Outcomes,
  standings: Float64Array,
  expected: (model: number) => number,
): readonly [level: number, spread: number] {
  let level = 0;
  let middle = 0;
  const residues = Float64Array.from(models, (model, at) => (scores[at] ?? 0) - expected(model));
  for (let at = 0; at < models.length; at += 1) {
    level += (residues[at] ?? 0) / models.length;
    middle += (standings[models[at] ?? -1] ?? 0) / models.length;
  }
  let products = 0;
  let squares = leastSquares;
  for (let at = 0; at < models.length; at += 1) {
    const above = (standings[models[at] ?? -1] ?? 0) - middle;
    products += above * (residues[at] ?? 0);
    squares += above ** 2;
  }
  return [level, products / squares];
}

/** So little spread of the standings tells nothing of a slope. Source: `assumption`. */
const leastSquares = 1e-3;
