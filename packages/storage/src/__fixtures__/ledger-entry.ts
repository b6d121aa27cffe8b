import { createUsage, type LedgerEntry } from '@lattice-lock/contract';

/** A plain entry; `more` replaces any field. */
export function ledgerEntry(id: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id,
    requestId: `request-of-${id}`,
    decisionId: null,
    apiKeyId: 'key-1',
    turn: 1,
    attempt: 1,
    provider: 'openai',
    model: 'm',
    status: 'ok',
    errorCode: null,
    usage: createUsage({ inputTokens: 10, outputTokens: 5 }),
    estimatedUsage: null,
    costNanoUsd: 7n,
    priceSource: 'test',
    startedAtMs: Date.UTC(2026, 10, 20, 12),
    durationMs: 12.5,
    firstTokenMs: 3.25,
    upstreamRequestId: null,
    simulated: false,
    ...more,
  };
}
