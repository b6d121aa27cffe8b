import type { Logger } from '@lattice-lock/contract';
import { Kysely, PostgresDialect, sql, type CompiledQuery } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { closedError, GroupCommit, type WriteOutcome, type WriteUnit } from './group-commit.ts';
import { isRefusedStatement, toPostgresError } from './postgres-error.ts';
import type { LatticeSchema } from './schema.ts';
import type { BuiltQuery, SqlSession } from './sql-session.ts';

/** A {@link SqlSession} on Postgres: reads side by side on a pool, writes in groups, a transaction each. */
export class PostgresSession implements SqlSession {
  readonly build: Kysely<LatticeSchema>;
  readonly nowMs = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`;
  readonly #pool: Pool;
  readonly #name: string;
  readonly #commits: GroupCommit;
  #closing: Promise<void> | undefined;

  constructor(pool: Pool, name: string, logger: Logger) {
    this.#pool = pool;
    this.#name = name;
    this.#commits = new GroupCommit({ name, commit: (units) => this.#commit(units) });
    this.build = new Kysely<LatticeSchema>({ dialect: new PostgresDialect({ pool }) });
    // Without listeners, a connection that ends would end the process. Its statements fail by themselves.
    pool.on('connect', (client) => client.on('error', () => undefined));
    pool.on('error', (error) => logger.warn({ error: toPostgresError(error, name) }, 'a database connection ended'));
  }

  async read<Row>(query: BuiltQuery<Row>): Promise<readonly Row[]> {
    if (this.#closing !== undefined) throw closedError(this.#name);
    try {
      const { rows } = await this.#pool.query(queryOf(query.compile()));
      return rows as Row[];
    } catch (error) {
      throw toPostgresError(error, this.#name);
    }
  }

  async write(statements: readonly BuiltQuery<unknown>[]): Promise<readonly number[]> {
    if (this.#closing !== undefined) throw closedError(this.#name);
    return statements.length === 0 ? [] : this.#commits.write(statements.map((statement) => statement.compile()));
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#commits.close().then(() => this.#pool.end()));
  }

  /** One transaction; where a statement is refused, each write in one of its own, so that only the guilty one fails. */
  async #commit(units: readonly WriteUnit[]): Promise<readonly WriteOutcome[]> {
    const sendable = units.map((unit) => unit.map(queryOf));
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw toPostgresError(error, this.#name);
    }
    let isUsable = true;
    try {
      const first = await transaction(client, sendable);
      if (!('failure' in first)) return first.changes;
      isUsable = isRefusedStatement(first.failure);
      if (!isUsable || units.length === 1) throw toPostgresError(first.failure, this.#name);
      const outcomes: WriteOutcome[] = [];
      for (const unit of sendable) {
        const alone = await transaction(client, [unit]);
        if ('failure' in alone) isUsable &&= isRefusedStatement(alone.failure);
        outcomes.push('failure' in alone ? toPostgresError(alone.failure, this.#name) : (alone.changes[0] ?? []));
      }
      return outcomes;
    } finally {
      client.release(!isUsable);
    }
  }
}

type SendableUnit = readonly { readonly text: string; values: unknown[] }[];
type TransactionOutcome = { readonly changes: readonly (readonly number[])[] } | { readonly failure: unknown };

/**
 * Everything is sent at once; after a statement that fails, Postgres refuses the rest and rolls back. A lone statement is
 * a transaction by itself.
 */
async function transaction(client: PoolClient, units: readonly SendableUnit[]): Promise<TransactionOutcome> {
  const [lone, ...others] = units.flat();
  if (lone !== undefined && others.length === 0) {
    return client.query(lone).then(
      ({ rowCount }) => ({ changes: [[rowCount ?? 0]] }),
      (failure: unknown) => ({ failure }),
    );
  }
  const begin = client.query('begin');
  const sent = units.flat().map((query) => client.query(query));
  const commit = client.query('commit');
  const answers = await Promise.allSettled([begin, ...sent, commit]);
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (failed !== undefined) return { failure: failed.reason };
  const counts = answers
    .slice(1, -1)
    .map((answer) => (answer.status === 'fulfilled' ? (answer.value.rowCount ?? 0) : 0));
  let from = 0;
  return { changes: units.map((unit) => counts.slice(from, (from += unit.length))) };
}

function queryOf({ sql: text, parameters }: CompiledQuery): { text: string; values: unknown[] } {
  return { text, values: parameters.map(storable) };
}

/** Postgres has no character 0 in a text; it is kept visible. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u2400') : value;
}
