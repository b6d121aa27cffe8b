import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentPieces, interleave, wordPieces } from './word-pieces.ts';

describe('pieces of a stream', () => {
  it('join to the text they were cut from, and none is empty', () => {
    const property = fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const pieces of [wordPieces(text), argumentPieces(text)]) {
        expect(pieces.join('')).toBe(text);
        expect(pieces.every((piece) => piece !== '')).toBe(true);
      }
    });
    fc.assert(property);
  });

  it('are small', () => {
    const text = 'The quick brown fox jumps over the lazy dog, pneumonoultramicroscopicsilicovolcanoconiosis.';
    expect(Math.max(...wordPieces(text).map((piece) => piece.trim().length))).toBeLessThanOrEqual(12);
    expect(Math.max(...argumentPieces(text).map((piece) => piece.length))).toBeLessThanOrEqual(9);
    expect(wordPieces(text).length).toBeGreaterThan(9);
  });

  it('of several lists take turns', () => {
    const turns = interleave([['a1', 'a2', 'a3'], ['b1'], ['c1', 'c2']]);
    expect(turns.map((turn) => turn.piece)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
    expect(turns.map((turn) => turn.list)).toEqual([0, 1, 2, 0, 2, 0]);
    expect(interleave([])).toEqual([]);
  });
});
