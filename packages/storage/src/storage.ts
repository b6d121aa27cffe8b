import { join, resolve } from 'node:path';
import {
  silentLogger,
  type ApiKeyStore,
  type DecisionStore,
  type Logger,
  type OutcomeStore,
  type UsageLedger,
} from '@lattice-lock/contract';
import { InstanceRegistry } from './instance-registry.ts';
import { openPostgresSession } from './internal/open-postgres.ts';
import { databaseName } from './internal/postgres-driver.ts';
import { openSqliteSession } from './internal/open-sqlite.ts';
import { ownIdentity } from './internal/process-identity.ts';
import type { SqlSession } from './internal/sql-session.ts';
import type { Durability } from './internal/sqlite-connection.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';
import { SqlDecisionStore } from './sql-decision-store.ts';
import { SqlOutcomeStore } from './sql-outcome-store.ts';
import { SqlUsageLedger } from './sql-usage-ledger.ts';

/** The name of the database in a data directory. */
const databaseFileName = 'lattice.db';

/** A SQLite file: `lattice.db` in a directory, or a file of any name. Both are made when absent. */
export type SqliteOptions = ({ readonly dataDir: string } | { readonly file: string }) & {
  /** What a committed write survives: the death of the process (`normal`, the default), or also the loss of power (`full`). */
  readonly durability?: Durability;
};

/** A Postgres database: `postgres://user:password@host:5432/database`. Needs the package `pg`. */
export interface PostgresOptions {
  readonly databaseUrl: string;
}

/** Where the data lies, and who is told of what goes on behind the calls. */
export type StorageOptions = (SqliteOptions | PostgresOptions) & { readonly logger?: Logger };

/** The stores of one database. */
export interface Storage {
  readonly ledger: UsageLedger;
  readonly decisions: DecisionStore;
  readonly apiKeys: ApiKeyStore;
  readonly outcomes: OutcomeStore;
  /** Where the data lies: the absolute path of the file, or the address of the Postgres database without credentials. */
  readonly file: string;
  /** Commits what waits and ends all use; every call after it fails with `LATTICE_CLOSED`. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens the store, makes it when absent, brings its schema up to date, and settles as `lost` what dead processes left
 * open in the ledger. Several processes may have it open.
 *
 * @throws LatticeError `LATTICE_STORAGE` when it cannot be used: no permission, not reachable, damaged, not a database,
 * written by a newer version, or Postgres without the package `pg`.
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const logger = options.logger ?? silentLogger;
  if ('databaseUrl' in options) {
    const session = await openPostgresSession(options.databaseUrl, logger);
    return createStorage(session, databaseName(options.databaseUrl), logger);
  }
  const file = resolve('file' in options ? options.file : join(options.dataDir, databaseFileName));
  const session = await openSqliteSession(file, options.durability ?? 'normal', logger);
  return createStorage(session, file, logger);
}

async function createStorage(session: SqlSession, file: string, logger: Logger): Promise<Storage> {
  const instance = new InstanceRegistry(session, await ownIdentity(), logger);
  try {
    await instance.start();
  } catch (error) {
    await session.close();
    throw error;
  }
  const ledger = new SqlUsageLedger(session, instance);
  let closing: Promise<void> | undefined;
  const close = async () => {
    // A failure is that of whoever opened the entry.
    await ledger.flush().catch(() => undefined);
    await instance.close().finally(() => session.close());
  };
  return {
    ledger,
    decisions: new SqlDecisionStore(session),
    apiKeys: new SqlApiKeyStore(session),
    outcomes: new SqlOutcomeStore(session),
    file,
    close: () => (closing ??= close()),
  };
}
