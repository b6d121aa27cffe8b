/** What is expected of every model of a pool. */
export interface PoolOutlook {
  /** The expected score of each model (outer) for each row (inner). */
  readonly expected: readonly ArrayLike<number>[];
  /** The mean cost of each model; `null` without costs. */
  readonly costs: readonly number[] | null;
}

/** How much cost counts against quality: not at all, then in 40 steps from next to nothing to more than any quality. */
const costWeights: readonly number[] = [0, ...Array.from({ length: 40 }, (_, step) => 10 ** (-4 + (step * 6) / 39))];

/** Scores that differ by less are equal; the cheaper model is taken then. */
const equalScores = 1e-12;

/**
 * The models that are chosen for each row when the best expected score counts, less its model's cost relative to the dearest:
 * first without regard to cost, then, where costs are known, with ever more.
 */
export function poolChoices({ expected, costs }: PoolOutlook): readonly Uint16Array[] {
  const dearest = Math.max(...(costs ?? [1]));
  return (costs === null ? [0] : costWeights).map((weight) => {
    const penalty = expected.map((_, model) => (weight * (costs?.[model] ?? 0)) / dearest);
    return Uint16Array.from(expected[0] ?? [], (_, row) => {
      let chosen = 0;
      let best = -Infinity;
      for (let model = 0; model < expected.length; model += 1) {
        const value = (expected[model]?.[row] ?? 0) - (penalty[model] ?? 0);
        const isCheaper = costs !== null && (costs[model] ?? 0) < (costs[chosen] ?? 0);
        if (value > best + equalScores || (Math.abs(value - best) < equalScores && isCheaper)) {
          best = value;
          chosen = model;
        }
      }
      return chosen;
    });
  });
}
