import {
  addCostTotals,
  addUsage,
  unknownUsage,
  usdFromNano,
  zeroCost,
  type CostTotal,
  type LedgerFilter,
  type LedgerGrouping,
  type LedgerSummaryRow,
  type Usage,
  type UsageLedger,
} from '@lattice-lock/contract';

/** What a part of the ledger adds up to. */
export interface UsageSection {
  readonly rows: readonly LedgerSummaryRow[];
  readonly total: {
    readonly entries: number;
    readonly requests: number;
    readonly usage: Usage;
    readonly cost: CostTotal;
  };
  /** Models whose calls have a cost that is not known, with how many calls. */
  readonly unknown: readonly { readonly model: string; readonly entries: number }[];
}

/** Real and simulated use, never mixed. */
export interface UsageReport {
  readonly real: UsageSection;
  readonly simulated: UsageSection;
}

const emptySection: UsageSection = {
  rows: [],
  total: { entries: 0, requests: 0, usage: unknownUsage, cost: zeroCost },
  unknown: [],
};

/** The report of a ledger that holds nothing. */
export const emptyUsageReport: UsageReport = { real: emptySection, simulated: emptySection };

/** Adds the ledger up. */
export async function createUsageReport(
  ledger: UsageLedger,
  groupBy: LedgerGrouping,
  filter: LedgerFilter,
): Promise<UsageReport> {
  const [real, simulated] = await Promise.all([
    createSection(ledger, groupBy, { ...filter, simulated: false }),
    createSection(ledger, groupBy, { ...filter, simulated: true }),
  ]);
  return { real, simulated };
}

async function createSection(
  ledger: UsageLedger,
  groupBy: LedgerGrouping,
  filter: LedgerFilter,
): Promise<UsageSection> {
  const [rows, byModel, byKey] = await Promise.all([
    ledger.summarize(groupBy, filter),
    ledger.summarize('model', filter),
    // A request may use several models or end on another day, but it has one key: only here do requests add up.
    ledger.summarize('api-key', filter),
  ]);
  return {
    rows,
    total: {
      entries: sum(rows.map(({ entries }) => entries)),
      requests: sum(byKey.map(({ requests }) => requests)),
      usage: addUsage(rows.map(({ usage }) => usage)),
      cost: addCostTotals([zeroCost, ...rows.map(({ cost }) => cost)]),
    },
    unknown: byModel
      .filter(({ cost }) => cost.unknownEntries > 0)
      .map(({ group, cost }) => ({ model: group, entries: cost.unknownEntries })),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** A section as JSON: exact nano-dollars as text, US dollars beside them. */
export function sectionJson(section: UsageSection): object {
  const cost = (total: CostTotal) => ({ ...total, usd: usdFromNano(total.nanoUsd) });
  return {
    rows: section.rows.map((row) => ({ ...row, cost: cost(row.cost) })),
    total: { ...section.total, cost: cost(section.total.cost) },
    unknown: section.unknown,
  };
}
