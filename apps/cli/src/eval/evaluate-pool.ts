import { crossFittedMeans } from './category-table.ts';
import { ClusterBootstrap, intervalOf } from './cluster-bootstrap.ts';
import { averageQuality, type CostPoint } from './cost-hull.ts';
import type { EvaluationOptions } from './evaluate-pair.ts';
import type { EvaluationRow } from './evaluation-row.ts';
import type { CostQuality, JudgeName, PoolReport, PoolResult } from './evaluation-report.ts';
import { poolChoices } from './pool-choices.ts';
import type { RoutedRows } from './routed-set.ts';

/** Models to choose from. */
export interface ModelPool {
  readonly models: readonly string[];
  /** Their costs are known and count. */
  readonly isPriced: boolean;
}

/** A pool, laid out for counting. */
interface Pool {
  readonly rows: readonly EvaluationRow[];
  readonly models: readonly string[];
  /** By model, then row. */
  readonly scores: readonly Float64Array[];
  readonly costs: readonly Float64Array[] | null;
}

/** A judge with what it chooses as cost counts more and more; its first choice does not regard cost. */
interface PoolJudge {
  readonly judge: JudgeName;
  readonly choices: readonly Uint16Array[];
  readonly isSingle: boolean;
}

/** How well router and baselines choose from some models. `undefined`: fewer than two models, or no row with all of them. */
export function evaluatePool(
  all: readonly EvaluationRow[],
  { models, isPriced }: ModelPool,
  routed: RoutedRows,
  options: EvaluationOptions,
): PoolReport | undefined {
  const pool = layOut(all, models, isPriced);
  if (models.length < 2 || pool.rows.length === 0) return undefined;
  const even = new Uint8Array(pool.rows.length).fill(1);
  const measure = measuresOn(pool, even);
  const best = indexOfBest(measure.singles.map(({ quality }) => quality));
  const judges = poolJudges(pool, measure.singles, best, routed, options);
  const drawn = drawPool(pool, judges, best, options);
  const oracle = mean(pool.rows.map((_, row) => Math.max(...pool.scores.map((scores) => scores[row] ?? 0))));
  const bestPoint = measure.singles[best] ?? { cost: 0, quality: 0 };
  const hasCosts = pool.costs !== null;
  const shown = ({ cost, quality }: CostPoint): CostQuality => ({ quality, cost: hasCosts ? cost : null });
  const results = judges.map(({ judge, isSingle, ...one }): PoolResult => {
    const points = measure.points(one.choices);
    const top = judge === 'random' ? measure.random : (points[0] ?? bestPoint);
    const samples = drawn.get(judge);
    const within = [...points, ...(isSingle ? [] : [measure.cheapest])];
    const reached = within.filter(({ quality }) => quality >= bestPoint.quality).sort((a, b) => a.cost - b.cost)[0];
    const gap = oracle - bestPoint.quality;
    return {
      judge,
      ...shown(top),
      interval: intervalOf(samples?.quality ?? []),
      overBestSingle: { value: top.quality - bestPoint.quality, interval: intervalOf(samples?.overBest ?? []) },
      gapClosed: gap > 0 ? (top.quality - bestPoint.quality) / gap : null,
      aiq: hasCosts && !isSingle ? finite(measure.aiq(within)) : null,
      aiqInterval: hasCosts && !isSingle ? intervalOf(samples?.aiq ?? []) : null,
      costAtBestSingle: hasCosts && !isSingle && reached !== undefined ? reached.cost / bestPoint.cost : null,
      points: isSingle ? [] : within.map(shown),
    };
  });
  return {
    rows: pool.rows.length,
    models: models.map((model, at) => ({ model, ...shown(measure.singles[at] ?? bestPoint) })),
    bestSingle: models[best] ?? '',
    oracleQuality: oracle,
    zeroRouterAiq: hasCosts ? finite(measure.aiq(measure.singles)) : null,
    results,
  };
}

/** Whether every row was answered with one score for all models: then the router cannot tell them apart. */
export function isUndecided(rows: readonly EvaluationRow[], models: readonly string[], routed: RoutedRows): boolean {
  return rows.every((row) => {
    const said = models.map((model) => routed.get(row)?.q[model]);
    return said.every((one) => one === said[0]);
  });
}

function layOut(all: readonly EvaluationRow[], models: readonly string[], isPriced: boolean): Pool {
  const isWhole = ({ outcomes }: EvaluationRow) =>
    models.every((model) => outcomes[model] !== undefined && (!isPriced || (outcomes[model]?.cost ?? 0) > 0));
  const rows = all.filter(isWhole);
  const column = (of: (row: EvaluationRow, model: string) => number) =>
    models.map((model) => Float64Array.from(rows, (row) => of(row, model)));
  return {
    rows,
    models,
    scores: column(({ outcomes }, model) => outcomes[model]?.score ?? 0),
    costs: isPriced ? column(({ outcomes }, model) => outcomes[model]?.cost ?? 0) : null,
  };
}

