import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSign, neededSigns, signBit } from './regex-signs.ts';

const signsOf = (text: string) =>
  [...text].reduce((bits, sign) => (isSign(sign.charCodeAt(0)) ? bits | signBit(sign.charCodeAt(0)) : bits), 0);

describe('the signs that a regex needs', () => {
  it.each([
    ['abc%', '%'],
    ['[$\\u20ac]\\d', '$\u20ac'],
    ['a(?:b|c)\\?', '?'],
    ['a%|\\(b', '%('],
    ['(?<unit>%)x', '%'],
    ['a%+', '%'],
    ['a%{2,3}', '%'],
  ])('of %s are %s', (source, signs) => {
    expect(neededSigns(source)).toBe(signsOf(signs));
  });

  it.each([
    'abc',
    'a%?',
    'a%*',
    'a%{0,3}',
    'a%|b',
    '(?=%)a',
    '(?<!%)a',
    '[^%]',
    '[a%]',
    '\\p{L}',
    '(?i:a)',
    '\\s',
    '^$',
  ])('are none of %s', (source) => {
    expect(neededSigns(source)).toBe(0);
  });

  it('stand in every text that matches', () => {
    const piece = fc.constantFrom(
      'a',
      '%',
      '\\(',
      '[%$]',
      '[a%]',
      '\\d',
      '(?:%|\\?)',
      '(?:a|=)',
      '(a)',
      '(?!%)',
      '\\u20ac',
    );
    const term = fc
      .tuple(piece, fc.constantFrom('', '', '?', '*', '+', '{2}', '{0,2}'))
      .map(([one, many]) => (one.startsWith('(?!') ? one : one + many));
    const source = fc
      .array(fc.array(term, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
      .map((alternatives) => alternatives.map((terms) => terms.join('')).join('|'));
    const text = fc.array(fc.constantFrom('a', '%', '(', '$', '1', '?', '=', '\u20ac'), { maxLength: 6 });
    fc.assert(
      fc.property(source, text, (regex, units) => {
        const shown = units.join('');
        const needed = neededSigns(regex);
        if (new RegExp(regex, 'iu').test(shown) && needed !== 0) expect(signsOf(shown) & needed).not.toBe(0);
      }),
      { numRuns: 2000 },
    );
  });
});
