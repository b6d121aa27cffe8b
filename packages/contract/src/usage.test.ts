import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addUsage, createUsage, isUnknownUsage, tokenCount, unknownUsage, type Usage } from './index.ts';

const count = fc.option(fc.nat({ max: 1_000_000 }), { nil: null });
const usages = fc.array(
  fc.record({
    inputTokens: count,
    outputTokens: count,
    totalTokens: count,
    cachedInputTokens: count,
    cacheWriteTokens: count,
    cacheWriteLongTokens: count,
    reasoningTokens: count,
  }),
);

describe('usage', () => {
  it('fills the total from input and output only when the vendor sends none', () => {
    expect(createUsage({ inputTokens: 3, outputTokens: 4 }).totalTokens).toBe(7);
    expect(createUsage({ inputTokens: 3, outputTokens: 4, totalTokens: 9 }).totalTokens).toBe(9);
    expect(createUsage({ inputTokens: 3 }).totalTokens).toBeNull();
  });

  it('takes only non-negative safe integers for counts', () => {
    expect([0, 7, -1, 1.5, '3', null, undefined, 2 ** 53, Number.NaN].map(tokenCount)).toEqual([
      0,
      7,
      ...Array<null>(7).fill(null),
    ]);
  });

  it('adds known numbers and keeps a field unknown that no entry knows', () => {
    fc.assert(
      fc.property(usages, (list: Usage[]) => {
        const sum = addUsage(list);
        for (const field of Object.keys(unknownUsage) as (keyof Usage)[]) {
          const known = list.map((usage) => usage[field]).filter((value) => value !== null);
          expect(sum[field]).toBe(known.length === 0 ? null : known.reduce((a, b) => a + b, 0));
        }
      }),
    );
    expect(isUnknownUsage(addUsage([]))).toBe(true);
  });
});
