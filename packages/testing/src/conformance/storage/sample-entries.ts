import { unknownUsage, type LedgerEntry, type OpenLedgerEntry } from '@lattice-lock/contract';

/** Noon of 1 March 2026, UTC. */
export const noonMs = Date.UTC(2026, 2, 1, 12);

/** A ledger entry in which every field has a value of its own, unless told otherwise. */
export function sampleEntry(id: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id,
    requestId: `request-${id}`,
    decisionId: `decision-${id}`,
    apiKeyId: 'key-1',
    turn: 1,
    attempt: 1,
    provider: 'openai',
    model: 'gpt-5-mini',
    status: 'ok',
    errorCode: null,
    usage: {
      inputTokens: 101,
      outputTokens: 23,
      totalTokens: 124,
      cachedInputTokens: 50,
      cacheWriteTokens: 7,
      cacheWriteLongTokens: 3,
      reasoningTokens: 11,
    },
    estimatedUsage: null,
    costNanoUsd: 1_234_567n,
    priceSource: 'price-list',
    startedAtMs: noonMs,
    durationMs: 812.5,
    firstTokenMs: 95.25,
    upstreamRequestId: `req-${id}`,
    simulated: false,
    ...more,
  };
}

/** An entry of which as little as possible is known. */
export function bareEntry(id: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return sampleEntry(id, {
    decisionId: null,
    apiKeyId: null,
    status: 'interrupted',
    errorCode: 'LATTICE_STREAM_INTERRUPTED',
    usage: unknownUsage,
    estimatedUsage: { ...unknownUsage, inputTokens: 9, outputTokens: 4, totalTokens: 13 },
    costNanoUsd: null,
    priceSource: null,
    firstTokenMs: null,
    upstreamRequestId: null,
    ...more,
  });
}

/** The beginning of the attempt that {@link sampleEntry} of the same id ends. */
export function openEntry(id: string, more: Partial<OpenLedgerEntry> = {}): OpenLedgerEntry {
  const { requestId, decisionId, apiKeyId, turn, attempt, provider, model, startedAtMs, simulated } = sampleEntry(id);
  return { id, requestId, decisionId, apiKeyId, turn, attempt, provider, model, startedAtMs, simulated, ...more };
}
