import { benchRequest, loadDecisionParts } from './decision-parts.ts';

// Decides about many prompts, no two alike, in a process started with --expose-gc; at several points, what is kept.

/** What a worker is told on its command line, as JSON. */
export interface SelectionMemoryOrder {
  readonly root: string;
  readonly prompts: number;
  /** How often it is looked at, the first time after the first share of the prompts. */
  readonly points: number;
}

/** What is kept after so many prompts and a forced collection. */
export interface SelectionMemoryPoint {
  readonly prompts: number;
  readonly heapMb: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as SelectionMemoryOrder;
const { gc } = globalThis;
if (gc === undefined) throw new TypeError('the memory worker needs --expose-gc');
const parts = await loadDecisionParts(order.root);
const found: SelectionMemoryPoint[] = [];
for (let asked = 1; asked <= order.prompts; asked += 1) {
  // From a word to a long paragraph.
  parts.select(parts.analyzeCached(benchRequest(asked, 20 + (asked % 300))));
  if (asked % Math.floor(order.prompts / order.points) !== 0) continue;
  gc();
  const { heapUsed, external } = process.memoryUsage();
  found.push({ prompts: asked, heapMb: (heapUsed + external) / 2 ** 20 });
}
process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));
