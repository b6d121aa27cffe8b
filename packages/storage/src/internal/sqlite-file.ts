import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { connectSqlite, type Durability } from './sqlite-connection.ts';
import { toStorageError } from './storage-error.ts';

/**
 * Opens the file. One that does not exist is made readable for its owner only, its folder too; SQLite gives its side
 * files the same mode.
 *
 * @throws LatticeError `LATTICE_STORAGE`
 */
export function openSqliteFile(file: string, durability: Durability): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    return connectSqlite(file, durability);
  } catch (error) {
    throw toStorageError(error, file);
  }
}
