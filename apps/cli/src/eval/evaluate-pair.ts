import { crossFittedMeans } from './category-table.ts';
import { ClusterBootstrap, intervalOf } from './cluster-bootstrap.ts';
import type { EvaluationRow } from './evaluation-row.ts';
import type { BaselineName, JudgeName, PairReport, PairResult } from './evaluation-report.ts';
import { GainRanking } from './gain-curve.ts';
import { pairMetrics } from './pair-metrics.ts';
import type { ModelPair } from '../router/batch-request.ts';
import type { RoutedRows } from './routed-set.ts';

/** What an evaluation is asked for. */
export interface EvaluationOptions {
  readonly baselines: readonly BaselineName[];
  /** Samples drawn for the intervals; 0: no intervals. */
  readonly draws: number;
  readonly seed: number;
}

/** How well router and baselines share prompts out between two models; `undefined` where the strong one is not better. */
export function evaluatePair(
  all: readonly EvaluationRow[],
  { strong, weak }: ModelPair,
  routed: RoutedRows,
  options: EvaluationOptions,
): PairReport | undefined {
  const rows = all.filter(({ outcomes }) => outcomes[strong] !== undefined && outcomes[weak] !== undefined);
  const score = (model: string) => Float64Array.from(rows, ({ outcomes }) => outcomes[model]?.score ?? 0);
  const [best, least] = [score(strong), score(weak)];
  const gains = best.map((value, at) => value - (least[at] ?? 0));
  const key = `${strong}|${weak}`;
  const opinions: Partial<Record<JudgeName, ArrayLike<number>>> = {
    random: new Float64Array(rows.length),
    length: Float64Array.from(rows, ({ prompt }) => prompt.length),
    category: crossFittedMeans(rows, gains),
    router: Float64Array.from(rows, (row) => routed.get(row)?.strong[key] ?? 0),
    oracle: gains,
  };
  const wanted = [...options.baselines.filter((name) => name !== 'oracle'), 'router' as const];
  const judges = [...wanted, ...options.baselines.filter((name) => name === 'oracle')].flatMap((judge) => {
    const said = opinions[judge];
    return said === undefined ? [] : [{ judge, ranking: new GainRanking(said, gains) }];
  });
  const even = new Uint8Array(rows.length).fill(1);
  const byLength = new GainRanking(opinions.length ?? [], gains);
  const lengthMetrics = pairMetrics(byLength, even);
  if (lengthMetrics === undefined) return undefined;
  const draws = drawPairs(rows, judges, byLength, options);
  const weakQuality = mean(least);
  const results = judges.flatMap(({ judge, ranking }): readonly PairResult[] => {
    const metrics = pairMetrics(ranking, even);
    if (metrics === undefined) return [];
    const drawn = draws.get(judge);
    const isExact = judge === 'random';
    return [
      {
        judge,
        ...metrics,
        interval: isExact ? null : intervalOf(drawn?.apgr ?? []),
        overLength:
          judge === 'length'
            ? null
            : { value: metrics.apgr - lengthMetrics.apgr, interval: intervalOf(drawn?.overLength ?? []) },
        curve: Array.from(ranking.curve(even), (gain) => weakQuality + gain / rows.length),
      },
    ];
  });
  return { strong, weak, rows: rows.length, strongQuality: mean(best), weakQuality, results };
}

interface DrawnPair {
  readonly apgr: number[];
  readonly overLength: number[];
}

/** APGR of every judge, and less that of length, on the same draws. Draws without a gap between the models say nothing. */
function drawPairs(
  rows: readonly EvaluationRow[],
  judges: readonly { readonly judge: JudgeName; readonly ranking: GainRanking }[],
  byLength: GainRanking,
  options: EvaluationOptions,
): ReadonlyMap<JudgeName, DrawnPair> {
  const drawn = new Map<JudgeName, DrawnPair>(judges.map(({ judge }) => [judge, { apgr: [], overLength: [] }]));
  const clusters = rows.map(({ cluster }) => cluster);
  for (const weights of new ClusterBootstrap(clusters, options).draws()) {
    const length = pairMetrics(byLength, weights)?.apgr;
    if (length === undefined) continue;
    for (const { judge, ranking } of judges) {
      const apgr = pairMetrics(ranking, weights)?.apgr ?? NaN;
      drawn.get(judge)?.apgr.push(apgr);
      drawn.get(judge)?.overLength.push(apgr - length);
    }
  }
  return drawn;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
