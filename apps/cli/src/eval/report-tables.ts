import type { Invocation } from '../invocation.ts';
import { formatTable, type TableColumn } from '../terminal/table.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import type {
  EvaluationReport,
  PairReport,
  PoolReport,
  SetReport,
  StabilityReport,
  TaskReport,
} from './evaluation-report.ts';
import { costText, intervalText, judgeTitles, percentText, setText, shareText, signedText } from './figure-text.ts';

/** Writes a report for people: a table for each pair and pool, then what was asked for with `--min`. */
export function writeReport(report: EvaluationReport, invocation: Invocation): void {
  const { out, err } = invocation;
  for (const set of report.sets) writeSet(set, invocation);
  for (const { metric, atLeast, measured, place, met } of report.bounds) {
    const line = `${metric} ${shareText(measured)} (${escapeLine(place)}), at least ${atLeast} wanted`;
    out.line(met ? `${out.paint.green('met')}     ${line}` : `${out.paint.red('missed')}  ${line}`);
  }
  const draws = report.draws === 0 ? 'no intervals' : `95 % intervals of ${report.draws} samples by cluster`;
  err.line(err.paint.dim(`router: ${escapeLine(report.router)}; seed ${report.seed}; ${draws}.`));
}

function writeSet(set: SetReport, { out }: Invocation): void {
  out.line(`${out.paint.bold(escapeLine(set.set))}  ${setText(set)}`);
  const table = (title: string, columns: readonly TableColumn[], rows: readonly (readonly string[])[]) => {
    out.line();
    out.line(title);
    for (const line of formatTable(columns, rows, { columns: out.columns, title: out.paint.bold })) out.line(line);
  };
  for (const pair of set.pairs) {
    const { strong, weak, rows, strongQuality, weakQuality } = pair;
    const names = `${escapeLine(strong)} ${shareText(strongQuality)} over ${escapeLine(weak)} ${shareText(weakQuality)}`;
    table(`${names}, ${rows} prompts`, pairColumns, pairRows(pair));
  }
  for (const pool of set.pools) {
    const by = pool.zeroRouterAiq === null ? 'by quality' : `AIQ without a router ${shareText(pool.zeroRouterAiq)}`;
    const best = `best single ${escapeLine(pool.bestSingle)}, oracle ${shareText(pool.oracleQuality)}`;
    table(`${pool.models.length} models, ${pool.rows} prompts: ${best}; ${by}`, poolColumns, poolRows(pool));
  }
  if (set.tasks !== null) writeTasks(set.tasks, table);
  if (set.domains !== null) {
    const { rows, accuracy, accuracyInterval } = set.domains;
    out.line();
    out.line(`domain: accuracy ${shareText(accuracy)} ${intervalText(accuracyInterval)}, ${rows} prompts`);
  }
  if (set.stability !== null) table('the same after', stabilityColumns, set.stability.map(stabilityRow));
  for (const note of set.notes) out.line(out.paint.yellow(escapeLine(note)));
  out.line();
}

const right = { align: 'right' } as const;

const pairColumns: readonly TableColumn[] = [
  { title: 'WHO CHOOSES', isFlexible: true },
  { title: 'APGR', ...right },
  { title: '95 %' },
  { title: 'CPT50', ...right },
  { title: 'CPT80', ...right },
  { title: 'OVER LENGTH', ...right },
  { title: '95 %' },
];

function pairRows({ results }: PairReport): readonly (readonly string[])[] {
  return results.map(({ judge, apgr, interval, cpt50, cpt80, overLength }) => [
    judgeTitles[judge],
    shareText(apgr),
    intervalText(interval),
    cpt50.toFixed(1),
    cpt80.toFixed(1),
    overLength === null ? '' : signedText(overLength.value),
    intervalText(overLength?.interval ?? null),
  ]);
}

const poolColumns: readonly TableColumn[] = [
  { title: 'WHO CHOOSES', isFlexible: true },
  { title: 'QUALITY', ...right },
  { title: 'OVER BEST', ...right },
  { title: '95 %' },
  { title: 'GAP CLOSED', ...right },
  { title: 'AIQ', ...right },
  { title: 'PER 1000', ...right },
];

function poolRows({ results }: PoolReport): readonly (readonly string[])[] {
  return results.map(({ judge, quality, overBestSingle, gapClosed, aiq, cost }) => [
    judgeTitles[judge],
    shareText(quality),
    signedText(overBestSingle.value),
    intervalText(overBestSingle.interval),
    percentText(gapClosed),
    shareText(aiq),
    costText(cost),
  ]);
}

const stabilityColumns: readonly TableColumn[] = [
  { title: 'CHANGE', isFlexible: true },
  { title: 'BEST MODEL', ...right },
  { title: 'TASK', ...right },
  { title: 'DOMAIN', ...right },
];

function stabilityRow({ change, sameModel, sameTask, sameDomain }: StabilityReport): readonly string[] {
  return [change, shareText(sameModel), shareText(sameTask), shareText(sameDomain)];
}

function writeTasks(
  { rows, accuracy, accuracyInterval, macroF1, macroF1Interval, majority, sources }: TaskReport,
  table: (title: string, columns: readonly TableColumn[], rows: readonly (readonly string[])[]) => void,
): void {
  const columns = [{ title: 'TASK KIND', isFlexible: true }, { title: 'VALUE', ...right }, { title: '95 %' }];
  const bySource =
    sources.length < 2 ? [] : sources.map((one) => [escapeLine(one.source), shareText(one.accuracy), '']);
  table(`task kinds, ${rows} prompts`, columns, [
    ['accuracy', shareText(accuracy), intervalText(accuracyInterval)],
    ['macro-F1', shareText(macroF1), intervalText(macroF1Interval)],
    ['most frequent kind', shareText(majority), ''],
    ...bySource,
  ]);
}
