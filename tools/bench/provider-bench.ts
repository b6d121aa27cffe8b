import { measureLibraries, type LibraryFigure } from './library-bench.ts';
import { adapters } from './provider-sides.ts';
import { fixed, formatTable } from './table.ts';
import { vendorSdkSides } from './vendor-sdk-sides.ts';

/** How adapters are measured. */
export interface ProviderBenchOptions {
  readonly rounds: number;
  readonly durationMs: number;
  readonly concurrency: number;
  /** Folder of this repository, whose built packages and installed SDKs are measured. */
  readonly root: string;
  /** Sides to measure beside undici and the `openai` package; empty for all. */
  readonly sides: readonly string[];
}

/** What an adapter, or a vendor's SDK, cost. Ratios are to the `openai` package in the same run. */
export interface ProviderFigure extends LibraryFigure {
  /** Of our adapters: whether a vendor's SDK is the connection. `null` for what is not ours. */
  readonly usesSdk: boolean | null;
}

/** Measures each adapter and each vendor's SDK in a fresh process, all in turn, round by round. */
export async function benchProviders(options: ProviderBenchOptions): Promise<readonly ProviderFigure[]> {
  const { root, sides } = options;
  const asked = [...Object.keys(adapters), ...Object.keys(vendorSdkSides)].filter(
    (side) => sides.length === 0 || sides.includes(side),
  );
  const figures = await measureLibraries(
    ['undici', 'openai', ...asked].map((side) => ({ side, from: root })),
    options,
  );
  return figures.map((figure) => ({ ...figure, usesSdk: adapters[figure.side]?.usesSdk ?? null }));
}

/** The figures as text. */
export function formatProviderFigures(figures: readonly ProviderFigure[]): string {
  const kindOf = ({ side, usesSdk }: ProviderFigure) => {
    if (side === 'undici') return 'floor';
    if (usesSdk === null) return 'rival';
    return usesSdk ? 'ours, with SDK' : 'ours';
  };
  return formatTable(
    ['side', '', 'buffered CPU us', 'min-max', 'x openai', 'streamed CPU us', 'min-max', 'x openai', 'calls'],
    figures.map((one) => [
      one.side,
      kindOf(one),
      fixed(one.bufferedUs.median),
      `${fixed(one.bufferedUs.min)}-${fixed(one.bufferedUs.max)}`,
      fixed(one.bufferedTimesOpenAI, 2),
      fixed(one.streamedUs.median),
      `${fixed(one.streamedUs.min)}-${fixed(one.streamedUs.max)}`,
      fixed(one.streamedTimesOpenAI, 2),
      String(one.calls),
    ]),
  );
}
