import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a request is to the analysis. */
export interface BenchRequest {
  readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
}

/** A decision: the analysis of a request, then the choice among the candidates. */
export interface DecisionParts {
  analyze(request: BenchRequest): object;
  /** Keeps the profiles of requests that it saw lately, as in production; {@link analyze} keeps none. */
  analyzeCached(request: BenchRequest): object;
  select(profile: object): void;
  readonly candidates: number;
}

/** The parts of the catalog that are called. */
interface BenchCatalog {
  list(): readonly object[];
  priceAt(model: object, atMs: number): object | null;
}

/** The parts of our packages that are called. */
interface Packages {
  readonly analysis: {
    createTaskAnalyzer(options?: { cacheSize: number }): Promise<{ analyze(request: object): object }>;
  };
  readonly catalog: { loadCatalog(): Promise<BenchCatalog> };
  readonly selection: { readonly ModelSelector: new (options: object) => { select(input: object): object } };
}

/** How many models are chosen among: what a team with several vendors has. */
const candidateCount = 60;

/** The built packages, a catalog of 60 models taken evenly from ours, all of whose providers are configured. */
export async function loadDecisionParts(root: string): Promise<DecisionParts> {
  const { analysis, catalog, selection } = await loadPackages(root);
  const whole = await catalog.loadCatalog();
  const all = whole.list();
  const list = Array.from(
    { length: candidateCount },
    (_unused, index) => all[Math.floor((index * all.length) / candidateCount)],
  );
  const models = {
    list: () => list,
    priceAt: (model: object, atMs: number) => whole.priceAt(model, atMs),
    get: () => undefined,
    find: () => [],
    near: () => [],
  };
  const selector = new selection.ModelSelector({ catalog: models });
  const analyzer = await analysis.createTaskAnalyzer({ cacheSize: 0 });
  const caching = await analysis.createTaskAnalyzer();
  const target = { mode: 'auto', preset: 'balanced' };
  const isConfigured = () => true;
  return {
    analyze: (request) => analyzer.analyze(request),
    analyzeCached: (request) => caching.analyze(request),
    select: (profile) => void selector.select({ profile, requested: 'auto', target, isConfigured }),
    candidates: list.length,
  };
}

async function loadPackages(root: string): Promise<Packages> {
  const load = (room: string): Promise<unknown> =>
    import(pathToFileURL(join(root, 'packages', room, 'dist/index.js')).href);
  const [analysis, catalog, selection] = await Promise.all([load('analysis'), load('catalog'), load('selection')]);
  return { analysis, catalog, selection } as Packages;
}

const sentences = [
  'Write a function that parses the log file and returns the ten slowest requests.',
  'Our customers in Lyon complain that the invoices of last March are wrong by a few cents.',
  'Explain step by step why the proof fails when the matrix is singular.',
  'Translate the letter below into Japanese, and keep the tone polite.',
  'The table has columns for region, quarter, revenue and churn; find what changed.',
  'Summarise the meeting notes in five bullet points for people who were not there.',
  'const total = rows.reduce((sum, row) => sum + row.amount, 0); // why is this NaN?',
];

/** A request of so many characters, another one for each number, so that no cache can answer. */
export function benchRequest(seed: number, length: number): BenchRequest {
  let text = `Case ${seed}. `;
  for (let at = seed; text.length < length; at += 1 + (seed % 3)) text += `${sentences[at % sentences.length] ?? ''} `;
  return { messages: [{ role: 'user', content: text.slice(0, length) }] };
}
