import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { Kysely, sql, SqliteDialect, type SqliteStatement } from 'kysely';
import { closedError, GroupCommit, type WriteOutcome, type WriteUnit } from './group-commit.ts';
import type { LatticeSchema } from './schema.ts';
import type { BuiltQuery, SqlSession } from './sql-session.ts';
import { StatementCache } from './sqlite-connection.ts';
import { toStorageError } from './storage-error.ts';

/** Who commits for a session. */
export interface GroupWriter {
  commit(units: readonly WriteUnit[]): Promise<readonly WriteOutcome[]>;
  close(): Promise<void>;
}

/** A {@link SqlSession} on a SQLite file: reads on a connection of this thread, writes by a writer that has its own. */
export class SqliteSession implements SqlSession {
  readonly build: Kysely<LatticeSchema>;
  readonly nowMs = sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #statements: StatementCache;
  readonly #writer: GroupWriter;
  readonly #commits: GroupCommit;
  #closing: Promise<void> | undefined;

  constructor(database: DatabaseSync, file: string, writer: GroupWriter) {
    this.#database = database;
    this.#file = file;
    this.#writer = writer;
    this.#statements = new StatementCache(database);
    this.#commits = new GroupCommit({ name: file, commit: (units) => writer.commit(units) });
    this.build = new Kysely<LatticeSchema>({ dialect: sqliteDialect(database) });
  }

  async read<Row>(query: BuiltQuery<Row>): Promise<readonly Row[]> {
    if (this.#closing !== undefined) throw closedError(this.#file);
    try {
      const compiled = query.compile();
      return this.#statements.all(compiled.sql, compiled.parameters) as Row[];
    } catch (error) {
      throw toStorageError(error, this.#file);
    }
  }

  async write(statements: readonly BuiltQuery<unknown>[]): Promise<readonly number[]> {
    if (this.#closing !== undefined) throw closedError(this.#file);
    return statements.length === 0 ? [] : this.#commits.write(statements.map((statement) => statement.compile()));
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#commits.close();
    await this.#writer.close();
    this.#statements.clear();
    try {
      this.#database.close();
    } catch (error) {
      throw toStorageError(error, this.#file);
    }
  }
}

function sqliteDialect(database: DatabaseSync): SqliteDialect {
  const bound = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  const prepare = (text: string): SqliteStatement => {
    const statement = database.prepare(text);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...bound(parameters)),
      run: (parameters) => statement.run(...bound(parameters)),
      iterate: (parameters) => statement.iterate(...bound(parameters)),
    };
  };
  return new SqliteDialect({ database: { prepare, close: () => database.close() } });
}
