import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addCostTotals,
  costOfUsage,
  createUsage,
  LatticeError,
  picoUsdFromUsdPerMillion,
  priceForInput,
  roundPicoToNano,
  totalCost,
  usdFromNano,
  type ModelPrice,
} from './index.ts';

const tokens = fc.nat({ max: 2_000_000 });
const rate = fc.bigInt({ min: 0n, max: 1_000_000_000n });

describe('rounding', () => {
  it('rounds half to even', () => {
    expect([500n, 1500n, 2500n, 501n, 1499n, -500n, -1500n, -2501n].map(roundPicoToNano)).toEqual([
      0n,
      2n,
      2n,
      1n,
      1n,
      0n,
      -2n,
      -3n,
    ]);
  });

  it('is never more than half a nano-dollar off and is odd-symmetric', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (pico) => {
        const off = roundPicoToNano(pico) * 1000n - pico;
        expect(off <= 500n && off >= -500n).toBe(true);
        expect(roundPicoToNano(-pico)).toBe(-roundPicoToNano(pico));
      }),
    );
  });
});

describe('cost of a call', () => {
  it('equals the sum over every kind of token, rounded once', () => {
    fc.assert(
      fc.property(
        fc.record({ plain: tokens, read: tokens, write: tokens, long: tokens, answer: tokens, thought: tokens }),
        fc.record({ i: rate, o: rate, r: rate, w: rate, l: rate, t: rate }),
        (n, p) => {
          const usage = createUsage({
            inputTokens: n.plain + n.read + n.write + n.long,
            cachedInputTokens: n.read,
            cacheWriteTokens: n.write + n.long,
            cacheWriteLongTokens: n.long,
            outputTokens: n.answer + n.thought,
            reasoningTokens: n.thought,
          });
          const price: ModelPrice = {
            inputPicoUsd: p.i,
            outputPicoUsd: p.o,
            cacheReadPicoUsd: p.r,
            cacheWritePicoUsd: p.w,
            cacheWriteLongPicoUsd: p.l,
            reasoningPicoUsd: p.t,
          };
          const pico =
            BigInt(n.plain) * p.i +
            BigInt(n.read) * p.r +
            BigInt(n.write) * p.w +
            BigInt(n.long) * p.l +
            BigInt(n.answer) * p.o +
            BigInt(n.thought) * p.t;
          expect(costOfUsage(usage, price)).toBe(roundPicoToNano(pico));
        },
      ),
    );
  });

  it('is unknown, never 0, where a price or a count is unknown', () => {
    const price: ModelPrice = { inputPicoUsd: 1n, outputPicoUsd: 1n };
    expect(costOfUsage(createUsage({ inputTokens: 1, outputTokens: 1 }), null)).toBeNull();
    expect(costOfUsage(createUsage({ inputTokens: 1 }), price)).toBeNull();
    expect(costOfUsage(createUsage({ outputTokens: 1 }), price)).toBeNull();
    expect(costOfUsage(createUsage({ inputTokens: 5, outputTokens: 1, cachedInputTokens: 2 }), price)).toBeNull();
    expect(costOfUsage(createUsage({ inputTokens: 1, outputTokens: 1, cachedInputTokens: 2 }), price)).toBeNull();
    expect(costOfUsage(createUsage({ inputTokens: 0, outputTokens: 0 }), price)).toBe(0n);
  });

  it('prices the whole request by the highest tier its input exceeds', () => {
    const price: ModelPrice = {
      inputPicoUsd: 1000n,
      outputPicoUsd: 1000n,
      tiers: [
        { aboveInputTokens: 200, price: { inputPicoUsd: 3000n, outputPicoUsd: 1000n } },
        { aboveInputTokens: 100, price: { inputPicoUsd: 2000n, outputPicoUsd: 1000n } },
      ],
    };
    expect([100, 101, 200, 201].map((n) => priceForInput(price, n).inputPicoUsd)).toEqual([1000n, 2000n, 2000n, 3000n]);
    expect(costOfUsage(createUsage({ inputTokens: 201, outputTokens: 0 }), price)).toBe(603n);
  });
});

describe('totals and texts', () => {
  it('counts unknown costs apart, in any grouping', () => {
    const cost = fc.option(fc.bigInt({ min: 0n, max: 10n ** 15n }), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.array(cost)), (groups) => {
        expect(addCostTotals(groups.map(totalCost))).toEqual(totalCost(groups.flat()));
      }),
    );
    expect(totalCost([1n, null, 2n])).toEqual({ nanoUsd: 3n, unknownEntries: 1 });
  });

  it('reads prices as vendors print them and refuses what is finer than a pico-dollar', () => {
    expect(['2.5', 2.5, '0.0375', 0.1 + 0.2, '15', '0.000001'].map(picoUsdFromUsdPerMillion)).toEqual([
      2_500_000n,
      2_500_000n,
      37_500n,
      300_000n,
      15_000_000n,
      1n,
    ]);
    for (const bad of ['-1', '1e3', '', 'free', '0.0000001', Number.NaN]) {
      expect(() => picoUsdFromUsdPerMillion(bad)).toThrow(LatticeError);
    }
  });

  it('writes nano-dollars as exact decimals', () => {
    expect([0n, 1n, 1_500_000n, -2_000_000_000n, 12_345_678_901n].map(usdFromNano)).toEqual([
      '0',
      '0.000000001',
      '0.0015',
      '-2',
      '12.345678901',
    ]);
  });
});
