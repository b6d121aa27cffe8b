import { addUsage, usdFromNano, type LedgerEntry } from '@lattice-lock/contract';
import { assertBillingIntegrity } from '@lattice-lock/execution';
import type { ServedRequest } from '@lattice-lock/testing/simulator';
import type { DemoRow } from './demo-row.ts';

/** The three counts of the same calls, and whether they agree. */
export interface Settlement {
  readonly lines: readonly string[];
  /** What differs; empty when all three are equal. */
  readonly differences: readonly string[];
}

/** Compares what the client was told, what the ledger holds and what the upstream says it served. */
export function settle(
  rows: readonly DemoRow[],
  entries: readonly LedgerEntry[],
  served: readonly ServedRequest[],
): Settlement {
  const client = {
    calls: rows.reduce((sum, row) => sum + row.attempts, 0),
    input: rows.reduce((sum, row) => sum + row.inputTokens, 0),
    output: rows.reduce((sum, row) => sum + row.outputTokens, 0),
    cost: rows.reduce((sum, row) => sum + row.costNanoUsd, 0n),
    unknown: rows.reduce((sum, row) => sum + row.unknownCosts, 0),
  };
  const usage = addUsage(entries.map((entry) => entry.usage));
  const ledger = {
    calls: entries.length,
    input: usage.inputTokens ?? 0,
    output: usage.outputTokens ?? 0,
    cost: entries.reduce((sum, entry) => sum + (entry.costNanoUsd ?? 0n), 0n),
    unknown: entries.filter((entry) => entry.costNanoUsd === null).length,
  };
  const upstream = addUsage(served.map((request) => request.usageReported));
  const differences = (['calls', 'input', 'output', 'cost', 'unknown'] as const)
    .filter((field) => client[field] !== ledger[field])
    .map((field) => `${names[field]}: the rows add up to ${client[field]}, the ledger has ${ledger[field]}`);
  return {
    lines: [
      line('', 'attempts', 'tokens in', 'tokens out', 'US$'),
      line('Sum of the rows above', client.calls, client.input, client.output, cost(client)),
      line("The gateway's ledger", ledger.calls, ledger.input, ledger.output, cost(ledger)),
      line("The upstream's own count", served.length, upstream.inputTokens ?? 0, upstream.outputTokens ?? 0, ''),
    ],
    differences: [...differences, ...upstreamDifference(entries, served)],
  };
}

const names = {
  calls: 'attempts',
  input: 'input tokens',
  output: 'output tokens',
  cost: 'cost in nano-dollars',
  unknown: 'attempts of unknown cost',
};

function upstreamDifference(entries: readonly LedgerEntry[], served: readonly ServedRequest[]): readonly string[] {
  try {
    assertBillingIntegrity(
      entries,
      served.map((request) => ({ usage: request.usageReported })),
    );
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function cost(sum: { readonly cost: bigint; readonly unknown: number }): string {
  return `${usdFromNano(sum.cost)}${sum.unknown === 0 ? '' : ` + ${sum.unknown} unknown`}`;
}

function line(
  name: string,
  calls: number | string,
  input: number | string,
  output: number | string,
  usd: string,
): string {
  const numbers = [calls, input, output].map((cell) => String(cell).padStart(11)).join('');
  return `${name.padEnd(26)}${numbers}  ${usd}`.trimEnd();
}
