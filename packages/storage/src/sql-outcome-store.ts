import type { Outcome, OutcomeStore, TaskKind } from '@lattice-lock/contract';
import type { Insertable, Selectable } from 'kysely';
import { numberOf } from './internal/integers.ts';
import type { OutcomeTable } from './internal/schema.ts';
import type { SqlSession } from './internal/sql-session.ts';

/** Outcomes returned when the caller names no limit. */
const defaultLimit = 1000;

/** What an outcome that is judged again keeps. */
const judged = ['request_id', 'api_key_id', 'source'] as const;

/** Outcomes in SQL, the newest first. */
export class SqlOutcomeStore implements OutcomeStore {
  readonly #session: SqlSession;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async add(outcome: Outcome): Promise<void> {
    const row = rowOfOutcome(outcome);
    const { request_id: _request, api_key_id: _key, source: _source, ...rest } = row;
    const insert = this.#session.build.insertInto('outcome').values(row);
    await this.#session.write([insert.onConflict((conflict) => conflict.columns(judged).doUpdateSet(rest))]);
  }

  async list(limit = defaultLimit, sinceMs?: number): Promise<readonly Outcome[]> {
    const newest = this.#session.build
      .selectFrom('outcome')
      .selectAll()
      .orderBy('at_ms', 'desc')
      .orderBy('seq', 'desc')
      .limit(limit);
    const query = sinceMs === undefined ? newest : newest.where('at_ms', '>=', sinceMs);
    return (await this.#session.read(query)).map(outcomeOfRow);
  }
}

function rowOfOutcome(outcome: Outcome): Insertable<OutcomeTable> {
  const { model, task } = outcome;
  return {
    request_id: outcome.requestId,
    decision_id: outcome.decisionId,
    provider: model?.provider ?? null,
    model: model?.model ?? null,
    task_kind: task?.kind ?? null,
    domain: task?.domain ?? null,
    difficulty: task?.difficulty ?? null,
    // Where two rows are compared, null equals nothing.
    api_key_id: outcome.apiKeyId ?? '',
    score: outcome.score,
    signal: outcome.signal,
    source: outcome.source,
    at_ms: outcome.atMs,
    comment: outcome.comment,
  };
}

function outcomeOfRow(row: Selectable<OutcomeTable>): Outcome {
  const { provider, model, task_kind: kind, domain, difficulty } = row;
  return {
    requestId: row.request_id,
    decisionId: row.decision_id,
    model: provider === null || model === null ? null : { provider, model },
    task:
      kind === null || domain === null || difficulty === null ? null : { kind: kind as TaskKind, domain, difficulty },
    apiKeyId: row.api_key_id === '' ? null : row.api_key_id,
    score: row.score,
    signal: row.signal as Outcome['signal'],
    source: row.source as Outcome['source'],
    atMs: numberOf(row.at_ms),
    comment: row.comment,
  };
}
