import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { LatticeError } from '@lattice-lock/contract';
import { Kysely, SqliteDialect, type CompiledQuery, type SqliteStatement } from 'kysely';
import type { LatticeSchema } from './schema.ts';
import type { BuiltQuery, SqlSession } from './sql-session.ts';
import { toStorageError } from './storage-error.ts';

/** Statements kept compiled; the stores use a few dozen texts. */
const maxPreparedStatements = 128;

/** A {@link SqlSession} on one SQLite connection, which is synchronous: a transaction is never cut by another call. */
export class SqliteSession implements SqlSession {
  readonly build: Kysely<LatticeSchema>;
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #statements = new Map<string, StatementSync>();
  #isClosed = false;

  constructor(database: DatabaseSync, file: string) {
    this.#database = database;
    this.#file = file;
    this.build = new Kysely<LatticeSchema>({ dialect: sqliteDialect(database) });
  }

  async read<Row>(query: BuiltQuery<Row>): Promise<readonly Row[]> {
    return this.#guard(() => {
      const { sql, parameters } = query.compile();
      return this.#prepare(sql).all(...bound(parameters)) as Row[];
    });
  }

  async write(statements: readonly BuiltQuery<unknown>[]): Promise<readonly bigint[]> {
    const compiled = statements.map((statement) => statement.compile());
    const [first] = compiled;
    if (first === undefined) return [];
    return this.#guard(() => (compiled.length === 1 ? [this.#run(first)] : this.#transaction(compiled)));
  }

  /** Closes the file; a second call does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#statements.clear();
    try {
      this.#database.close();
    } catch (error) {
      throw toStorageError(error, this.#file);
    }
  }

  #guard<T>(work: () => T): T {
    if (this.#isClosed) {
      throw new LatticeError('LATTICE_CLOSED', `The database ${this.#file} is closed; open it again to use it.`);
    }
    try {
      return work();
    } catch (error) {
      throw toStorageError(error, this.#file);
    }
  }

  #transaction(queries: readonly CompiledQuery[]): bigint[] {
    this.#database.exec('begin immediate');
    try {
      const changes = queries.map((query) => this.#run(query));
      this.#database.exec('commit');
      return changes;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback');
      throw error;
    }
  }

  #run(query: CompiledQuery): bigint {
    return BigInt(this.#prepare(query.sql).run(...bound(query.parameters)).changes);
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

function bound(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[];
}

function sqliteDialect(database: DatabaseSync): SqliteDialect {
  const prepare = (sql: string): SqliteStatement => {
    const statement = database.prepare(sql);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...bound(parameters)),
      run: (parameters) => statement.run(...bound(parameters)),
      iterate: (parameters) => statement.iterate(...bound(parameters)),
    };
  };
  return new SqliteDialect({ database: { prepare, close: () => database.close() } });
}
