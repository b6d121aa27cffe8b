import type { ModelInfo, PricePeriod } from '@lattice-lock/contract';
import { LatticeError } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PriceBook } from './index.ts';

const ref = { provider: 'acme', model: 'one' };
const day = 86_400_000;
const start = Date.parse('2026-01-01T00:00:00Z');

function period(from: string | null, until: string | null, inputPicoUsd: bigint): PricePeriod {
  return { from, until, price: { inputPicoUsd, outputPicoUsd: 2n }, source: 'list', asOf: '2026-01-01' };
}

function model(prices: readonly PricePeriod[]): ModelInfo {
  return {
    ...ref,
    name: 'One',
    family: null,
    released: null,
    status: 'current',
    contextTokens: null,
    maxInputTokens: null,
    maxOutputTokens: null,
    input: ['text'],
    output: ['text'],
    tools: false,
    structuredOutput: null,
    reasoning: false,
    reasoningControls: null,
    temperature: null,
    openWeights: false,
    aliases: [],
    prices,
    source: 'list',
    asOf: '2026-01-01',
  };
}

/** Days that divide time into periods, some of them gaps. */
const timeline = fc.record({
  days: fc
    .uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 2, maxLength: 8 })
    .map((days) => days.sort((a, b) => a - b)),
  gaps: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
});

function periodsOf({ days, gaps }: { days: readonly number[]; gaps: readonly boolean[] }): PricePeriod[] {
  const at = (index: number) => new Date(start + (days[index] ?? 0) * day).toISOString();
  return days.slice(1).flatMap((_, index) => (gaps[index] ? [] : [period(at(index), at(index + 1), BigInt(index))]));
}

describe('PriceBook', () => {
  it('finds at every instant the one period that holds it, and nothing in a gap', () => {
    fc.assert(
      fc.property(timeline, fc.integer({ min: -2 * day, max: 402 * day }), (line, offset) => {
        const periods = periodsOf(line);
        const book = new PriceBook([model(periods)]);
        const atMs = start + offset;
        const holding = periods.filter(
          ({ from, until }) => Date.parse(from ?? '') <= atMs && atMs < Date.parse(until ?? ''),
        );
        expect(holding.length).toBeLessThanOrEqual(1);
        expect(book.priceAt(ref, atMs)).toEqual(holding[0]?.price ?? null);
        expect(book.sourceAt(ref, atMs)).toBe(holding.length === 0 ? null : 'list (2026-01-01)');
      }),
    );
  });

  it('counts the first instant in and the last one out', () => {
    const change = Date.parse('2026-09-01T00:00:00Z');
    const book = new PriceBook([model([period(null, '2026-09-01', 2n), period('2026-09-01', null, 3n)])]);
    expect(book.priceAt(ref, change - 1)?.inputPicoUsd).toBe(2n);
    expect(book.priceAt(ref, change)?.inputPicoUsd).toBe(3n);
  });

  it('does not know the price of a model without one, nor of an unknown model', () => {
    const book = new PriceBook([model([])]);
    expect(book.priceAt(ref, start)).toBeNull();
    expect(book.priceAt({ provider: 'acme', model: 'constructor' }, start)).toBeNull();
    expect(book.priceAt({ provider: '__proto__', model: 'one' }, start)).toBeNull();
  });

  it('refuses a bound that is no date, and names the model', () => {
    const create = () => new PriceBook([model([period('soon', null, 1n)])]);
    expect(create).toThrow(LatticeError);
    expect(create).toThrow(/acme\/one.*"soon".*YYYY-MM-DD/);
  });
});
