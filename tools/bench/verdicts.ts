import type { ImportFigure } from './import-bench.ts';
import type { LibraryFigure } from './library-bench.ts';
import type { MemoryFigure } from './memory-bench.ts';
import type { ProviderFigure } from './provider-bench.ts';
import type { SelectionReport, SelectionStep } from './selection-bench.ts';
import type { ServerReport } from './server-bench.ts';
import { fixed, formatTable } from './table.ts';

/** What a run measured; what was not asked for is absent. */
export interface Measured {
  server?: ServerReport;
  library?: readonly LibraryFigure[];
  providers?: readonly ProviderFigure[];
  memory?: readonly MemoryFigure[];
  selection?: SelectionReport;
  imports?: readonly ImportFigure[];
}

/** A figure and the bound it is held to. */
export interface Verdict {
  readonly target: string;
  readonly bound: number;
  readonly measured: number;
  readonly isMet: boolean;
}

/** Takes one figure and its bound; a figure that was not measured is left out. */
type Hold = (target: string, measured: number | undefined, bound: number) => void;

/** Holds what was measured to this house's targets. A figure that was not measured has no verdict. */
export function verdicts({ server, library, providers, memory, selection, imports }: Measured): readonly Verdict[] {
  const found: Verdict[] = [];
  const hold: Hold = (target, measured, bound) => {
    if (measured !== undefined && Number.isFinite(measured)) {
      found.push({ target, bound, measured, isMet: measured <= bound });
    }
  };
  holdServer(hold, server);
  const ours = library?.find((one) => one.side === 'lattice-lock');
  hold('library, buffered: CPU x openai', ours?.bufferedTimesOpenAI, 0.35);
  hold('library, streamed: CPU x openai', ours?.streamedTimesOpenAI, 0.45);
  holdProviders(hold, providers ?? []);
  holdMemory(hold, memory ?? []);
  holdSelection(hold, selection);
  holdImports(hold, imports ?? []);
  return found;
}

function holdServer(hold: Hold, server: ServerReport | undefined): void {
  const ofServer = (scenario: string, side: string) =>
    server?.figures.find((one) => one.scenario === scenario && one.side === side)?.timesFloor;
  hold('server, explicit model, buffered: CPU x floor', ofServer('buffered', 'server, explicit model'), 3);
  hold('server, explicit model, streamed: CPU x floor', ofServer('streamed', 'server, explicit model'), 2.5);
  hold('server, explicit model, streamed at 10 ms: CPU x floor', ofServer('paced', 'server, explicit model'), 2.5);
  hold('server, auto, buffered: CPU x floor', ofServer('buffered', 'server, auto'), 4);
  hold('server, auto, streamed: CPU x floor', ofServer('streamed', 'server, auto'), 4);
  hold('server: RSS idle, MB', server?.rssIdleMb['server'], 125);
}

function holdSelection(hold: Hold, selection: SelectionReport | undefined): void {
  const of = (step: SelectionStep) => selection?.figures.find((one) => one.step === step);
  const decision = of('decision, 2 000 characters');
  const big = of('decision, 1 MiB of one character');
  hold('decision, 2 000 characters: p50 us', decision?.p50Us, 100);
  hold('decision, 2 000 characters: p99 us', decision?.p99Us, 1000);
  hold('decision, 100 000 characters: p50 us', of('decision, 100 000 characters')?.p50Us, 5000);
  hold('analysis seen before: p50 us', of('analysis seen before, 2 000 characters')?.p50Us, 5);
  hold('decision, 1 MiB of one character, the slowest: us', big?.p99Us, 50_000);
  hold(`decisions about ${selection?.prompts ?? 0} prompts: heap growth, MB`, selection?.growthMb, heapGrowthBoundMb);
}

/** What needs no SDK may cost less than what goes through one. */
function holdProviders(hold: Hold, providers: readonly ProviderFigure[]): void {
  for (const { side, usesSdk, bufferedTimesOpenAI, streamedTimesOpenAI } of providers) {
    if (usesSdk === null) continue;
    hold(`${side}, buffered: CPU x openai`, bufferedTimesOpenAI, usesSdk ? 0.35 : 0.25);
    hold(`${side}, streamed: CPU x openai`, streamedTimesOpenAI, usesSdk ? 0.4 : 0.35);
  }
}

/** What may be more after all calls than before, MB: code that V8 compiled meanwhile; and what the allocator keeps. */
const heapGrowthBoundMb = 1;
const rssGrowthBoundMb = 8;

function holdMemory(hold: Hold, memory: readonly MemoryFigure[]): void {
  for (const { side, scenario, calls, growth, socketsAfterClose } of memory) {
    const what = `${side}, ${calls} ${scenario}`;
    hold(`${what}: heap growth, MB`, growth.heapMb, heapGrowthBoundMb);
    hold(`${what}: RSS growth, MB`, growth.rssMb, rssGrowthBoundMb);
    hold(`${what}: sockets left, beyond those kept alive`, growth.sockets, 0);
    hold(`${what}: sockets after close`, socketsAfterClose, 0);
    hold(`${what}: abort listeners left`, growth.listeners, 0);
  }
}

/** Our package beside the one it is measured against: the vendor's of the field's other toolkit. */
const importRivals: Readonly<Record<string, string>> = {
  'lattice-lock': 'ai',
  '@lattice-lock/provider-openai': '@ai-sdk/openai',
  '@lattice-lock/provider-anthropic': '@ai-sdk/anthropic',
  '@lattice-lock/provider-google': '@ai-sdk/google',
  '@lattice-lock/provider-bedrock': '@ai-sdk/amazon-bedrock',
  '@lattice-lock/provider-azure': '@ai-sdk/azure',
  '@lattice-lock/provider-xai': '@ai-sdk/xai',
  '@lattice-lock/provider-openai-compatible': '@ai-sdk/openai-compatible',
};

function holdImports(hold: Hold, imports: readonly ImportFigure[]): void {
  const importOf = (name: string) => imports.find((one) => one.name === name);
  for (const [own, rivalName] of Object.entries(importRivals)) {
    const rival = importOf(rivalName)?.ms.median;
    if (rival !== undefined) hold(`import '${own}': ms, against '${rivalName}'`, importOf(own)?.ms.median, rival);
  }
  for (const { name, heavy } of imports) {
    if (name === 'lattice-lock' || name.startsWith('@lattice-lock/provider-')) {
      hold(`import '${name}': heavy packages loaded`, heavy.length, 0);
    }
  }
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
