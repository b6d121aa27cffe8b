import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, fit, shorten } from './text-columns.ts';

const texts = fc
  .array(fc.constantFrom('a', 'é', '雨', 'の', ' ', '한', '…'), { maxLength: 30 })
  .map((all) => all.join(''));

describe('columns of text', () => {
  it('count East Asian characters twice', () => {
    expect([columnsOf('tide'), columnsOf('雨の夜')]).toEqual([4, 6]);
  });

  it('shorten with an ellipsis', () => {
    expect([shorten('The tide is out', 8), shorten('雨の夜の駅', 6), shorten('tide', 4)]).toEqual([
      'The tid…',
      '雨の…',
      'tide',
    ]);
  });

  it('are filled exactly, whatever the text', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 20 }), fc.boolean(), (text, width, isRight) => {
        const cell = fit(text, { title: '', width, ...(isRight ? { align: 'right' as const } : {}) });
        expect(columnsOf(cell)).toBe(width);
      }),
    );
  });
});
