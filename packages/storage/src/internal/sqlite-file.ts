import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toStorageError } from './storage-error.ts';

/** How long a statement waits for another process's lock. */
export const busyTimeoutMs = 5000;

/** What a commit survives: `normal` the death of the process, `full` also the loss of power (one fsync a commit). */
export type Durability = 'normal' | 'full';

/**
 * Opens the file in write-ahead mode, so that several processes may read and write it. A file that does not exist is
 * made readable for its owner only, its folder too; SQLite gives its side files the same mode.
 *
 * @throws LatticeError `LATTICE_STORAGE`
 */
export function openSqliteFile(file: string, durability: Durability): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    database = new DatabaseSync(file, { timeout: busyTimeoutMs, readBigInts: true });
    database.exec('pragma journal_mode = wal');
    database.exec(`pragma synchronous = ${durability}`);
    return database;
  } catch (error) {
    database?.close();
    throw toStorageError(error, file);
  }
}
