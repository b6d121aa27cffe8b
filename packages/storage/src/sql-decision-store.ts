import type { Decision, DecisionStore } from '@lattice-lock/contract';
import type { DecisionColumns } from './internal/decision-bytes.ts';
import type { DecisionTable } from './internal/schema.ts';
import { columnsOf } from './internal/decision-columns.ts';
import { unpackDecision } from './internal/decision-pack.ts';
import type { BuiltQuery, SqlSession } from './internal/sql-session.ts';
import type { CompiledQuery, Insertable } from 'kysely';

/** Decisions returned when the caller names no limit. */
const defaultLimit = 100;

/** Decisions in SQL, packed, the newest first. */
export class SqlDecisionStore implements DecisionStore {
  readonly #session: SqlSession;
  #upsert: CompiledQuery<unknown> | undefined;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async save(decision: Decision): Promise<void> {
    const created = Date.parse(decision.createdAt);
    const values = {
      id: decision.id,
      request_id: decision.requestId,
      created_at_ms: Number.isNaN(created) ? 0 : created,
      body: columnsOf(decision),
    };
    await this.#session.write([this.#upsertOf(values)]);
  }

  /** The text is built once; the body is packed on its way to the database. */
  #upsertOf(values: { readonly body: DecisionColumns } & Omit<Insertable<DecisionTable>, 'body'>): BuiltQuery<unknown> {
    return {
      compile: () => {
        this.#upsert ??= this.#session.build
          .insertInto('decision')
          .values({ ...values, body: new Uint8Array() })
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet((stored) => ({
              request_id: stored.ref('excluded.request_id'),
              created_at_ms: stored.ref('excluded.created_at_ms'),
              body: stored.ref('excluded.body'),
            })),
          )
          .compile();
        return { ...this.#upsert, parameters: Object.values(values) };
      },
    };
  }

  async get(id: string): Promise<Decision | undefined> {
    const query = this.#session.build.selectFrom('decision').select('body').where('id', '=', id);
    const [row] = await this.#session.read(query);
    return row === undefined ? undefined : unpackDecision(row.body);
  }

  async list(limit = defaultLimit): Promise<readonly Decision[]> {
    const query = this.#session.build
      .selectFrom('decision')
      .select('body')
      .orderBy('created_at_ms', 'desc')
      .orderBy('seq', 'desc')
      .limit(limit);
    return (await this.#session.read(query)).map((row) => unpackDecision(row.body));
  }
}
