import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readErrorValue } from './error-body.ts';
import { retryHintMs } from './retry-hint.ts';

const nowMs = Date.UTC(2026, 10, 20, 12, 0, 0);
const hint = (message: string, headers: Record<string, string> = {}, status = 429) =>
  retryHintMs({ status, headers, facts: readErrorValue({ error: { message } }), nowMs });

describe('retryHintMs', () => {
  it.each([
    ['Please try again in 6.2s.', 6200],
    ['Please try again in 120ms.', 120],
    ['Please try again in 1m26.4s. Need more?', 86_400],
    ['Please try again in 1h2m3s', 3_723_000],
    ['Please retry after 26 seconds.', 26_000],
    ['Please retry in 34.074824224s.', 34_075],
    ['Retry after 5 minutes', 300_000],
    ['Please wait 20 sec before trying again', 20_000],
    ['Too many requests; wait for 2 hours.', 7_200_000],
  ])('reads the wait in "%s"', (message, expected) => {
    expect(hint(message)).toBe(expected);
  });

  it.each([
    'Please try again later.',
    'You may retry 3 times.',
    'Too many tokens, please wait before trying again.',
    'Used 29000, requested 4000.',
    'Try again in a few minutes.',
  ])('finds no wait in "%s"', (message) => {
    expect(hint(message)).toBeUndefined();
  });

  it('reads any time written as OpenAI and Groq write it', () => {
    const parts = fc.record({ h: fc.nat(23), m: fc.nat(59), s: fc.double({ min: 0.001, max: 59, noNaN: true }) });
    fc.assert(
      fc.property(parts, ({ h, m, s }) => {
        const seconds = s.toFixed(3);
        const text = `${h > 0 ? `${h}h` : ''}${h > 0 || m > 0 ? `${m}m` : ''}${seconds}s`;
        const expected = (h * 3600 + m * 60 + Number(seconds)) * 1000;
        expect(hint(`Please try again in ${text}. Visit us.`)).toBeCloseTo(expected, -1);
      }),
    );
  });

  it('waits for the window that ran out, on a rate limit alone', () => {
    const headers = {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '8s',
      'x-ratelimit-reset-tokens': '2s',
    };
    expect(hint('Slow down.', headers)).toBe(8000);
    expect(hint('Slow down.', { ...headers, 'x-ratelimit-remaining-requests': '5' })).toBe(2000);
    expect(hint('Slow down.', headers, 503)).toBeUndefined();
    expect(hint('Please try again in 1s.', headers)).toBe(1000);
  });

  it('reads the moment a window begins anew in every form', () => {
    for (const [reset, expected] of [
      [String(nowMs + 5000), 5000],
      [String(nowMs / 1000 + 5), 5000],
      ['5', 5000],
      [String(nowMs - 5000), 0],
      ['soon', undefined],
      ['', undefined],
    ] as const) {
      expect(hint('Slow down.', { 'x-ratelimit-reset': reset })).toBe(expected);
    }
  });

  it('does not believe in waits of more than a month', () => {
    expect(hint('Slow down.', { 'retry-after': '99999999' })).toBeUndefined();
  });
});
