import type { CandidateExplanation, Decision, DecisionStore } from '@lattice-lock/contract';
import type { DecisionColumns } from './internal/decision-bytes.ts';
import type { DecisionTable } from './internal/schema.ts';
import { columnsOf } from './internal/decision-columns.ts';
import { undamaged, unpackDecision } from './internal/decision-pack.ts';
import { candidatesOfBlock, FilteredBlocks, type FilteredBlock } from './internal/filtered-blocks.ts';
import type { BuiltQuery, SqlSession } from './internal/sql-session.ts';
import type { CompiledQuery, Insertable } from 'kysely';

/** Decisions returned when the caller names no limit. */
const defaultLimit = 100;

/** Blocks read back that are kept in memory. */
const maxReadBlocks = 64;

/** Decisions in SQL, packed, the newest first. */
export class SqlDecisionStore implements DecisionStore {
  readonly #session: SqlSession;
  readonly #blocks = new FilteredBlocks();
  readonly #readBlocks = new Map<string, readonly CandidateExplanation[]>();
  #upsert: CompiledQuery<unknown> | undefined;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async save(decision: Decision): Promise<void> {
    const created = Date.parse(decision.createdAt);
    const { columns, block } = columnsOf(decision, this.#blocks);
    const values = {
      id: decision.id,
      request_id: decision.requestId,
      created_at_ms: Number.isNaN(created) ? 0 : created,
      body: columns,
    };
    const upsert = this.#upsertOf(values);
    if (block === null || block.isStored) {
      await this.#session.write([upsert]);
    } else {
      await this.#session.write([this.#insertOf(block), upsert]);
      block.isStored = true;
    }
  }

  #insertOf({ id, body }: FilteredBlock): BuiltQuery<unknown> {
    const insert = this.#session.build.insertInto('decision_block').values({ id, body });
    return insert.onConflict((conflict) => conflict.column('id').doNothing());
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
    return row === undefined ? undefined : unpackDecision(row.body, this.#readBlock);
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
    for (const row of rows) decisions.push(await unpackDecision(row.body, this.#readBlock));
    return decisions;
  }

  readonly #readBlock = async (id: string): Promise<readonly CandidateExplanation[] | undefined> => {
    const known = this.#readBlocks.get(id);
    if (known !== undefined) return known;
    const query = this.#session.build.selectFrom('decision_block').select('body').where('id', '=', id);
    const [row] = await this.#session.read(query);
    if (row === undefined) return undefined;
    const candidates = undamaged(() => candidatesOfBlock(row.body));
    if (this.#readBlocks.size >= maxReadBlocks) this.#readBlocks.clear();
    this.#readBlocks.set(id, candidates);
    return candidates;
  };
}
