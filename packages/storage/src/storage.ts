import { join, resolve } from 'node:path';
import type { ApiKeyStore, DecisionStore, OutcomeStore, UsageLedger } from '@lattice-lock/contract';
import { migrate } from './internal/migrate.ts';
import { createMigrations, sqliteColumnTypes } from './internal/migrations.ts';
import { openSqliteFile, type Durability } from './internal/sqlite-file.ts';
import { SqliteSession } from './internal/sqlite-session.ts';
import { toStorageError } from './internal/storage-error.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';
import { SqlDecisionStore } from './sql-decision-store.ts';
import { SqlOutcomeStore } from './sql-outcome-store.ts';
import { SqlUsageLedger } from './sql-usage-ledger.ts';

/** The name of the database in a data directory. */
const databaseFileName = 'lattice.db';

/** Where the data lies: a directory that holds `lattice.db`, or a file of any name. Both are made when absent. */
export type StorageOptions = ({ readonly dataDir: string } | { readonly file: string }) & {
  /** What a committed write survives: the death of the process (`normal`, the default), or also the loss of power (`full`). */
  readonly durability?: Durability;
};

/** The stores of one database. */
export interface Storage {
  readonly ledger: UsageLedger;
  readonly decisions: DecisionStore;
  readonly apiKeys: ApiKeyStore;
  readonly outcomes: OutcomeStore;
  /** The absolute path of the database. */
  readonly file: string;
  /** Ends all use; every call after it fails with `LATTICE_CLOSED`. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens the store, makes it when absent and brings its schema up to date. Several processes may have it open.
 *
 * @throws LatticeError `LATTICE_STORAGE` when the file cannot be used: no permission, damaged, not a database, or written
 * by a newer version.
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const file = resolve('file' in options ? options.file : join(options.dataDir, databaseFileName));
  const database = openSqliteFile(file, options.durability ?? 'normal');
  const session = new SqliteSession(database, file);
  try {
    await migrate(database, session.build, createMigrations(sqliteColumnTypes), file);
  } catch (error) {
    session.close();
    throw toStorageError(error, file);
  }
  return {
    ledger: new SqlUsageLedger(session),
    decisions: new SqlDecisionStore(session),
    apiKeys: new SqlApiKeyStore(session),
    outcomes: new SqlOutcomeStore(session),
    file,
    close: async () => session.close(),
  };
}
