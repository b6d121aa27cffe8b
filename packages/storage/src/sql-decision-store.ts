import type { Decision, DecisionStore } from '@lattice-lock/contract';
import { packDecision, unpackDecision } from './internal/decision-pack.ts';
import type { SqlSession } from './internal/sql-session.ts';

/** Decisions returned when the caller names no limit. */
const defaultLimit = 100;

/** Decisions in SQL, packed, the newest first. */
export class SqlDecisionStore implements DecisionStore {
  readonly #session: SqlSession;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async save(decision: Decision): Promise<void> {
    const created = Date.parse(decision.createdAt);
    const values = {
      id: decision.id,
      request_id: decision.requestId,
      created_at_ms: Number.isNaN(created) ? 0 : created,
      body: packDecision(decision),
    };
    const insert = this.#session.build
      .insertInto('decision')
      .values(values)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((stored) => ({
          request_id: stored.ref('excluded.request_id'),
          created_at_ms: stored.ref('excluded.created_at_ms'),
          body: stored.ref('excluded.body'),
        })),
      );
    await this.#session.write([insert]);
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
