import {
  type LedgerEntry,
  type LedgerFilter,
  type LedgerGrouping,
  type LedgerSummaryRow,
  type UsageLedger,
} from '@lattice-lock/contract';
import type { CompiledQuery } from 'kysely';
import { applyLedgerFilter } from './internal/ledger-filter.ts';
import { entryOfRow, rowOfEntry, type LedgerRow } from './internal/ledger-row.ts';
import { summaryQuery, summaryOfRow } from './internal/ledger-summary.ts';
import type { SqlSession } from './internal/sql-session.ts';

/** Entries returned when the caller names no limit. */
const defaultLimit = 1000;

/** The ledger in SQL. */
export class SqlUsageLedger implements UsageLedger {
  readonly #session: SqlSession;
  #insert: CompiledQuery<unknown> | undefined;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async record(entries: readonly LedgerEntry[]): Promise<void> {
    const rows = entries.map(rowOfEntry);
    await this.#session.write(rows.map((row) => ({ compile: () => this.#insertOf(row) })));
  }

  /** Every insert has the same text, so it is built once: building costs more than running it. */
  #insertOf(row: LedgerRow): CompiledQuery<unknown> {
    this.#insert ??= this.#session.build
      .insertInto('ledger_entry')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile();
    return { ...this.#insert, parameters: Object.values(row) };
  }

  async entries(filter: LedgerFilter = {}, limit = defaultLimit): Promise<readonly LedgerEntry[]> {
    const query = this.#session.build
      .selectFrom('ledger_entry')
      .selectAll()
      .where((where) => applyLedgerFilter(where, filter))
      .orderBy('started_at_ms')
      .orderBy('seq')
      .limit(limit);
    return (await this.#session.read(query)).map(entryOfRow);
  }

  async summarize(groupBy: LedgerGrouping, filter: LedgerFilter = {}): Promise<readonly LedgerSummaryRow[]> {
    const rows = await this.#session.read(summaryQuery(this.#session.build, groupBy, filter));
    return rows.map((row) => summaryOfRow(groupBy, row));
  }
}
