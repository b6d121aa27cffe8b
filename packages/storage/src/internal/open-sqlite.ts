import type { Logger } from '@lattice-lock/contract';
import { SqliteDirectWriter } from '../sqlite-direct-writer.ts';
import { SqliteWriter } from '../sqlite-writer.ts';
import { migrate } from './migrate.ts';
import { createMigrations, sqliteColumnTypes } from './migrations.ts';
import type { Durability } from './sqlite-connection.ts';
import { openSqliteFile } from './sqlite-file.ts';
import { SqliteSession } from './sqlite-session.ts';
import { toStorageError } from './storage-error.ts';

/**
 * Opens a file with its schema brought up to date.
 *
 * @throws LatticeError `LATTICE_STORAGE`
 */
export async function openSqliteSession(file: string, durability: Durability, logger: Logger): Promise<SqliteSession> {
  const database = openSqliteFile(file, durability);
  const thread = new SqliteWriter({ file, durability }, logger);
  // A commit that survives the loss of power waits for the disk: nobody does that on the thread that serves requests.
  const writer = durability === 'full' ? thread : new SqliteDirectWriter(file, thread);
  const session = new SqliteSession(database, file, writer);
  try {
    await migrate(database, session.build, createMigrations(sqliteColumnTypes), file);
    return session;
  } catch (error) {
    await session.close();
    throw toStorageError(error, file);
  }
}
