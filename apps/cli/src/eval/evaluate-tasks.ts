import { ClusterBootstrap, intervalOf } from './cluster-bootstrap.ts';
import type { EvaluationOptions } from './evaluate-pair.ts';
import type { EvaluationRow } from './evaluation-row.ts';
import type { DomainReport, TaskReport } from './evaluation-report.ts';
import type { RoutedRows } from './routed-set.ts';
import { ConfusionCounts } from './task-metrics.ts';

interface Told {
  readonly row: EvaluationRow;
  readonly label: string;
  readonly told: string;
}

/** How well the kinds of task were told, on the rows that have a label; `null` where none has. */
export function evaluateTasks(
  rows: readonly EvaluationRow[],
  routed: RoutedRows,
  options: EvaluationOptions,
): TaskReport | null {
  const told = rows.flatMap((row): readonly Told[] => {
    const { label } = row;
    return label === undefined ? [] : [{ row, label, told: routed.get(row)?.task ?? '' }];
  });
  if (told.length === 0) return null;
  const counts = countsOf(told);
  const drawn = [...drawCounts(told, options)];
  const byLabel = new Map<string, number>();
  for (const { label } of told) byLabel.set(label, (byLabel.get(label) ?? 0) + 1);
  const sources = new Set(told.map(({ row }) => row.source));
  return {
    rows: told.length,
    accuracy: counts.accuracy(),
    accuracyInterval: intervalOf(drawn.map((one) => one.accuracy())),
    macroF1: counts.macroF1(),
    macroF1Interval: intervalOf(drawn.map((one) => one.macroF1())),
    majority: Math.max(...byLabel.values()) / told.length,
    sources: [...sources].map((source) => {
      const some = told.filter(({ row }) => row.source === source);
      return { source, rows: some.length, accuracy: countsOf(some).accuracy() };
    }),
    confusion: counts.toJSON(),
  };
}

/** How often the field of knowledge was told, on the rows that name it; `null` where none does. */
export function evaluateDomains(
  rows: readonly EvaluationRow[],
  routed: RoutedRows,
  options: EvaluationOptions,
): DomainReport | null {
  const told = rows.flatMap((row): readonly Told[] => {
    const { domain } = row;
    return domain === undefined ? [] : [{ row, label: domain, told: routed.get(row)?.domain ?? '' }];
  });
  if (told.length === 0) return null;
  const drawn = [...drawCounts(told, options)].map((one) => one.accuracy());
  return { rows: told.length, accuracy: countsOf(told).accuracy(), accuracyInterval: intervalOf(drawn) };
}

function countsOf(told: readonly Told[], weights?: ArrayLike<number>): ConfusionCounts {
  const counts = new ConfusionCounts();
  for (const [at, one] of told.entries())
    counts.add(one.label, one.told, weights === undefined ? 1 : (weights[at] ?? 0));
  return counts;
}

function* drawCounts(told: readonly Told[], options: EvaluationOptions): Generator<ConfusionCounts> {
  const clusters = told.map(({ row }) => row.cluster);
  for (const weights of new ClusterBootstrap(clusters, options).draws()) yield countsOf(told, weights);
}
