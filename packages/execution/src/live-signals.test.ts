import { createUsage, type AttemptRecord } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { LiveSignals } from './index.ts';

const model = { provider: 'one', model: 'a' };
const record = (more: Partial<AttemptRecord>): AttemptRecord => ({
  turn: 1,
  attempt: 1,
  model,
  status: 'ok',
  errorCode: null,
  errorMessage: null,
  httpStatus: 200,
  startedAt: new Date(0).toISOString(),
  durationMs: 1100,
  firstTokenMs: 100,
  usage: createUsage({ inputTokens: 1, outputTokens: 50 }),
  costNanoUsd: null,
  ...more,
});

describe('LiveSignals', () => {
  it('averages what was seen and lets old failures fade', () => {
    const signals = new LiveSignals();
    expect(signals.get(model)).toBeUndefined();
    signals.observe(record({}));
    expect(signals.get(model)).toEqual({ successes: 1, failures: 0, firstTokenMs: 100, outputTokensPerSecond: 50 });
    signals.observe(record({ firstTokenMs: 200, durationMs: 1200 }));
    expect(signals.get(model)?.firstTokenMs).toBeCloseTo(120);
    for (let i = 0; i < 10; i += 1) signals.observe(record({ status: 'failed', errorCode: 'LATTICE_UPSTREAM' }));
    for (let i = 0; i < 200; i += 1) signals.observe(record({}));
    expect(signals.get(model)?.failures).toBeLessThan(1);
    signals.reset();
    expect(signals.get(model)).toBeUndefined();
  });

  it('does not blame a model for what the caller did', () => {
    const signals = new LiveSignals();
    signals.observe(record({ status: 'cancelled', errorCode: 'LATTICE_ABORTED' }));
    signals.observe(record({ status: 'failed', errorCode: 'LATTICE_INVALID_REQUEST' }));
    expect(signals.get(model)).toBeUndefined();
  });
});
