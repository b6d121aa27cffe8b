import type { LedgerFilter, LedgerGrouping, LedgerSummaryRow } from '@lattice-lock/contract';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { numberOf, type StoredInteger } from './integers.ts';
import { applyLedgerFilter } from './ledger-filter.ts';
import type { LatticeSchema } from './schema.ts';
import type { BuiltQuery } from './sql-session.ts';

const dayMs = 86_400_000;

/**
 * A sum of 64-bit integers leaves 64 bits, and SQLite then fails with "integer overflow": the upper and the lower 32
 * bits are summed apart and put together as bigint. Postgres understands the same text.
 */
const lowBits = 32n;

/** One row of a summary as the database returns it. */
export interface StoredSummary {
  readonly group: StoredInteger | null;
  readonly entries: StoredInteger;
  readonly requests: StoredInteger;
  readonly known_costs: StoredInteger;
  readonly [sum: string]: StoredInteger | null;
}

const usageColumns = {
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  totalTokens: 'total_tokens',
  cachedInputTokens: 'cached_input_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  cacheWriteLongTokens: 'cache_write_long_tokens',
  reasoningTokens: 'reasoning_tokens',
} as const;

const summedColumns = [...Object.values(usageColumns), 'cost_nano_usd'] as const;
type SummedColumn = (typeof summedColumns)[number];

const groups: Readonly<Record<LedgerGrouping, RawBuilder<StoredInteger | null>>> = {
  model: sql`provider || '/' || model`,
  provider: sql`provider`,
  'api-key': sql`coalesce(api_key_id, '')`,
  day: sql`started_at_ms / ${sql.lit(dayMs)}`,
  status: sql`status`,
};

/** Adds settled entries up in the database, sorted by group. */
export function summaryQuery(
  build: Kysely<LatticeSchema>,
  groupBy: LedgerGrouping,
  filter: LedgerFilter,
): BuiltQuery<StoredSummary> {
  const group = groups[groupBy];
  const sums = summedColumns.flatMap((column) => [
    sql`sum(${sql.ref(column)} >> 32)`.as(`${column}_high`),
    sql`sum(${sql.ref(column)} & 4294967295)`.as(`${column}_low`),
  ]);
  return build
    .selectFrom('ledger_entry')
    .select((select) => [
      group.as('group'),
      select.fn.countAll<StoredInteger>().as('entries'),
      select.fn.count<StoredInteger>('request_id').distinct().as('requests'),
      select.fn.count<StoredInteger>('cost_nano_usd').as('known_costs'),
      ...sums,
    ])
    .where('status', '<>', 'open')
    .where((where) => applyLedgerFilter(where, filter))
    .groupBy(group)
    .orderBy(group) as BuiltQuery<StoredSummary>;
}

/** A summary row of the contract. A usage field is `null` only when no entry of the group knows it. */
export function summaryOfRow(groupBy: LedgerGrouping, row: StoredSummary): LedgerSummaryRow {
  const tokens = (column: SummedColumn) => {
    const sum = exactSum(row, column);
    return sum === null ? null : Number(sum);
  };
  const entries = numberOf(row.entries);
  return {
    group: groupBy === 'day' ? dayName(numberOf(row.group ?? 0)) : String(row.group ?? ''),
    entries,
    requests: numberOf(row.requests),
    usage: {
      inputTokens: tokens(usageColumns.inputTokens),
      outputTokens: tokens(usageColumns.outputTokens),
      totalTokens: tokens(usageColumns.totalTokens),
      cachedInputTokens: tokens(usageColumns.cachedInputTokens),
      cacheWriteTokens: tokens(usageColumns.cacheWriteTokens),
      cacheWriteLongTokens: tokens(usageColumns.cacheWriteLongTokens),
      reasoningTokens: tokens(usageColumns.reasoningTokens),
    },
    cost: { nanoUsd: exactSum(row, 'cost_nano_usd') ?? 0n, unknownEntries: entries - numberOf(row.known_costs) },
  };
}

function exactSum(row: StoredSummary, column: SummedColumn): bigint | null {
  const high = row[`${column}_high`];
  const low = row[`${column}_low`];
  if (high === null || high === undefined || low === null || low === undefined) return null;
  return (BigInt(high) << lowBits) + BigInt(low);
}

function dayName(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
