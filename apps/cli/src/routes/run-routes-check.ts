import { formatModelRef, type RouteAction } from '@lattice-lock/contract';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { formatTable } from '../terminal/table.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { indexNotice, withRoutes, type RoutesFlags } from './routes-session.ts';

/** Shows every route with what it does. @throws LatticeError `LATTICE_CONFIG` with every problem of the file */
export async function runRoutesCheck(
  file: string | undefined,
  flags: RoutesFlags,
  invocation: Invocation,
): Promise<ExitCode> {
  const { out, err } = invocation;
  return withRoutes(file, invocation, { isRecorded: false }, async (routes) => {
    const { set, report, isIndexed } = routes;
    if (flags.json === true) {
      out.json({ ...set, isIndexed });
      return exitCodes.ok;
    }
    const columns = [
      { title: 'ROUTE' },
      { title: 'EXAMPLES', align: 'right' },
      { title: 'AGAINST', align: 'right' },
      { title: 'FROM', align: 'right' },
      { title: '' },
      { title: 'DOES', isFlexible: true },
    ] as const;
    const rows = set.routes.map((route, at) => {
      const { threshold = 0, origin = '' } = report.routes[at] ?? {};
      const { length } = route.negatives;
      return [
        route.name,
        String(route.examples.length),
        String(length),
        threshold.toFixed(2),
        origin,
        doesText(route.action),
      ];
    });
    for (const line of formatTable(columns, rows, { columns: out.columns, title: out.paint.bold })) out.line(line);
    const notice = indexNotice(routes);
    if (notice !== null) err.line(err.paint.yellow(notice));
    err.line(err.paint.green(`${escapeLine(set.file)} is good.`));
    return exitCodes.ok;
  });
}

/** `openai/gpt-5-mini, preset cheap, deny anthropic/*` */
function doesText({ model, preset, constraints = {} }: RouteAction): string {
  return [
    ...(model === undefined ? [] : [formatModelRef(model)]),
    ...(preset === undefined ? [] : [`preset ${preset}`]),
    ...Object.entries(constraints).map(([name, value]) => `${name} ${escapeLine(String(value))}`),
  ].join(', ');
}
