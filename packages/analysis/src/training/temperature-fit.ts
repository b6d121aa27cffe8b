/** A prediction on rows that were left out of the fit. */
export interface HeldOutScore {
  /** Rows of one group weigh as much as those of any other. */
  readonly group: string;
  readonly scores: readonly number[];
  /** The classes that are right. */
  readonly right: readonly number[];
}

/**
 * The temperature (1 to 5) with the least mean log loss over groups: Guo et al. 2017, arXiv 1706.04599. Never below 1: the
 * rules were written with some of the groups in view, and shares that are too sure cost more than shares that are not.
 */
export function fitTemperature(held: readonly HeldOutScore[]): number {
  if (held.length === 0) return 1;
  let best = 1;
  let least = Infinity;
  for (let step = 0; step <= 40; step += 1) {
    const temperature = 1 + step / 10;
    const loss = meanLogLoss(held, temperature);
    if (loss < least) [best, least] = [temperature, loss];
  }
  return best;
}

/** Mean log loss when the scores are divided by a temperature, groups weighing the same. */
function meanLogLoss(held: readonly HeldOutScore[], temperature: number): number {
  const groups = new Map<string, { sum: number; count: number }>();
  for (const { group, scores, right } of held) {
    const highest = Math.max(...scores);
    const odds = Array.from(scores, (score) => Math.exp((score - highest) / temperature));
    const total = odds.reduce((sum, one) => sum + one, 0);
    const share = right.reduce((sum, index) => sum + (odds[index] ?? 0), 0) / total;
    const entry = groups.get(group) ?? { sum: 0, count: 0 };
    groups.set(group, { sum: entry.sum - Math.log(Math.max(share, 1e-12)), count: entry.count + 1 });
  }
  return [...groups.values()].reduce((sum, entry) => sum + entry.sum / entry.count, 0) / groups.size;
}

/** The share of rows whose highest score is right, groups weighing the same. */
export function meanAccuracy(held: readonly HeldOutScore[]): number {
  const groups = new Map<string, { right: number; count: number }>();
  for (const { group, scores, right } of held) {
    const entry = groups.get(group) ?? { right: 0, count: 0 };
    const hit = right.includes(scores.indexOf(Math.max(...scores))) ? 1 : 0;
    groups.set(group, { right: entry.right + hit, count: entry.count + 1 });
  }
  return [...groups.values()].reduce((sum, entry) => sum + entry.right / entry.count, 0) / groups.size;
}
