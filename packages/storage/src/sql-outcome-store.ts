import type { Outcome, OutcomeStore } from '@lattice-lock/contract';
import type { Selectable } from 'kysely';
import { numberOf } from './internal/integers.ts';
import type { OutcomeTable } from './internal/schema.ts';
import type { SqlSession } from './internal/sql-session.ts';

/** Outcomes returned when the caller names no limit. */
const defaultLimit = 1000;

/** Outcomes in SQL, the newest first. */
export class SqlOutcomeStore implements OutcomeStore {
  readonly #session: SqlSession;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async add(outcome: Outcome): Promise<void> {
    const values = {
      request_id: outcome.requestId,
      decision_id: outcome.decisionId,
      score: outcome.score,
      source: outcome.source,
      at_ms: outcome.atMs,
      comment: outcome.comment,
    };
    await this.#session.write([this.#session.build.insertInto('outcome').values(values)]);
  }

  async list(limit = defaultLimit): Promise<readonly Outcome[]> {
    const query = this.#session.build
      .selectFrom('outcome')
      .selectAll()
      .orderBy('at_ms', 'desc')
      .orderBy('seq', 'desc')
      .limit(limit);
    return (await this.#session.read(query)).map(outcomeOfRow);
  }
}

function outcomeOfRow(row: Selectable<OutcomeTable>): Outcome {
  return {
    requestId: row.request_id,
    decisionId: row.decision_id,
    score: row.score,
    source: row.source as Outcome['source'],
    atMs: numberOf(row.at_ms),
    comment: row.comment,
  };
}
