import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from './index.ts';

interface CountedText {
  readonly name: string;
  readonly tokens: number;
  readonly text: string;
}

const fixture = new URL('./__fixtures__/token-counts.json', import.meta.url);
const { texts } = JSON.parse(readFileSync(fixture, 'utf8')) as { readonly texts: readonly CountedText[] };

describe('estimateTokens', () => {
  it.each(texts)('is within 20 % of o200k_base on $name', ({ text, tokens }) => {
    expect(Math.abs(estimateTokens(text) / tokens - 1)).toBeLessThan(0.2);
  });

  it('counts nothing in an empty text and something in any other', () => {
    expect(estimateTokens('')).toBe(0);
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: fc.constantFrom('a', 'Ж', '中', 'あ', '7', '{', '😀') }), (text) => {
        expect(estimateTokens(text)).toBeGreaterThan(0);
      }),
    );
  });

  it('never falls when text is added, and joins cost no more than the parts', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(text, text, (head, tail) => {
        const joined = estimateTokens(head + tail);
        expect(joined).toBeGreaterThanOrEqual(estimateTokens(head));
        expect(joined).toBeLessThanOrEqual(estimateTokens(head) + estimateTokens(tail) + 1);
      }),
    );
  });

  it.each([...'a A中あ7{-\n', '😀', 'ab ', '\ud800'])('grows in proportion to a megabyte of %j', (unit) => {
    const thousand = estimateTokens(unit.repeat(1000));
    const million = estimateTokens(unit.repeat(1_000_000));
    expect(million / thousand).toBeGreaterThan(900);
    expect(million / thousand).toBeLessThan(1100);
  });

  it('takes a long run of one letter for few tokens and digits for one token in three', () => {
    expect(estimateTokens('a'.repeat(4000)) / 4000).toBeLessThan(0.3);
    expect(estimateTokens('1234567890'.repeat(30))).toBeGreaterThan(99);
  });
});
