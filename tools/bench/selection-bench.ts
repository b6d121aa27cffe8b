import { benchRequest, loadDecisionParts, type BenchRequest, type DecisionParts } from './decision-parts.ts';
import { benchFile, MeasuredProcess } from './measured-process.ts';
import type { SelectionMemoryPoint } from './selection-memory-worker.ts';
import { ascending, median, percentile } from './statistics.ts';
import { fixed, formatTable } from './table.ts';

/** Latencies of one step, microseconds: the median over the rounds. */
export interface SelectionFigure {
  readonly step: SelectionStep;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly calls: number;
}

/** What a choice costs. */
export interface SelectionReport {
  readonly figures: readonly SelectionFigure[];
  readonly candidates: number;
  /** Of a heap after a million prompts, no two alike, over its size after a tenth of them. */
  readonly growthMb: number;
  readonly prompts: number;
}

/** How a choice is measured. */
export interface SelectionBenchOptions {
  /** Folder of this repository, whose built packages are measured. */
  readonly root: string;
  readonly rounds: number;
  /** Prompts after which memory is looked at. */
  readonly prompts: number;
}

/** What is timed. A decision is the analysis and the choice among all candidates. */
export const selectionSteps = [
  'analysis, 2 000 characters',
  'decision, 2 000 characters',
  'decision, 100 000 characters',
  'analysis seen before, 2 000 characters',
  'decision, 1 MiB of one character',
] as const;

/** One of {@link selectionSteps}. */
export type SelectionStep = (typeof selectionSteps)[number];

const calls = { short: 3000, long: 100 } as const;

/** Characters that a prompt is filled with: letters, blanks, signs that open or end something, a script without blanks. */
const repeated = ['a', ' ', '\n', '0', '{', '$', '"', '.', '\t', '\u4e2d', '\u0301', '\ud83d\ude00'];

/** Measures analysis and choice in this process, and what a million of them leave behind in one of their own. */
export async function benchSelection({ root, rounds, prompts }: SelectionBenchOptions): Promise<SelectionReport> {
  const parts = await loadDecisionParts(root);
  measureRound(parts, 0);
  const results = Array.from({ length: rounds }, (_, index) => measureRound(parts, index + 1));
  const figures = selectionSteps.map((step): SelectionFigure => {
    const sorted = results.map((times) => ascending(times[step]));
    const of = (share: number) => median(sorted.map((times) => percentile(times, share)));
    return { step, p50Us: of(0.5), p99Us: of(0.99), calls: sorted.reduce((sum, times) => sum + times.length, 0) };
  });
  return { figures, candidates: parts.candidates, growthMb: await measureGrowth(root, prompts), prompts };
}

type Times = Record<SelectionStep, readonly number[]>;

function measureRound(parts: DecisionParts, round: number): Times {
  const decide = (request: BenchRequest) => parts.select(parts.analyze(request));
  const requests = (count: number, length: number) =>
    Array.from({ length: count }, (_, index) => benchRequest(round * count + index, length));
  const short = requests(calls.short, 2000);
  const seen = short.slice(0, 500);
  for (const request of seen) parts.select(parts.analyzeCached(request));
  const megabytes = repeated.map((character): BenchRequest => {
    const content = character.repeat(2 ** 20 / character.length);
    return { messages: [{ role: 'user', content }] };
  });
  return {
    // The kind is read, because nothing is worked out before something is.
    'analysis, 2 000 characters': timesOf(short, (request) => void Reflect.get(parts.analyze(request), 'kind')),
    'decision, 2 000 characters': timesOf(short, decide),
    'decision, 100 000 characters': timesOf(requests(calls.long, 100_000), decide),
    'analysis seen before, 2 000 characters': timesOf(
      seen,
      (request) => void Reflect.get(parts.analyzeCached(request), 'kind'),
    ),
    'decision, 1 MiB of one character': timesOf(megabytes, decide),
  };
}

function timesOf(requests: readonly BenchRequest[], call: (request: BenchRequest) => void): readonly number[] {
  return requests.map((request) => {
    const startedAt = performance.now();
    call(request);
    return (performance.now() - startedAt) * 1000;
  });
}

const memoryPoints = 10;

/** The last point over the lowest: what a collection happens to leave at one of them is no growth. */
async function measureGrowth(root: string, prompts: number): Promise<number> {
  const worker = new MeasuredProcess(benchFile('./selection-memory-worker.ts'), {
    args: [JSON.stringify({ root, prompts, points: memoryPoints })],
    execArgv: ['--expose-gc'],
  });
  try {
    const points = await worker.firstLine<readonly SelectionMemoryPoint[]>();
    return (points.at(-1)?.heapMb ?? NaN) - Math.min(...points.map((point) => point.heapMb));
  } finally {
    await worker.stop();
  }
}

/** The figures as text. */
export function formatSelectionReport({ figures, candidates, growthMb, prompts }: SelectionReport): string {
  const rows = figures.map((one) => [one.step, fixed(one.p50Us, 1), fixed(one.p99Us, 1), String(one.calls)]);
  const table = formatTable(['step', 'p50 us', 'p99 us', 'calls'], rows);
  return `${candidates} candidates\n\n${table}\n\nHeap after ${prompts} prompts, over its lowest: ${fixed(growthMb, 2)} MB`;
}
