import { sql, type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Where the dialects differ in a column. */
export interface ColumnTypes {
  /** The type of raw bytes. */
  readonly bytes: 'blob' | 'bytea';
  /** A whole number that the database counts up itself. */
  readonly sequence: 'integer' | 'bigserial';
}

/** The column types of SQLite. */
export const sqliteColumnTypes: ColumnTypes = { bytes: 'blob', sequence: 'integer' };

/** The column types of Postgres. */
export const postgresColumnTypes: ColumnTypes = { bytes: 'bytea', sequence: 'bigserial' };

/**
 * Every change of the schema, in the order of the names. Forward only: a released migration is never edited, a new one
 * is added.
 */
export function createMigrations(types: ColumnTypes): Readonly<Record<string, Migration>> {
  return {
    '0001_ledger_decisions_outcomes_keys': {
      async up(db) {
        await createLedger(db, types);
        await createDecisions(db, types);
        await createOutcomes(db, types);
        await createApiKeys(db, types);
      },
    },
    '0002_instances': {
      async up(db) {
        await createInstances(db);
      },
    },
    '0003_decision_blocks': {
      async up(db) {
        await db.schema
          .createTable('decision_block')
          .addColumn('id', 'text', (column) => column.primaryKey().notNull())
          .addColumn('body', sql.raw(types.bytes), required)
          .execute();
      },
    },
    '0004_outcome_learning': {
      async up(db) {
        await widenOutcomes(db);
      },
    },
  };
}

const required = (column: ColumnDefinitionBuilder) => column.notNull();

function tableWithSequence(db: Kysely<unknown>, name: string, types: ColumnTypes): CreateTableBuilder<string, 'seq'> {
  return db.schema.createTable(name).addColumn('seq', sql.raw(types.sequence), (column) => column.primaryKey());
}

async function createLedger(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await tableWithSequence(db, 'ledger_entry', types)
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('request_id', 'text', required)
    .addColumn('decision_id', 'text')
    .addColumn('api_key_id', 'text')
    .addColumn('turn', 'bigint', required)
    .addColumn('attempt', 'bigint', required)
    .addColumn('provider', 'text', required)
    .addColumn('model', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('error_code', 'text')
    .addColumn('input_tokens', 'bigint')
    .addColumn('output_tokens', 'bigint')
    .addColumn('total_tokens', 'bigint')
    .addColumn('cached_input_tokens', 'bigint')
    .addColumn('cache_write_tokens', 'bigint')
    .addColumn('cache_write_long_tokens', 'bigint')
    .addColumn('reasoning_tokens', 'bigint')
    .addColumn('estimated_usage', 'text')
    .addColumn('cost_nano_usd', 'bigint')
    .addColumn('price_source', 'text')
    .addColumn('started_at_ms', 'bigint', required)
    .addColumn('duration_ms', 'double precision', required)
    .addColumn('first_token_ms', 'double precision')
    .addColumn('upstream_request_id', 'text')
    .addColumn('simulated', 'bigint', required)
    .execute();
  await db.schema.createIndex('ledger_entry_started').on('ledger_entry').column('started_at_ms').execute();
  await db.schema.createIndex('ledger_entry_request').on('ledger_entry').column('request_id').execute();
  await db.schema.createIndex('ledger_entry_key').on('ledger_entry').columns(['api_key_id', 'started_at_ms']).execute();
}

async function createDecisions(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await tableWithSequence(db, 'decision', types)
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('request_id', 'text')
    .addColumn('created_at_ms', 'bigint', required)
    .addColumn('body', sql.raw(types.bytes), required)
    .execute();
  await db.schema.createIndex('decision_created').on('decision').column('created_at_ms').execute();
}

async function createOutcomes(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await tableWithSequence(db, 'outcome', types)
    .addColumn('request_id', 'text', required)
    .addColumn('decision_id', 'text')
    .addColumn('score', 'double precision', required)
    .addColumn('source', 'text', required)
    .addColumn('at_ms', 'bigint', required)
    .addColumn('comment', 'text')
    .execute();
  await db.schema.createIndex('outcome_at').on('outcome').column('at_ms').execute();
}

/** What learning needs of an outcome; of several of a request the last one stays. */
async function widenOutcomes(db: Kysely<unknown>): Promise<void> {
  for (const name of ['provider', 'model', 'task_kind', 'domain'] as const) {
    await db.schema.alterTable('outcome').addColumn(name, 'text').execute();
  }
  await db.schema.alterTable('outcome').addColumn('difficulty', 'double precision').execute();
  const filled = (value: string) => (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(value);
  await db.schema.alterTable('outcome').addColumn('api_key_id', 'text', filled('')).execute();
  await db.schema.alterTable('outcome').addColumn('signal', 'text', filled('graded')).execute();
  await sql`delete from outcome where seq not in (select max(seq) from outcome group by request_id, api_key_id, source)`.execute(
    db,
  );
  await db.schema
    .createIndex('outcome_judged')
    .on('outcome')
    .columns(['request_id', 'api_key_id', 'source'])
    .unique()
    .execute();
}

async function createApiKeys(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await tableWithSequence(db, 'api_key', types)
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', required)
    .addColumn('prefix', 'text', required)
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at_ms', 'bigint', required)
    .addColumn('last_used_at_ms', 'bigint')
    .addColumn('revoked_at_ms', 'bigint')
    .addColumn('expires_at_ms', 'bigint')
    .execute();
}

async function createInstances(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('instance')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('machine', 'text', required)
    .addColumn('pid', 'bigint', required)
    .addColumn('process_start', 'text', required)
    .addColumn('heartbeat_at_ms', 'bigint', required)
    .execute();
  await db.schema.alterTable('ledger_entry').addColumn('instance_id', 'text').execute();
  await db.schema
    .createIndex('ledger_entry_open')
    .on('ledger_entry')
    .column('instance_id')
    .where(sql.ref('status'), '=', sql.lit('open'))
    .execute();
}
