import { describe, expect, it } from 'vitest';
import { mapHttpError } from './http-error.ts';
import { exhaustedWindowMs } from './limit-window.ts';

const day = 86_400_000;

describe('exhaustedWindowMs', () => {
  it.each([
    ['Hit token rate limit. Minute limit: 12 / 10 tokens. Day limit: 12 / 500 tokens.', 60_000],
    ['Hit token rate limit. Minute limit: 10 / 10 tokens. Day limit: 500 / 500 tokens.', day],
    ['Hit request rate limit. Hour limit: 5 / 5 requests. Day limit: 5 / 6 requests.', 3_600_000],
    ['Hit cost rate limit. Minute limit: $0.10 / $1.00. Day limit: $1,000.50 / $1,000.00. Week limit: $1 / $9.', day],
    [
      'Minute limit: 0 / 120000 tokens. Week limit: 5 / 9223372036854775807 tokens. Month limit: 9 / 8 tokens.',
      30 * day,
    ],
    ['Minute limit: 1 / 10 tokens.', undefined],
    ['Please slow down.', undefined],
  ])('of "%s" is %s', (message, expected) => expect(exhaustedWindowMs(message)).toBe(expected));
});

describe('mapHttpError', () => {
  const answer = (status: number, headers: Record<string, string> = {}) =>
    mapHttpError({
      provider: 'dial',
      status,
      headers,
      body: '{"error":{"message":"Hit token rate limit. Minute limit: 1 / 9 tokens. Day limit: 9 / 9 tokens.","code":"429"}}',
      nowMs: 0,
    });

  it('waits for the window that is full, unless a header says how long', () => {
    expect(answer(429)).toMatchObject({ code: 'LATTICE_RATE_LIMIT', retryable: true, retryAfterMs: day });
    expect(answer(429, { 'retry-after': '7' }).retryAfterMs).toBe(7000);
    expect(answer(400).retryAfterMs).toBeUndefined();
  });
});
