import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstTokens, inputTokens, outputTokens, textTokens } from './token-rule.ts';

describe('the token rule', () => {
  it('is one token per started four bytes', () => {
    expect(['', 'a', 'abcd', 'abcde', 'é', '\u{1f30a}', '\u{1f30a}x'].map(textTokens)).toEqual([0, 1, 1, 2, 1, 1, 2]);
  });

  it('cuts a text between characters, never beyond the limit and never short of what fits', () => {
    const property = fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, tokens) => {
      const cut = firstTokens(text, tokens);
      expect(text.startsWith(cut)).toBe(true);
      expect(textTokens(cut)).toBeLessThanOrEqual(tokens);
      const next = [...text.slice(cut.length)][0];
      if (next !== undefined) expect(Buffer.byteLength(cut + next)).toBeGreaterThan(tokens * 4);
    });
    fc.assert(property);
  });

  it('adds up a request and an answer as documented', () => {
    const source = { type: 'url' as const, url: 'https://example.com/a.png' };
    const content = [
      { type: 'text' as const, text: 'abcdefgh' },
      { type: 'image' as const, source },
    ];
    const tool = { name: 'f', parameters: { type: 'object' } };
    const chat = { model: 'm', messages: [{ role: 'user' as const, content }], tools: [tool] };
    expect(inputTokens(chat)).toBe(3 + 4 + 2 + 256 + textTokens(JSON.stringify(tool)));
    const toolCalls = [{ name: 'abcd', argumentsText: '{}' }];
    expect(outputTokens({ text: 'abcd', refusal: null, reasoning: { text: 'abcdefgh' }, toolCalls })).toBe(
      2 + 1 + 4 + 2,
    );
  });
});
