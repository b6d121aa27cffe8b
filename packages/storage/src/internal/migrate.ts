import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { LatticeError } from '@lattice-lock/contract';
import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import type { LatticeSchema } from './schema.ts';
import { busyTimeoutMs } from './sqlite-connection.ts';
import { isBusy, toStorageError } from './storage-error.ts';

/** How often a lock that is taken is tried again. */
const retryIntervalMs = 10;

/**
 * Brings the schema up to date. The whole of it is one write transaction of SQLite, so it is all or none, and of two
 * processes that start together the second waits and finds the work done.
 *
 * @throws LatticeError `LATTICE_STORAGE`, also when the file was written by a newer version than this one
 */
export async function migrate(
  database: DatabaseSync,
  build: Kysely<LatticeSchema>,
  migrations: Readonly<Record<string, Migration>>,
  file: string,
): Promise<void> {
  const known = Object.keys(migrations);
  if (isCurrent(appliedMigrations(database), known, file)) return;
  await beginImmediate(database, file);
  try {
    if (!isCurrent(appliedMigrations(database), known, file)) {
      const provider = { getMigrations: async () => ({ ...migrations }) };
      const { error } = await new Migrator({ db: build, provider, disableTransactions: true }).migrateToLatest();
      if (error !== undefined) throw error;
    }
    database.exec('commit');
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw toStorageError(error, file);
  }
}

/**
 * Waits for the write lock without blocking: whoever has it may be another opener in this very process, which could not
 * go on.
 */
async function beginImmediate(database: DatabaseSync, file: string): Promise<void> {
  const deadline = performance.now() + busyTimeoutMs;
  database.exec('pragma busy_timeout = 0');
  try {
    while (!tryBegin(database, performance.now() < deadline)) await sleep(retryIntervalMs);
  } catch (error) {
    throw toStorageError(error, file);
  } finally {
    database.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
  }
}

function tryBegin(database: DatabaseSync, mayWait: boolean): boolean {
  try {
    database.exec('begin immediate');
    return true;
  } catch (error) {
    if (mayWait && isBusy(error)) return false;
    throw error;
  }
}

function appliedMigrations(database: DatabaseSync): readonly string[] {
  const exists = database
    .prepare("select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'")
    .get();
  if (exists === undefined) return [];
  return database
    .prepare('select name from kysely_migration order by name')
    .all()
    .map((row) => String(row['name']));
}

/**
 * True when every migration is applied.
 *
 * @throws LatticeError `LATTICE_STORAGE` when there is one that this version does not know
 */
export function isCurrent(applied: readonly string[], known: readonly string[], file: string): boolean {
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new LatticeError(
      'LATTICE_STORAGE',
      `The database ${file} was written by a newer version of Lattice Lock (its schema has ${unknown.join(', ')}). ` +
        'Update Lattice Lock, or use another database.',
    );
  }
  return applied.length === known.length;
}
