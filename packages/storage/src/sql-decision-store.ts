import type { Decision, DecisionStore } from '@lattice-lock/contract';
import type { CompiledQuery } from 'kysely';
import { packColumns } from './internal/decision-bytes.ts';
import { columnsOf } from './internal/decision-columns.ts';
import { DecisionUnpacker } from './internal/decision-pack.ts';
import { FilteredBlocks } from './internal/filtered-blocks.ts';
import { RankedBlocks } from './internal/ranked-blocks.ts';
import type { BuiltQuery, SqlSession } from './internal/sql-session.ts';

/** Decisions returned when the caller names no limit. */
const defaultLimit = 100;

/** Decisions in SQL, packed, the newest first. */
export class SqlDecisionStore implements DecisionStore {
  readonly #session: SqlSession;
  readonly #blocks = { filtered: new FilteredBlocks(), ranked: new RankedBlocks() };
  readonly #unpacker: DecisionUnpacker;
  #upsert: CompiledQuery<unknown> | undefined;

  constructor(session: SqlSession) {
    this.#session = session;
    this.#unpacker = new DecisionUnpacker((id) => this.#readBlock(id));
  }

  async save(decision: Decision): Promise<void> {
    const created = Date.parse(decision.createdAt);
    const { columns, blocks } = columnsOf(decision, this.#blocks);
    const upsert = this.#upsertOf([
      decision.id,
      decision.requestId,
      Number.isNaN(created) ? 0 : created,
      packColumns(columns),
    ]);
    const fresh = blocks.filter((block) => !block.isStored);
    await this.#session.write([...fresh.map((block) => this.#insertOf(block)), upsert]);
    for (const block of fresh) block.isStored = true;
  }

  #insertOf({ id, body }: { readonly id: string; readonly body: Uint8Array }): BuiltQuery<unknown> {
    const insert = this.#session.build.insertInto('decision_block').values({ id, body });
    return insert.onConflict((conflict) => conflict.column('id').doNothing());
  }

  /** The text is built once, with its parameters in the order of these: id, request, instant and body. */
  #upsertOf(parameters: readonly [string, string | null, number, Uint8Array]): BuiltQuery<unknown> {
    return { compile: () => ({ ...(this.#upsert ??= this.#buildUpsert()), parameters }) };
  }

  #buildUpsert(): CompiledQuery<unknown> {
    return this.#session.build
      .insertInto('decision')
      .values({ id: '', request_id: null, created_at_ms: 0, body: new Uint8Array() })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((stored) => ({
          request_id: stored.ref('excluded.request_id'),
          created_at_ms: stored.ref('excluded.created_at_ms'),
          body: stored.ref('excluded.body'),
        })),
      )
      .compile();
  }

  async get(id: string): Promise<Decision | undefined> {
    const query = this.#session.build.selectFrom('decision').select('body').where('id', '=', id);
    const [row] = await this.#session.read(query);
    return row === undefined ? undefined : this.#unpacker.unpack(row.body);
  }

  async list(limit = defaultLimit): Promise<readonly Decision[]> {
    const query = this.#session.build
      .selectFrom('decision')
      .select('body')
      .orderBy('created_at_ms', 'desc')
      .orderBy('seq', 'desc')
      .limit(limit);
    const rows = await this.#session.read(query);
    const decisions: Decision[] = [];
    // In turn, so that a block that many of them share is read once.
    for (const row of rows) decisions.push(await this.#unpacker.unpack(row.body));
    return decisions;
  }

  async #readBlock(id: string): Promise<Uint8Array | undefined> {
    const query = this.#session.build.selectFrom('decision_block').select('body').where('id', '=', id);
    const [row] = await this.#session.read(query);
    return row?.body;
  }
}
