import { benchFile, MeasuredProcess } from './measured-process.ts';
import type { MemoryFindings, MemoryOrder, MemoryPoint } from './memory-worker.ts';
import { fixed, formatTable } from './table.ts';

/** How memory is measured. */
export interface MemoryBenchOptions {
  /** Calls of each scenario. */
  readonly calls: number;
  /** Folder of this repository, whose built packages are measured. */
  readonly root: string;
  /** Adapters to measure; empty for one of each framing and SDK. */
  readonly sides: readonly string[];
}

/** What an adapter left behind in a scenario. */
export interface MemoryFigure {
  readonly side: string;
  readonly scenario: string;
  readonly calls: number;
  readonly points: readonly MemoryPoint[];
  readonly socketsAfterClose: number;
  /** What there is more at the end than at the lowest point before; of sockets, than at the highest. */
  readonly growth: Omit<MemoryPoint, 'calls'>;
}

const usualSides = ['compatible', 'openai responses', 'anthropic', 'google', 'bedrock, access keys', 'local (Ollama)'];
const scenarios = { streams: 'streams to a slow consumer', aborts: 'aborted calls' } as const;
const points = 5;

/** Streams to a slow consumer and calls that are aborted, each scenario in a fresh process. */
export async function benchMemory({ calls, root, sides }: MemoryBenchOptions): Promise<readonly MemoryFigure[]> {
  const figures: MemoryFigure[] = [];
  const upstream = new MeasuredProcess(benchFile('./upstream.ts'));
  try {
    const { ready: port } = await upstream.message<{ ready: number }>();
    for (const side of sides.length === 0 ? usualSides : sides) {
      for (const scenario of ['streams', 'aborts'] as const) {
        const order = { side, scenario, baseUrl: `http://127.0.0.1:${port}/v1`, from: root, calls, points };
        const found = await measure({ ...order, warmUpCalls: 2000, concurrency: 100 });
        figures.push({ side, scenario: scenarios[scenario], calls, ...found, growth: growthOf(found.points) });
      }
    }
  } finally {
    await upstream.stop();
  }
  return figures;
}

/** V8 lets the young generation grow from 1 to 16 MB as it is used: with its size fixed, RSS shows what is kept. */
const youngGeneration = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

async function measure(order: MemoryOrder): Promise<MemoryFindings> {
  const worker = new MeasuredProcess(benchFile('./memory-worker.ts'), {
    args: [JSON.stringify(order)],
    execArgv: ['--expose-gc', ...youngGeneration],
  });
  try {
    return await worker.firstLine<MemoryFindings>();
  } finally {
    await worker.stop();
  }
}

function growthOf(found: readonly MemoryPoint[]): MemoryFigure['growth'] {
  const last = found.at(-1);
  if (last === undefined) throw new TypeError('a memory worker looked at nothing');
  const before = found.slice(0, -1);
  return {
    heapMb: last.heapMb - Math.min(...before.map((point) => point.heapMb)),
    rssMb: last.rssMb - Math.min(...before.map((point) => point.rssMb)),
    sockets: Math.max(0, last.sockets - Math.max(...before.map((point) => point.sockets))),
    listeners: last.listeners,
  };
}

/** The figures as text. */
export function formatMemoryFigures(figures: readonly MemoryFigure[]): string {
  const series = (values: readonly number[], decimals: number) => values.map((one) => fixed(one, decimals)).join(' ');
  return formatTable(
    ['side', 'calls', 'heap MB at each point', 'RSS MB', 'sockets', 'closed', 'listeners'],
    figures.map(({ side, scenario, calls, points: found, socketsAfterClose }) => [
      side,
      `${calls} ${scenario}`,
      series(
        found.map((point) => point.heapMb),
        1,
      ),
      series(
        found.map((point) => point.rssMb),
        0,
      ),
      series(
        found.map((point) => point.sockets),
        0,
      ),
      String(socketsAfterClose),
      String(found.at(-1)?.listeners ?? 0),
    ]),
  );
}
