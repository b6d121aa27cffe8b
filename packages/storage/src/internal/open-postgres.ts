import type { Logger } from '@lattice-lock/contract';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Pool } from 'pg';
import { isCurrent } from './migrate.ts';
import { createMigrations, postgresColumnTypes } from './migrations.ts';
import { createPool, databaseName, loadPostgresDriver } from './postgres-driver.ts';
import { toPostgresError } from './postgres-error.ts';
import { PostgresSession } from './postgres-session.ts';

/** The advisory lock that is held while the schema is brought up to date: "lattice" in ASCII. */
const migrationLock = '30506407137895269';

/**
 * Opens a Postgres database with its schema brought up to date, once even when several start together.
 *
 * @throws LatticeError `LATTICE_STORAGE`
 */
export async function openPostgresSession(databaseUrl: string, logger: Logger): Promise<PostgresSession> {
  const name = databaseName(databaseUrl);
  const pool = createPool(await loadPostgresDriver(), databaseUrl);
  const session = new PostgresSession(pool, name, logger);
  try {
    await migrate(pool, session, name);
    return session;
  } catch (error) {
    await session.close();
    throw toPostgresError(error, name);
  }
}

async function migrate(pool: Pool, session: PostgresSession, name: string): Promise<void> {
  const migrations = createMigrations(postgresColumnTypes);
  const known = Object.keys(migrations);
  if (isCurrent(await appliedMigrations(session), known, name)) return;
  const holder = await pool.connect();
  try {
    await holder.query('select pg_advisory_lock($1)', [migrationLock]);
    if (isCurrent(await appliedMigrations(session), known, name)) return;
    const provider = { getMigrations: async () => ({ ...migrations }) };
    const { error } = await new Migrator({ db: session.build, provider }).migrateToLatest();
    if (error !== undefined) throw error;
  } finally {
    // The lock ends with its connection, whatever state that is in.
    holder.release(true);
  }
}

async function appliedMigrations(session: PostgresSession): Promise<readonly string[]> {
  const found = sql<{ readonly table: string | null }>`select to_regclass('kysely_migration')::text as "table"`;
  const [row] = await session.read({ compile: () => found.compile(session.build) });
  if (row === undefined || row.table === null) return [];
  const names = sql<{ readonly name: string }>`select name from kysely_migration order by name`;
  return (await session.read({ compile: () => names.compile(session.build) })).map(({ name }) => name);
}