function poolJudges(
  { rows, models, scores, costs }: Pool,
  singles: readonly CostPoint[],
  best: number,
  routed: RoutedRows,
  { baselines }: EvaluationOptions,
): readonly PoolJudge[] {
  const meanCosts = costs === null ? null : singles.map(({ cost }) => cost);
  const always = (model: number) => [new Uint16Array(rows.length).fill(model)];
  const byOutlook = (expected: readonly ArrayLike<number>[]) => poolChoices({ expected, costs: meanCosts });
  const choose: Partial<Record<JudgeName, () => readonly Uint16Array[]>> = {
    random: () => [],
    ...(meanCosts !== null && { cheapest: () => always(indexOfBest(meanCosts.map((cost) => -cost))) }),
    'best-single': () => always(best),
    category: () => byOutlook(scores.map((column) => crossFittedMeans(rows, column))),
    router: () => byOutlook(models.map((model) => Float64Array.from(rows, (row) => routed.get(row)?.q[model] ?? 0))),
    oracle: () => byOutlook(scores),
  };
  const order: readonly JudgeName[] = ['random', 'cheapest', 'best-single', 'category', 'router', 'oracle'];
  return order.flatMap((judge): readonly PoolJudge[] => {
    const choices = choose[judge];
    if (choices === undefined || !(judge === 'router' || baselines.includes(judge))) return [];
    return [{ judge, choices: choices(), isSingle: ['random', 'cheapest', 'best-single'].includes(judge) }];
  });
}

/** Means on rows that count as often as their weights say. */
function measuresOn({ scores, costs, models }: Pool, weights: ArrayLike<number>) {
  let total = 0;
  for (let row = 0; row < weights.length; row += 1) total += weights[row] ?? 0;
  const over = (chosen: (row: number) => number): CostPoint => {
    let [cost, quality] = [0, 0];
    for (let row = 0; row < weights.length; row += 1) {
      const model = chosen(row);
      const weight = weights[row] ?? 0;
      quality += weight * (scores[model]?.[row] ?? 0);
      cost += weight * (costs?.[model]?.[row] ?? 0);
    }
    return { cost: cost / total, quality: quality / total };
  };
  const singles = models.map((_, model) => over(() => model));
  const singleCosts = singles.map(({ cost }) => cost);
  const [fromCost, toCost] = [Math.min(...singleCosts), Math.max(...singleCosts)];
  return {
    singles,
    cheapest: singles.find(({ cost }) => cost === fromCost) ?? { cost: 0, quality: 0 },
    random: { cost: mean(singleCosts), quality: mean(singles.map(({ quality }) => quality)) },
    points: (choices: readonly Uint16Array[]) => choices.map((chosen) => over((row) => chosen[row] ?? 0)),
    aiq: (points: readonly CostPoint[]) => averageQuality(points, fromCost, toCost),
  };
}

interface DrawnPool {
  readonly quality: number[];
  readonly overBest: number[];
  readonly aiq: number[];
}

/** The choices stay those of all rows; what they cost and reach is measured on each draw. */
function drawPool(
  pool: Pool,
  judges: readonly PoolJudge[],
  best: number,
  options: EvaluationOptions,
): ReadonlyMap<JudgeName, DrawnPool> {
  const drawn = new Map(
    judges.map(({ judge }): [JudgeName, DrawnPool] => [judge, { quality: [], overBest: [], aiq: [] }]),
  );
  const clusters = pool.rows.map(({ cluster }) => cluster);
  for (const weights of new ClusterBootstrap(clusters, options).draws()) {
    const measure = measuresOn(pool, weights);
    const bestQuality = measure.singles[best]?.quality ?? NaN;
    for (const { judge, choices, isSingle } of judges) {
      const points = measure.points(choices);
      const quality = judge === 'random' ? measure.random.quality : (points[0]?.quality ?? NaN);
      const samples = drawn.get(judge);
      samples?.quality.push(quality);
      samples?.overBest.push(quality - bestQuality);
      if (pool.costs !== null && !isSingle) samples?.aiq.push(measure.aiq([...points, measure.cheapest]));
    }
  }
  return drawn;
}

function indexOfBest(values: readonly number[]): number {
  return values.reduce((best, value, at) => (value > (values[best] ?? -Infinity) ? at : best), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
