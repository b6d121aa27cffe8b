import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

// Also runs in the writer thread, which resolves no packages: only Node's own modules are imported here.

/** How long a statement waits for another process's lock. */
export const busyTimeoutMs = 5000;

/** What a commit survives: `normal` the death of the process, `full` also the loss of power (one fsync a commit). */
export type Durability = 'normal' | 'full';

/** Statements kept compiled; the stores use a few dozen texts. */
const maxPreparedStatements = 128;

/** Opens a file that exists, in write-ahead mode, so that several connections may read and write it. */
export function connectSqlite(file: string, durability: Durability, lockTimeoutMs = busyTimeoutMs): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: lockTimeoutMs, readBigInts: true });
  try {
    database.exec('pragma journal_mode = wal');
    database.exec(`pragma synchronous = ${durability}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Compiled statements by their text. */
export class StatementCache {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  all(sql: string, parameters: readonly unknown[]): Record<string, unknown>[] {
    return this.#prepare(sql).all(...(parameters as SQLInputValue[]));
  }

  /** The number of changed rows. */
  run(sql: string, parameters: readonly unknown[]): number {
    return Number(this.#prepare(sql).run(...(parameters as SQLInputValue[])).changes);
  }

  clear(): void {
    this.#statements.clear();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    if (this.#statements.size >= maxPreparedStatements) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }
}
