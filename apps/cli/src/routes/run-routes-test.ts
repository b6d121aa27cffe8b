import type { RouteFitReport } from '@lattice-lock/analysis/semantic';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { formatTable, type TableColumn } from '../terminal/table.ts';
import { wrapWords } from '../terminal/word-wrap.ts';
import { indexNotice, withRoutes, type RoutesFlags } from './routes-session.ts';

/** Leaves each example out in turn, and shows which route takes it. @throws LatticeError what is wrong with the file */
export async function runRoutesTest(
  file: string | undefined,
  flags: RoutesFlags,
  invocation: Invocation,
): Promise<ExitCode> {
  const { out, err } = invocation;
  return withRoutes(file, invocation, { isRecorded: false }, async (routes) => {
    const { report, set, isIndexed } = routes;
    if (flags.json === true) {
      out.json({ file: set.file, embedder: isIndexed ? set.embedder.name : 'local', ...report });
      return exitCodes.ok;
    }
    writeReport(report, invocation);
    const notice = indexNotice(routes);
    if (notice !== null) err.line(err.paint.yellow(notice));
    return exitCodes.ok;
  });
}

/** The confusion table: a row is a route whose examples were left out, a column the route that took them. */
function writeReport(report: RouteFitReport, { out }: Invocation): void {
  const names = report.routes.map(({ name }) => name);
  const columns: readonly TableColumn[] = [
    { title: '', align: 'right' },
    { title: 'ROUTE', isFlexible: true },
    { title: 'FROM', align: 'right' },
    { title: 'NONE', align: 'right' },
    ...names.map((_, at): TableColumn => ({ title: String(at + 1), align: 'right' })),
    { title: 'COVERAGE', align: 'right' },
    { title: 'PRECISION', align: 'right' },
  ];
  const rows = report.routes.map(({ name, threshold, takenBy, coverage, precision }, at) => [
    String(at + 1),
    name,
    threshold.toFixed(2),
    count(takenBy['']),
    ...names.map((other) => count(takenBy[other])),
    share(coverage),
    share(precision),
  ]);
  for (const line of formatTable(columns, rows, { columns: out.columns, title: out.paint.bold })) out.line(line);
  out.line();
  for (const line of wrapWords(summary(report), out.columns)) out.line(line);
}

function summary({ judged, coverage, accuracy, negativesTaken, background }: RouteFitReport): string {
  const right =
    accuracy === null ? 'none is taken' : `of those that a route takes ${share(accuracy)} go to the right one`;
  const against =
    negativesTaken === null
      ? ''
      : ` Of the examples against a route, left out too, it takes ${share(negativesTaken)}: give more like those.`;
  return (
    `${judged} examples, each left out in turn: ${share(coverage)} are taken by their own route; ${right}.` +
    `${negativesTaken === 0 ? '' : against} Of everyday requests of no route ${share(background)} are taken. ` +
    'An example that no other is like is not taken here; requests like it will be.'
  );
}

function count(examples = 0): string {
  return examples === 0 ? '.' : String(examples);
}

function share(value: number | null): string {
  return value === null ? '-' : `${Math.round(value * 100)} %`;
}
