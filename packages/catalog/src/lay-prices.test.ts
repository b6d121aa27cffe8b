import type { ModelInfo, PricePeriod } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layPrices } from './lay-prices.ts';
import { PriceBook } from './price-book.ts';

const ref = { provider: 'acme', model: 'one' };
const instants = fc.integer({ min: 0, max: 60 });

/** Periods in order and apart, open at either end now and then. */
const periods = (name: string) =>
  fc.uniqueArray(instants, { minLength: 2, maxLength: 8 }).chain((bounds) =>
    fc.tuple(fc.boolean(), fc.boolean()).map(([openStart, openEnd]): PricePeriod[] => {
      const ordered = [...bounds].sort((left, right) => left - right);
      const at = (index: number) => new Date(ordered[index] ?? 0).toISOString();
      const count = Math.floor(ordered.length / 2);
      return Array.from({ length: count }, (_, index) => ({
        from: openStart && index === 0 ? null : at(index * 2),
        until: openEnd && index === count - 1 ? null : at(index * 2 + 1),
        price: { inputPicoUsd: BigInt(index), outputPicoUsd: 0n },
        source: `${name} ${index}`,
        asOf: '2026-01-01',
      }));
    }),
  );

function book(prices: readonly PricePeriod[]): PriceBook {
  return new PriceBook([{ ...ref, prices } as ModelInfo]);
}

describe('layPrices', () => {
  it('gives at every instant the upper price where there is one, else the lower', () => {
    fc.assert(
      fc.property(periods('below'), periods('above'), fc.integer({ min: -5, max: 65 }), (below, above, atMs) => {
        const expected = book(above).sourceAt(ref, atMs) ?? book(below).sourceAt(ref, atMs);
        expect(book(layPrices(below, above)).sourceAt(ref, atMs)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves no overlaps', () => {
    fc.assert(
      fc.property(periods('below'), periods('above'), (below, above) => {
        const laid = layPrices(below, above);
        for (const [index, { until }] of laid.slice(0, -1).entries()) {
          expect(until).not.toBeNull();
          expect(Date.parse(laid[index + 1]?.from ?? '')).toBeGreaterThanOrEqual(Date.parse(until ?? ''));
        }
      }),
    );
  });
});
