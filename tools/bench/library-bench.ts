import type { LibraryCost, LibraryOrder } from './library-worker.ts';
import { benchFile, MeasuredProcess } from './measured-process.ts';
import { spreadOf, type Spread } from './statistics.ts';
import { fixed, formatTable } from './table.ts';

/** How libraries are measured. */
export interface LibraryBenchOptions {
  readonly rounds: number;
  readonly durationMs: number;
  readonly concurrency: number;
  /** Folder of the installed rivals; `null` leaves those out that need it. */
  readonly rivals: string | null;
  /** Folder of this repository, whose built packages are measured. */
  readonly root: string;
}

/** What a library cost. Ratios are to the `openai` package in the same run. */
export interface LibraryFigure {
  readonly side: string;
  readonly bufferedUs: Spread;
  readonly streamedUs: Spread;
  readonly bufferedTimesOpenAI: number;
  readonly streamedTimesOpenAI: number;
  readonly calls: number;
}

/** A side and the folder whose packages it uses. */
export interface MeasuredSide {
  readonly side: string;
  readonly from: string;
}

/** Measures the libraries that applications choose among. */
export async function benchLibraries(options: LibraryBenchOptions): Promise<readonly LibraryFigure[]> {
  const { rivals, root } = options;
  const rivalSides = rivals === null ? [] : ['openai', 'ai'].map((side) => ({ side, from: rivals }));
  const own = (side: string) => ({ side, from: root });
  return measureLibraries([own('undici'), own('fetch'), ...rivalSides, own('lattice-lock')], options);
}

/** Measures each side in a fresh process, all in turn, round by round. */
export async function measureLibraries(
  sides: readonly MeasuredSide[],
  { rounds, durationMs, concurrency }: Pick<LibraryBenchOptions, 'rounds' | 'durationMs' | 'concurrency'>,
): Promise<readonly LibraryFigure[]> {
  const upstream = new MeasuredProcess(benchFile('./upstream.ts'));
  const costs = new Map<string, LibraryCost[]>();
  try {
    const { ready: port } = await upstream.message<{ ready: number }>();
    for (let round = 0; round < rounds; round += 1) {
      for (const { side, from } of round % 2 === 0 ? sides : sides.toReversed()) {
        const cost = await measure({ side, from, baseUrl: `http://127.0.0.1:${port}/v1`, durationMs, concurrency });
        costs.set(side, [...(costs.get(side) ?? []), cost]);
      }
    }
  } finally {
    await upstream.stop();
  }
  return figuresOf(
    sides.map(({ side }) => side),
    costs,
  );
}

async function measure(order: LibraryOrder): Promise<LibraryCost> {
  const worker = new MeasuredProcess(benchFile('./library-worker.ts'), { args: [JSON.stringify(order)] });
  try {
    return await worker.firstLine<LibraryCost>();
  } finally {
    await worker.stop();
  }
}

function figuresOf(
  sides: readonly string[],
  costs: ReadonlyMap<string, readonly LibraryCost[]>,
): readonly LibraryFigure[] {
  const of = (side: string, field: 'bufferedUs' | 'streamedUs') =>
    spreadOf((costs.get(side) ?? []).map((cost) => cost[field]));
  return sides.map((side) => {
    const bufferedUs = of(side, 'bufferedUs');
    const streamedUs = of(side, 'streamedUs');
    return {
      side,
      bufferedUs,
      streamedUs,
      bufferedTimesOpenAI: bufferedUs.median / of('openai', 'bufferedUs').median,
      streamedTimesOpenAI: streamedUs.median / of('openai', 'streamedUs').median,
      calls: (costs.get(side) ?? []).reduce((sum, cost) => sum + cost.calls, 0),
    };
  });
}

/** The figures as text. */
export function formatLibraryFigures(figures: readonly LibraryFigure[]): string {
  const range = ({ min, max }: Spread) => `${fixed(min)}-${fixed(max)}`;
  return formatTable(
    ['library', 'buffered CPU us', 'min-max', 'x openai', 'streamed CPU us', 'min-max', 'x openai', 'calls'],
    figures.map((one) => [
      one.side,
      fixed(one.bufferedUs.median),
      range(one.bufferedUs),
      fixed(one.bufferedTimesOpenAI, 2),
      fixed(one.streamedUs.median),
      range(one.streamedUs),
      fixed(one.streamedTimesOpenAI, 2),
      String(one.calls),
    ]),
  );
}
