import type { Generated } from 'kysely';

/**
 * The tables, column by column, in types that SQLite and Postgres share: text, 64-bit integers, doubles, bytes. Flags
 * are 0 or 1. Integers come back as bigint.
 */
export interface LatticeSchema {
  ledger_entry: LedgerEntryTable;
  decision: DecisionTable;
  decision_block: DecisionBlockTable;
  outcome: OutcomeTable;
  api_key: ApiKeyTable;
  instance: InstanceTable;
}

type Integer = bigint | number;

/** One attempt; see `LedgerEntry` of the contract. `seq` is the order of writing. */
export interface LedgerEntryTable {
  seq: Generated<Integer>;
  id: string;
  request_id: string;
  decision_id: string | null;
  api_key_id: string | null;
  turn: Integer;
  attempt: Integer;
  provider: string;
  model: string;
  status: string;
  error_code: string | null;
  input_tokens: Integer | null;
  output_tokens: Integer | null;
  total_tokens: Integer | null;
  cached_input_tokens: Integer | null;
  cache_write_tokens: Integer | null;
  cache_write_long_tokens: Integer | null;
  reasoning_tokens: Integer | null;
  /** JSON of a `Usage`. */
  estimated_usage: string | null;
  cost_nano_usd: Integer | null;
  price_source: string | null;
  started_at_ms: Integer;
  duration_ms: number;
  first_token_ms: number | null;
  upstream_request_id: string | null;
  simulated: Integer;
  /** The instance whose attempt this is, while it is open or after it was lost. */
  instance_id: string | null;
}

/** A process that has the store open; see `InstanceRegistry`. */
export interface InstanceTable {
  id: string;
  machine: string;
  pid: Integer;
  process_start: string;
  heartbeat_at_ms: Integer;
}

/** A decision as packed JSON. */
export interface DecisionTable {
  seq: Generated<Integer>;
  id: string;
  request_id: string | null;
  created_at_ms: Integer;
  body: Uint8Array;
}

/** Filtered candidates that many decisions share, as packed JSON. */
export interface DecisionBlockTable {
  id: string;
  body: Uint8Array;
}

/** What came of a request: one for each request, key (`''` for none) and source. */
export interface OutcomeTable {
  seq: Generated<Integer>;
  request_id: string;
  decision_id: string | null;
  provider: string | null;
  model: string | null;
  task_kind: string | null;
  domain: string | null;
  difficulty: number | null;
  api_key_id: string;
  score: number;
  signal: string;
  source: string;
  at_ms: Integer;
  comment: string | null;
}

/** An API key; never the key itself. */
export interface ApiKeyTable {
  seq: Generated<Integer>;
  id: string;
  name: string;
  prefix: string;
  hash: string;
  created_at_ms: Integer;
  last_used_at_ms: Integer | null;
  revoked_at_ms: Integer | null;
  expires_at_ms: Integer | null;
}
