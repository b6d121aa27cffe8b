import type { ModelPair } from '../router/batch-request.ts';
import { evaluatePair, type EvaluationOptions } from './evaluate-pair.ts';
import { evaluatePool, isUndecided, type ModelPool } from './evaluate-pool.ts';
import { evaluateDomains, evaluateTasks } from './evaluate-tasks.ts';
import type { EvaluationRow, RowOutcome } from './evaluation-row.ts';
import type { PairReport, SetReport } from './evaluation-report.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import type { RoutedRows } from './routed-set.ts';

/** A model belongs to the pool of a set when more than this share of its rows has an outcome of it. */
const wholeShare = 0.97;

/** The pairs of a set that are evaluated when none is named: its best model beside its cheapest, without costs its worst. */
export function usualPairs({ rows, isJudged }: EvaluationSet): readonly ModelPair[] {
  if (isJudged) {
    return [
      { strong: 'large', weak: 'small' },
      { strong: 'large', weak: 'medium' },
    ];
  }
  const models = poolModels(rows);
  if (models.length < 2) return [];
  const meanOf = (model: string, of: 'score' | 'cost') => {
    const values = rows.flatMap(({ outcomes }) => outcomes[model]?.[of] ?? []);
    return values.length === 0 ? NaN : values.reduce((sum, one) => sum + one, 0) / values.length;
  };
  const highest = (values: readonly string[], figure: (model: string) => number) =>
    values.reduce((best, model) => (figure(model) > figure(best) ? model : best));
  const strong = highest(models, (model) => meanOf(model, 'score'));
  const others = models.filter((model) => model !== strong);
  const isPriced = poolModels(rows, ({ cost }) => (cost ?? 0) > 0).length === models.length;
  const weak = highest(others, (model) => -meanOf(model, isPriced ? 'cost' : 'score'));
  return [{ strong, weak }];
}

/** Everything that can be measured on a set. */
export function evaluateSet(
  set: EvaluationSet,
  pairs: readonly ModelPair[],
  routed: RoutedRows,
  options: EvaluationOptions,
): SetReport {
  const { rows } = set;
  const withOutcomes = rows.filter(({ outcomes }) => Object.keys(outcomes).length > 0);
  const contaminated = rows.filter(({ isContaminated }) => isContaminated).length;
  const notes =
    contaminated === 0 ? [] : [`Prompts marked contaminated, whose outcomes do not count: ${contaminated}.`];
  if (withOutcomes.length > 0 && pairs.length === 0) {
    notes.push('No pair: no two models have outcomes on nearly all rows. Name two with --pair.');
  }
  const pairReports = pairs.flatMap((pair): readonly PairReport[] => {
    const report = evaluatePair(withOutcomes, pair, routed, options);
    if (report !== undefined) return [report];
    notes.push(`${pair.strong} is no better than ${pair.weak} here: there is no gap to recover.`);
    return [];
  });
  return {
    set: set.name,
    rows: rows.length,
    clusters: new Set(rows.map(({ cluster }) => cluster)).size,
    judged: set.isJudged,
    pairs: pairReports,
    pools: poolsOf(withOutcomes, routed, options, notes),
    tasks: evaluateTasks(rows, routed, options),
    domains: evaluateDomains(rows, routed, options),
    stability: null,
    notes,
  };
}

/** The models with costs, and, where some have none, all of them by quality alone. */
function poolsOf(
  rows: readonly EvaluationRow[],
  routed: RoutedRows,
  options: EvaluationOptions,
  notes: string[],
): SetReport['pools'] {
  const models = poolModels(rows);
  if (models.length < 2) return [];
  if (isUndecided(rows, models, routed)) {
    notes.push(
      'Not measured, a choice among all models: the router under test knows none of them and ranks them all the same.',
    );
    return [];
  }
  const priced = poolModels(rows, ({ cost }) => (cost ?? 0) > 0);
  const pools: readonly ModelPool[] = [
    ...(priced.length > 1 ? [{ models: priced, isPriced: true }] : []),
    ...(priced.length === models.length ? [] : [{ models, isPriced: false }]),
  ];
  const unknown = sameAnswers(rows, models, routed);
  if (unknown > 1)
    notes.push(
      `The router under test cannot tell ${unknown} of the ${models.length} models apart: it does not know them.`,
    );
  return pools.flatMap((pool) => evaluatePool(rows, pool, routed, options) ?? []);
}

/** How many models got the same expected score as another one for every row. */
function sameAnswers(rows: readonly EvaluationRow[], models: readonly string[], routed: RoutedRows): number {
  const counts = new Map<string, number>();
  for (const model of models) {
    const said = rows.map((row) => routed.get(row)?.q[model]).join();
    counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  return [...counts.values()].reduce((sum, count) => (count > 1 ? sum + count : sum), 0);
}

/** The models that (nearly) every row has such an outcome of, in the order in which they first occur. */
function poolModels(
  rows: readonly EvaluationRow[],
  counts: (outcome: RowOutcome) => boolean = () => true,
): readonly string[] {
  const found = new Map<string, number>();
  for (const { outcomes } of rows) {
    for (const [model, outcome] of Object.entries(outcomes)) {
      if (counts(outcome)) found.set(model, (found.get(model) ?? 0) + 1);
    }
  }
  return [...found].filter(([, count]) => count > wholeShare * rows.length).map(([model]) => model);
}
