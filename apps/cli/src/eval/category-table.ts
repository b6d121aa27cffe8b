import type { EvaluationRow } from './evaluation-row.ts';

const folds = 5;

/** A category's mean is pulled to that of all rows as if so many rows of them were in it. The figure of the shared protocol. */
const priorRows = 10;

/**
 * What the mean of its category says of each row, learnt from the clusters of the other four folds: the honest form of the
 * baseline that knows the category of every prompt. The level of all rows is the same for every row, so that the folds
 * cannot be told apart by it.
 *
 * @param values What was measured of each row.
 */
export function crossFittedMeans(rows: readonly EvaluationRow[], values: ArrayLike<number>): Float64Array {
  const all = new FoldSums();
  const categories = new Map<string, FoldSums>();
  const foldOf = rows.map(({ cluster }) => foldNumber(cluster));
  for (const [at, { category }] of rows.entries()) {
    const sums = categories.get(category) ?? new FoldSums();
    categories.set(category, sums);
    for (const one of [all, sums]) one.add(foldOf[at] ?? 0, values[at] ?? 0);
  }
  const level = all.mean(null) ?? 0;
  return Float64Array.from(rows, ({ category }, at) => {
    const fold = foldOf[at] ?? 0;
    const others = all.mean(fold) ?? level;
    const { sum, count } = categories.get(category)?.without(fold) ?? { sum: 0, count: 0 };
    return level + (sum + priorRows * others) / (count + priorRows) - others;
  });
}

/** Sums by fold. */
class FoldSums {
  readonly #sums = new Float64Array(folds);
  readonly #counts = new Float64Array(folds);

  add(fold: number, value: number): void {
    this.#sums[fold] = (this.#sums[fold] ?? 0) + value;
    this.#counts[fold] = (this.#counts[fold] ?? 0) + 1;
  }

  without(fold: number | null): { readonly sum: number; readonly count: number } {
    const total = (values: Float64Array) => values.reduce((sum, value, at) => (at === fold ? sum : sum + value), 0);
    return { sum: total(this.#sums), count: total(this.#counts) };
  }

  mean(withoutFold: number | null): number | undefined {
    const { sum, count } = this.without(withoutFold);
    return count === 0 ? undefined : sum / count;
  }
}

/** The fold of a cluster: FNV-1a (Fowler, Noll, Vo) of its name, so that it is the same in every run. */
function foldNumber(cluster: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < cluster.length; at += 1) hash = Math.imul(hash ^ cluster.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % folds;
}
