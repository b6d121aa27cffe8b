import { createUsage, unknownUsage, type LedgerEntry } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { assertBillingIntegrity } from './index.ts';

const entry = (usage: LedgerEntry['usage']): LedgerEntry => ({
  id: 'x',
  requestId: 'r',
  decisionId: null,
  apiKeyId: null,
  turn: 1,
  attempt: 1,
  provider: 'one',
  model: 'a',
  status: 'ok',
  errorCode: null,
  usage,
  estimatedUsage: null,
  costNanoUsd: null,
  priceSource: null,
  startedAtMs: 0,
  durationMs: 0,
  firstTokenMs: null,
  upstreamRequestId: null,
  simulated: false,
});

describe('assertBillingIntegrity', () => {
  const usage = createUsage({ inputTokens: 3, outputTokens: 4 });

  it('is content when both counts agree, unknown ones included', () => {
    expect(() =>
      assertBillingIntegrity([entry(usage), entry(unknownUsage)], [{ usage }, { usage: unknownUsage }]),
    ).not.toThrow();
  });

  it('names every difference', () => {
    expect(() => assertBillingIntegrity([entry(usage)], [{ usage }, { usage }])).toThrow(
      expect.objectContaining({
        code: 'LATTICE_BILLING_INTEGRITY',
        message: expect.stringMatching(/1 entries.*2 calls.*inputTokens.*3.*6.*outputTokens/),
      }),
    );
  });
});
