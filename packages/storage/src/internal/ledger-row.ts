import {
  LatticeError,
  unknownUsage,
  type ErrorCode,
  type LedgerEntry,
  type OpenLedgerEntry,
  type Usage,
} from '@lattice-lock/contract';
import type { Insertable, Selectable } from 'kysely';
import { bigintOrNull, numberOf, numberOrNull } from './integers.ts';
import type { LedgerEntryTable } from './schema.ts';

/** The largest amount the ledger takes, in nano-dollars: about 4.6 billion US dollars in one entry. */
const maxNanoUsd = 2n ** 62n;

/** A row to be written: every column but the sequence, always in the same order. */
export type LedgerRow = Insertable<LedgerEntryTable>;

/**
 * An entry as a row; `instanceId` names whose attempt it is while it is open. Instants are whole milliseconds.
 *
 * @throws LatticeError `LATTICE_STORAGE` when the cost is beyond 2^62 nano-dollars
 */
export function rowOfEntry(entry: LedgerEntry, instanceId: string | null = null): LedgerRow {
  const { usage, costNanoUsd } = entry;
  if (costNanoUsd !== null && (costNanoUsd > maxNanoUsd || costNanoUsd < -maxNanoUsd)) {
    throw new LatticeError(
      'LATTICE_STORAGE',
      `The ledger entry ${entry.id} costs ${costNanoUsd} nano-dollars, more than the ledger can hold (2^62); check the price of ${entry.provider}/${entry.model}.`,
    );
  }
  return {
    id: entry.id,
    request_id: entry.requestId,
    decision_id: entry.decisionId,
    api_key_id: entry.apiKeyId,
    turn: entry.turn,
    attempt: entry.attempt,
    provider: entry.provider,
    model: entry.model,
    status: entry.status,
    error_code: entry.errorCode,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    total_tokens: usage.totalTokens,
    cached_input_tokens: usage.cachedInputTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    cache_write_long_tokens: usage.cacheWriteLongTokens,
    reasoning_tokens: usage.reasoningTokens,
    estimated_usage: entry.estimatedUsage === null ? null : JSON.stringify(entry.estimatedUsage),
    cost_nano_usd: costNanoUsd,
    price_source: entry.priceSource,
    started_at_ms: Math.floor(entry.startedAtMs),
    duration_ms: entry.durationMs,
    first_token_ms: entry.firstTokenMs,
    upstream_request_id: entry.upstreamRequestId,
    simulated: entry.simulated ? 1 : 0,
    instance_id: instanceId,
  };
}

/** An attempt that begins, as a row: nothing is known of its end. */
export function rowOfOpenEntry(entry: OpenLedgerEntry, instanceId: string): LedgerRow {
  const unknown = {
    status: 'open',
    errorCode: null,
    usage: unknownUsage,
    estimatedUsage: null,
    costNanoUsd: null,
    priceSource: null,
    durationMs: 0,
    firstTokenMs: null,
    upstreamRequestId: null,
  } as const;
  return rowOfEntry({ ...entry, ...unknown }, instanceId);
}

/** The entry of a row. */
export function entryOfRow(row: Selectable<LedgerEntryTable>): LedgerEntry {
  return {
    id: row.id,
    requestId: row.request_id,
    decisionId: row.decision_id,
    apiKeyId: row.api_key_id,
    turn: numberOf(row.turn),
    attempt: numberOf(row.attempt),
    provider: row.provider,
    model: row.model,
    status: row.status as LedgerEntry['status'],
    errorCode: row.error_code as ErrorCode | null,
    usage: {
      inputTokens: numberOrNull(row.input_tokens),
      outputTokens: numberOrNull(row.output_tokens),
      totalTokens: numberOrNull(row.total_tokens),
      cachedInputTokens: numberOrNull(row.cached_input_tokens),
      cacheWriteTokens: numberOrNull(row.cache_write_tokens),
      cacheWriteLongTokens: numberOrNull(row.cache_write_long_tokens),
      reasoningTokens: numberOrNull(row.reasoning_tokens),
    },
    estimatedUsage: row.estimated_usage === null ? null : (JSON.parse(row.estimated_usage) as Usage),
    costNanoUsd: bigintOrNull(row.cost_nano_usd),
    priceSource: row.price_source,
    startedAtMs: numberOf(row.started_at_ms),
    durationMs: row.duration_ms,
    firstTokenMs: row.first_token_ms,
    upstreamRequestId: row.upstream_request_id,
    simulated: numberOf(row.simulated) === 1,
  };
}
