import type { DatabaseSync } from 'node:sqlite';
import { StatementCache } from './sqlite-connection.ts';
import type { WriteFailure, WriteReply } from './writer-messages.ts';

// Also runs in the writer thread, which resolves no packages: only Node's own modules are imported here.

/** A statement ready to run. */
export interface BoundStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * Pages of the write-ahead log that a checkpoint may leave, 64 MB: it cannot begin anew while others go on writing, so
 * beyond that they wait for it.
 */
const maxLogPages = 16_384n;

interface Connection {
  readonly database: DatabaseSync;
  readonly statements: StatementCache;
}

type Units = readonly (readonly BoundStatement[])[];

/** Commits groups of writes on one connection, which is opened with the first. */
export class GroupTransaction {
  readonly #connect: () => DatabaseSync;
  #connection: Connection | undefined;

  constructor(connect: () => DatabaseSync) {
    this.#connect = connect;
  }

  /** One transaction; where it fails, each write in one of its own, so that only the guilty one fails. */
  commit(units: Units): WriteReply {
    let connection: Connection;
    try {
      connection = this.#begin();
    } catch (error) {
      // No write has been tried: trying each would wait for the lock as often.
      const failure = failureOf(error);
      return units.map(() => failure);
    }
    try {
      return finish(connection, units);
    } catch (error) {
      return units.length > 1 ? units.map((unit) => this.commit([unit])[0] ?? []) : [failureOf(error)];
    }
  }

  /** What hinders it, hinders it only until the next time. */
  checkpoint(): void {
    try {
      const { database } = this.#open();
      const [row] = database.prepare('pragma wal_checkpoint(passive)').all();
      if (row !== undefined && (row['log'] as bigint) > maxLogPages) database.exec('pragma wal_checkpoint(restart)');
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }

  close(): void {
    this.#connection?.database.close();
    this.#connection = undefined;
  }

  #begin(): Connection {
    const connection = this.#open();
    connection.statements.run('begin immediate', []);
    return connection;
  }

  #open(): Connection {
    if (this.#connection === undefined) {
      const database = this.#connect();
      this.#connection = { database, statements: new StatementCache(database) };
    }
    return this.#connection;
  }
}

function finish({ database, statements }: Connection, units: Units): readonly (readonly number[])[] {
  try {
    const changes = units.map((unit) => unit.map(({ sql, parameters }) => statements.run(sql, parameters)));
    statements.run('commit', []);
    return changes;
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}

function failureOf(error: unknown): WriteFailure {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    message: error.message,
    ...('errcode' in error && typeof error.errcode === 'number' ? { errcode: error.errcode } : {}),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
  };
}
