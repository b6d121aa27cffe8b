import {
  type LedgerEntry,
  type LedgerFilter,
  type LedgerGrouping,
  type LedgerSummaryRow,
  type UsageLedger,
} from '@lattice-lock/contract';
import { applyLedgerFilter } from './internal/ledger-filter.ts';
import { entryOfRow, rowOfEntry } from './internal/ledger-row.ts';
import { summaryQuery, summaryOfRow } from './internal/ledger-summary.ts';
import type { SqlSession } from './internal/sql-session.ts';

/** Entries returned when the caller names no limit. */
const defaultLimit = 1000;

/** Rows of one insert: 25 columns each, below SQLite's 32 766 parameters and Postgres' 65 535. */
const rowsPerInsert = 1000;

/** The ledger in SQL. */
export class SqlUsageLedger implements UsageLedger {
  readonly #session: SqlSession;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async record(entries: readonly LedgerEntry[]): Promise<void> {
    const rows = entries.map(rowOfEntry);
    const inserts = [];
    for (let start = 0; start < rows.length; start += rowsPerInsert) {
      inserts.push(
        this.#session.build
          .insertInto('ledger_entry')
          .values(rows.slice(start, start + rowsPerInsert))
          .onConflict((conflict) => conflict.column('id').doNothing()),
      );
    }
    await this.#session.write(inserts);
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
