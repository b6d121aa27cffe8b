import type { CostTotal, Usage } from '@lattice-lock/contract';

/** US dollars for people: cents from a dollar on, below it four significant digits. Exact figures are in `--json`. */
export function formatUsd(nanoUsd: bigint): string {
  const usd = Number(nanoUsd) / 1e9;
  if (usd === 0) return '$0';
  if (Math.abs(usd) >= 1) return `$${usd.toFixed(2)}`;
  const digits = Math.min(9, 3 - Math.floor(Math.log10(Math.abs(usd))));
  return `$${usd.toFixed(digits).replace(/0+$/, '')}`;
}

/** A cost and how much of it is not known: `$0.0012`, `unknown`, `$0.0012 + 2 unknown`. */
export function formatCost(cost: CostTotal): string {
  if (cost.unknownEntries === 0) return formatUsd(cost.nanoUsd);
  if (cost.nanoUsd === 0n) return cost.unknownEntries === 1 ? 'unknown' : `${cost.unknownEntries} unknown`;
  return `${formatUsd(cost.nanoUsd)} + ${cost.unknownEntries} unknown`;
}

/** A count with thousands apart; `-` is unknown. */
export function formatCount(count: number | null): string {
  return count === null ? '-' : count.toLocaleString('en-US');
}

/** `1,204 tokens in, 85 out`. */
export function formatTokens({ inputTokens, outputTokens }: Usage): string {
  if (inputTokens === null && outputTokens === null) return 'tokens unknown';
  const [input, output] = [inputTokens, outputTokens].map((count) => (count === null ? 'unknown' : formatCount(count)));
  return `${input} tokens in, ${output} out`;
}

/** `840 ms`, `1.4 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A context size for people: `128k`, `1M`; `-` is unknown. */
export function formatContext(tokens: number | null): string {
  if (tokens === null) return '-';
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
  return `${(tokens / 1e6).toFixed(2).replace(/\.?0+$/, '')}M`;
}

/** Pico-dollars per token as vendors print it, US dollars per million tokens: both have the same digits. */
export function formatUsdPerMillion(picoUsd: bigint | undefined): string {
  if (picoUsd === undefined) return '-';
  return (Number(picoUsd) / 1e6).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 });
}
