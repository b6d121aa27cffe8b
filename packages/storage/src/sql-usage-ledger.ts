import {
  type LedgerEntry,
  type LedgerFilter,
  type LedgerGrouping,
  type LedgerSummaryRow,
  type OpenLedgerEntry,
  type UsageLedger,
} from '@lattice-lock/contract';
import type { CompiledQuery } from 'kysely';
import { BeginningEntries } from './internal/beginning-entries.ts';
import { applyLedgerFilter } from './internal/ledger-filter.ts';
import { entryOfRow, rowOfEntry, rowOfOpenEntry, type LedgerRow } from './internal/ledger-row.ts';
import { summaryQuery, summaryOfRow } from './internal/ledger-summary.ts';
import type { InstanceRegistry } from './instance-registry.ts';
import type { SqlSession } from './internal/sql-session.ts';

/** Entries returned when the caller names no limit. */
const defaultLimit = 1000;

/** The ledger in SQL. */
export class SqlUsageLedger implements UsageLedger {
  readonly #session: SqlSession;
  readonly #instance: InstanceRegistry;
  readonly #beginnings: BeginningEntries;
  #opening: CompiledQuery<unknown> | undefined;
  #settling: CompiledQuery<unknown> | undefined;

  constructor(session: SqlSession, instance: InstanceRegistry) {
    this.#session = session;
    this.#instance = instance;
    this.#beginnings = new BeginningEntries((rows) =>
      instance.writeRegistered(rows.map((row) => ({ compile: () => this.#openingOf(row) }))),
    );
  }

  open(entry: OpenLedgerEntry): Promise<void> {
    return this.#beginnings.add(entry.id, () => rowOfOpenEntry(entry, this.#instance.id));
  }

  async record(entries: readonly LedgerEntry[]): Promise<void> {
    const rows = entries.map((entry) => rowOfEntry(entry));
    const written = this.#session.write(rows.map((row) => ({ compile: () => this.#settlingOf(row) })));
    this.#beginnings.replace(
      rows.map(({ id }) => id),
      written,
    );
    await written;
  }

  /** Writes what waits for its end. */
  async flush(): Promise<void> {
    await this.#beginnings.flush();
  }

  /** Every insert of a kind has the same text, so it is built once: building costs more than running it. */
  #openingOf(row: LedgerRow): CompiledQuery<unknown> {
    this.#opening ??= this.#session.build
      .insertInto('ledger_entry')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile();
    return { ...this.#opening, parameters: Object.values(row) };
  }

  /** An open entry is settled, also one of ours that others took for lost; one that is settled stays as it is. */
  #settlingOf(row: LedgerRow): CompiledQuery<unknown> {
    this.#settling ??= this.#session.build
      .insertInto('ledger_entry')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((stored) =>
            Object.fromEntries(columnsOf(row).map((name) => [name, stored.ref(`excluded.${name}`)])),
          )
          .where((stored) =>
            stored.or([
              stored('ledger_entry.status', '=', 'open'),
              stored.and([
                stored('ledger_entry.status', '=', 'lost'),
                stored('ledger_entry.instance_id', '=', this.#instance.id),
              ]),
            ]),
          ),
      )
      .compile();
    const values = Object.values(row);
    return { ...this.#settling, parameters: [...values, ...this.#settling.parameters.slice(values.length)] };
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

function columnsOf(row: LedgerRow): readonly (keyof LedgerRow)[] {
  return Object.keys(row) as (keyof LedgerRow)[];
}
