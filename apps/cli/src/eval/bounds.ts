import { InvalidArgumentError } from 'commander';
import type { BoundReport, PoolResult, SetReport } from './evaluation-report.ts';

/** What can be asked to reach a bound. */
export const boundMetrics = [
  'apgr',
  'over-length',
  'accuracy',
  'macro-f1',
  'domain',
  'quality',
  'aiq',
  'gap-closed',
] as const;

/** One of {@link boundMetrics}. */
export type BoundMetric = (typeof boundMetrics)[number];

/** A bound of `--min`. */
export interface Bound {
  readonly metric: BoundMetric;
  readonly atLeast: number;
}

/** Reads `apgr=.6,accuracy=.7`, also given several times. */
export function parseBounds(value: string, previous: readonly Bound[] | undefined): readonly Bound[] {
  const bounds = value.split(',').map((word): Bound => {
    const [name = '', figure = ''] = word.trim().split('=');
    const metric = boundMetrics.find((one) => one === name);
    const atLeast = Number(figure);
    if (metric === undefined) throw new InvalidArgumentError(`"${name}" is none of ${boundMetrics.join(', ')}.`);
    if (!/^-?\d*\.?\d+$/.test(figure) || Math.abs(atLeast) > 1) {
      throw new InvalidArgumentError(`Give ${name}=<number from -1 to 1>.`);
    }
    return { metric, atLeast };
  });
  return [...(previous ?? []), ...bounds];
}

/** A value of the router under test, and where it was measured. */
interface Measured {
  readonly place: string;
  readonly value: number;
}

/** Each bound against the lowest value of all sets. What was not measured at all does not meet it. */
export function checkBounds(sets: readonly SetReport[], bounds: readonly Bound[]): readonly BoundReport[] {
  return bounds.map(({ metric, atLeast }) => {
    const found = sets.flatMap((set) => measured(set, metric));
    const lowest = found.reduce<Measured>((low, one) => (one.value < low.value ? one : low), {
      place: 'no set has it',
      value: Infinity,
    });
    const value = Number.isFinite(lowest.value) ? lowest.value : null;
    return { metric, atLeast, measured: value, place: lowest.place, met: value !== null && value >= atLeast };
  });
}

function measured({ set, pairs, pools, tasks, domains }: SetReport, metric: BoundMetric): readonly Measured[] {
  const at = (place: string, value: number | null | undefined): readonly Measured[] =>
    value === null || value === undefined ? [] : [{ place, value }];
  const chosen = (figure: (result: PoolResult) => number | null) =>
    pools.flatMap(({ results }) =>
      results.filter(({ judge }) => judge === 'router').flatMap((one) => at(set, figure(one))),
    );
  if (metric === 'accuracy') return at(set, tasks?.accuracy);
  if (metric === 'macro-f1') return at(set, tasks?.macroF1);
  if (metric === 'domain') return at(set, domains?.accuracy);
  if (metric === 'quality') return chosen(({ quality }) => quality);
  if (metric === 'aiq') return chosen(({ aiq }) => aiq);
  if (metric === 'gap-closed') return chosen(({ gapClosed }) => gapClosed);
  return pairs.flatMap(({ strong, weak, results }) => {
    const router = results.find(({ judge }) => judge === 'router');
    return at(`${set}, ${strong} over ${weak}`, metric === 'apgr' ? router?.apgr : router?.overLength?.value);
  });
}
