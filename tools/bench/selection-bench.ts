import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ascending, median, percentile } from './statistics.ts';
import { fixed, formatTable } from './table.ts';

/** Latencies of one step, microseconds: the median over the rounds. */
export interface SelectionFigure {
  readonly step: Step;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly calls: number;
}

/** The parts of our packages that are called. */
interface Packages {
  readonly analysis: {
    createTaskAnalyzer(options: { cacheSize: number }): Promise<{ analyze(request: object): object }>;
  };
  readonly catalog: { loadCatalog(): Promise<{ list(): readonly object[] }> };
  readonly selection: {
    readonly ModelSelector: new (options: object) => {
      select(input: object): { readonly candidates: readonly object[] };
    };
  };
}

const promptLength = 2000;
const callsPerRound = 3000;
const steps = ['analysis', 'selection', 'both'] as const;
type Step = (typeof steps)[number];
const sentences = [
  'Write a function that parses the log file and returns the ten slowest requests.',
  'Our customers in Lyon complain that the invoices of last March are wrong by a few cents.',
  'Explain step by step why the proof fails when the matrix is singular.',
  'Translate the letter below into Japanese, and keep the tone polite.',
  'The table has columns for region, quarter, revenue and churn; find what changed.',
  'Summarise the meeting notes in five bullet points for people who were not there.',
  'const total = rows.reduce((sum, row) => sum + row.amount, 0); // why is this NaN?',
];

/** A prompt of 2,000 characters, another one for each number, so that no cache can answer. */
function promptOf(seed: number): string {
  let text = `Case ${seed}. `;
  for (let at = seed; text.length < promptLength; at += 1 + (seed % 3))
    text += `${sentences[at % sentences.length] ?? ''} `;
  return text.slice(0, promptLength);
}

/** Measures analysis and selection over every model of the catalog, all providers configured, in this process. */
export async function benchSelection(
  root: string,
  rounds: number,
): Promise<{ figures: readonly SelectionFigure[]; models: number }> {
  const { analysis, catalog, selection } = await loadPackages(root);
  const models = await catalog.loadCatalog();
  const analyzer = await analysis.createTaskAnalyzer({ cacheSize: 0 });
  const selector = new selection.ModelSelector({ catalog: models });
  const target = { mode: 'auto', preset: 'balanced' };
  const isConfigured = () => true;
  const round = (first: number, count: number) => {
    const times: Record<Step, number[]> = { analysis: [], selection: [], both: [] };
    for (let call = first; call < first + count; call += 1) {
      const request = { messages: [{ role: 'user', content: promptOf(call) }] };
      const startedAt = performance.now();
      const profile = analyzer.analyze(request);
      const analysedAt = performance.now();
      selector.select({ profile, requested: 'auto', target, isConfigured });
      const endedAt = performance.now();
      times.analysis.push((analysedAt - startedAt) * 1000);
      times.selection.push((endedAt - analysedAt) * 1000);
      times.both.push((endedAt - startedAt) * 1000);
    }
    return times;
  };
  round(0, callsPerRound);
  const results = Array.from({ length: rounds }, (_, index) => round((index + 1) * callsPerRound, callsPerRound));
  const figures = steps.map((step): SelectionFigure => {
    const sorted = results.map((times) => ascending(times[step]));
    const of = (share: number) => median(sorted.map((times) => percentile(times, share)));
    return { step, p50Us: of(0.5), p99Us: of(0.99), calls: rounds * callsPerRound };
  });
  return { figures, models: models.list().length };
}

async function loadPackages(root: string): Promise<Packages> {
  const load = (room: string): Promise<unknown> =>
    import(pathToFileURL(join(root, 'packages', room, 'dist/index.js')).href);
  const [analysis, catalog, selection] = await Promise.all([load('analysis'), load('catalog'), load('selection')]);
  return { analysis, catalog, selection } as Packages;
}

/** The figures as text. */
export function formatSelectionFigures(figures: readonly SelectionFigure[], models: number): string {
  const rows = figures.map(({ step, p50Us, p99Us, calls: count }) => [step, fixed(p50Us), fixed(p99Us), String(count)]);
  const title = `${promptLength} characters, no cache, ${models} candidates`;
  return `${title}\n\n${formatTable(['step', 'p50 us', 'p99 us', 'calls'], rows)}`;
}
