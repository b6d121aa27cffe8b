import fc from 'fast-check';
import { LatticeError, type ErrorCode } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { backoffDelayMs, defaultExecutionSettings as settings, isFinalCode, nextStep } from './index.ts';

const situation = fc.record({
  retryable: fc.boolean(),
  retryAfterMs: fc.option(fc.nat(100_000), { nil: undefined }),
  code: fc.constantFrom<ErrorCode>('LATTICE_RATE_LIMIT', 'LATTICE_UPSTREAM', 'LATTICE_INVALID_REQUEST'),
  attemptsOfModel: fc.integer({ min: 1, max: 5 }),
  hasFallback: fc.boolean(),
  remainingMs: fc.nat(600_000),
  random: fc.double({ min: 0, max: 0.999, noNaN: true }),
});

describe('nextStep', () => {
  it('retries only what is retryable, within the attempts, the hint and the deadline', () => {
    fc.assert(
      fc.property(situation, ({ retryable, retryAfterMs, code, random, ...rest }) => {
        const error = new LatticeError(code, 'x', {
          retryable,
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        });
        const step = nextStep({ ...rest, error, settings, random: () => random });
        if (isFinalCode(code)) expect(step).toEqual({ type: 'stop' });
        else if (step.type === 'fallback') expect(rest.hasFallback).toBe(true);
        else if (step.type === 'stop') expect(rest.hasFallback).toBe(false);
        if (step.type !== 'retry') return;
        expect(retryable && rest.attemptsOfModel < settings.maxAttemptsPerModel).toBe(true);
        expect(step.delayMs).toBeGreaterThanOrEqual(retryAfterMs ?? 0);
        expect(step.delayMs).toBeLessThan(rest.remainingMs);
        if (rest.hasFallback) expect(retryAfterMs ?? 0).toBeLessThanOrEqual(settings.retryMaxDelayMs);
      }),
    );
  });

  it('backs off exponentially with full jitter under a cap', () => {
    expect([1, 2, 3, 10].map((attempt) => backoffDelayMs(attempt, settings, () => 0.999999))).toEqual([
      250, 500, 1000, 8000,
    ]);
    expect(backoffDelayMs(3, settings, () => 0)).toBe(0);
  });
});
