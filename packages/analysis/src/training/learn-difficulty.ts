import { denseFeatureNames } from '../text-features.ts';
import type { DomainView } from '../learned-task.ts';
import type { TaskModel } from '../task-model.ts';
import { domainNames } from './domain-categories.ts';
import { groupRows } from './group-rows.ts';
import type { TrainingText } from './training-text.ts';

type Difficulty = NonNullable<TaskModel['difficulty']>;

/** Pulls every addition towards none, as if so many rows had shown none. */
const ridge = 50;

/** The share of what outcomes show that is believed of other texts: within a set of exams less is at stake than between. */
const believed = 0.5;

/**
 * Learns what form and domain add to the difficulty: ridge regression of the share of models that failed, less the mean of
 * the data set, so that the level of a data set teaches nothing. `null` when no row has outcomes.
 */
export function learnDifficulty(
  texts: readonly TrainingText[],
  domainOf: (stems: Int32Array) => DomainView,
): Difficulty | null {
  const width = denseFeatureNames.length + domainNames.length;
  const products = Array.from({ length: width }, (_, row) => {
    const line = new Float64Array(width + 1);
    line[row] = ridge;
    return line;
  });
  const sets = groupRows(
    texts.flatMap((training) => failureOf(training)),
    ({ training }) => training.row.dataset ?? '',
  );
  if (sets.size === 0) return null;
  for (const rows of sets.values()) {
    const features = rows.map(({ training }) => featuresOf(training, domainOf));
    const means = Float64Array.from({ length: width }, (_, column) => mean(features.map((one) => one[column] ?? 0)));
    const level = mean(rows.map(({ failure }) => failure));
    rows.forEach(({ failure }, index) => {
      const centred = Float64Array.from(features[index] ?? [], (value, column) => value - (means[column] ?? 0));
      addProducts(products, centred, failure - level);
    });
  }
  // Adding 0 turns -0, which JSON does not keep, into 0.
  const weights = solve(products).map((weight) => Number((weight * believed).toFixed(4)) + 0);
  const dense = [...weights.slice(0, denseFeatureNames.length)];
  return {
    dense: [0, ...dense.slice(1)],
    domains: Object.fromEntries(
      domainNames.map((name, index) => [name, weights[denseFeatureNames.length + index] ?? 0]),
    ),
  };
}

function failureOf(training: TrainingText): readonly { readonly training: TrainingText; readonly failure: number }[] {
  const scores = Object.values(training.row.outcomes ?? {}).map(({ score }) => score);
  return scores.length === 0 ? [] : [{ training, failure: 1 - mean(scores) }];
}

function featuresOf({ dense, stems }: TrainingText, domainOf: (stems: Int32Array) => DomainView): Float64Array {
  const { domains } = domainOf(stems);
  return Float64Array.from([...dense, ...domainNames.map((name) => domains[name] ?? 0)]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function addProducts(products: readonly Float64Array[], features: Float64Array, target: number): void {
  products.forEach((line, row) => {
    const value = features[row] ?? 0;
    if (value === 0) return;
    for (let column = 0; column < features.length; column += 1) {
      line[column] = (line[column] ?? 0) + value * (features[column] ?? 0);
    }
    line[features.length] = (line[features.length] ?? 0) + value * target;
  });
}

/** Gaussian elimination of a positive definite system whose last column is the right side. */
function solve(lines: readonly Float64Array[]): Float64Array {
  const width = lines.length;
  for (const [pivot, pivotLine] of lines.entries()) {
    const by = pivotLine[pivot] ?? 1;
    for (const [row, line] of lines.entries()) {
      if (row === pivot) continue;
      const factor = (line[pivot] ?? 0) / by;
      if (factor === 0) continue;
      for (let column = pivot; column <= width; column += 1) {
        line[column] = (line[column] ?? 0) - factor * (pivotLine[column] ?? 0);
      }
    }
  }
  return Float64Array.from(lines, (line, row) => (line[width] ?? 0) / (line[row] ?? 1));
}
