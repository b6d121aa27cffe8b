import type { ImportFigure } from './import-bench.ts';
import type { LibraryFigure } from './library-bench.ts';
import type { SelectionFigure } from './selection-bench.ts';
import type { ServerReport } from './server-bench.ts';
import { fixed, formatTable } from './table.ts';

/** What a run measured; what was not asked for is absent. */
export interface Measured {
  server?: ServerReport;
  library?: readonly LibraryFigure[];
  selection?: readonly SelectionFigure[];
  imports?: readonly ImportFigure[];
}

/** A figure and the bound it is held to. */
export interface Verdict {
  readonly target: string;
  readonly bound: number;
  readonly measured: number;
  readonly isMet: boolean;
}

/** Holds what was measured to this house's targets. A figure that was not measured has no verdict. */
export function verdicts({ server, library, selection, imports }: Measured): readonly Verdict[] {
  const found: Verdict[] = [];
  const hold = (target: string, measured: number | undefined, bound: number) => {
    if (measured !== undefined && Number.isFinite(measured)) {
      found.push({ target, bound, measured, isMet: measured <= bound });
    }
  };
  const ofServer = (scenario: string, side: string) =>
    server?.figures.find((one) => one.scenario === scenario && one.side === side)?.timesFloor;
  hold('server, explicit model, buffered: CPU x floor', ofServer('buffered', 'server, explicit model'), 3);
  hold('server, explicit model, streamed: CPU x floor', ofServer('streamed', 'server, explicit model'), 2.5);
  hold('server, explicit model, streamed at 10 ms: CPU x floor', ofServer('paced', 'server, explicit model'), 2.5);
  hold('server, auto, buffered: CPU x floor', ofServer('buffered', 'server, auto'), 4);
  hold('server, auto, streamed: CPU x floor', ofServer('streamed', 'server, auto'), 4);
  hold('server: RSS idle, MB', server?.rssIdleMb['server'], 125);
  const ours = library?.find((one) => one.side === 'lattice-lock');
  hold('library, buffered: CPU x openai', ours?.bufferedTimesOpenAI, 0.35);
  hold('library, streamed: CPU x openai', ours?.streamedTimesOpenAI, 0.45);
  const both = selection?.find((one) => one.step === 'both');
  hold('analysis and selection: p50 us', both?.p50Us, 200);
  hold('analysis and selection: p99 us', both?.p99Us, 1000);
  const importOf = (name: string) => imports?.find((one) => one.name === name);
  const rival = importOf('ai')?.ms.median;
  if (rival !== undefined) hold("import 'lattice-lock': ms, against 'ai'", importOf('lattice-lock')?.ms.median, rival);
  hold("import 'lattice-lock': heavy packages loaded", importOf('lattice-lock')?.heavy.length, 0);
  return found;
}

/** The verdicts as text. */
export function formatVerdicts(found: readonly Verdict[]): string {
  return formatTable(
    ['target', 'bound', 'measured', 'met'],
    found.map(({ target, bound, measured, isMet }) => [
      target,
      fixed(bound, 2),
      fixed(measured, 2),
      isMet ? 'yes' : 'no',
    ]),
  );
}
