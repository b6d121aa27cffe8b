import { describe, expect, it } from 'vitest';
import { parseFutureInstant, parsePastInstant } from './time-span.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();

describe('times on the command line', () => {
  it('counts spans from now', () => {
    expect(iso(parsePastInstant('--since', '7d', now))).toBe('2026-11-13T12:00:00.000Z');
    expect(iso(parsePastInstant('--since', '90m', now))).toBe('2026-11-20T10:30:00.000Z');
    expect(iso(parseFutureInstant('--expires', '2w', now))).toBe('2026-12-04T12:00:00.000Z');
  });

  it('reads days as midnight UTC, and instants', () => {
    expect(iso(parsePastInstant('--since', '2026-01-31', now))).toBe('2026-01-31T00:00:00.000Z');
    expect(iso(parsePastInstant('--since', '2026-01-31T12:00+01:00', now))).toBe('2026-01-31T11:00:00.000Z');
  });

  it.each(['', '7', '7 years', '2026-02-30', '2026-13-01', 'yesterday', '-3d'])('refuses %j', (text) => {
    expect(() => parsePastInstant('--since', text, now)).toThrow(/--since .* is no time/);
  });

  it('refuses an expiry that is over', () => {
    expect(() => parseFutureInstant('--expires', '2026-01-01', now)).toThrow(/not in the future/);
    expect(() => parseFutureInstant('--expires', '0d', now)).toThrow(/not in the future/);
  });
});
