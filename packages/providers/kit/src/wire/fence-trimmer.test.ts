import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FenceTrimmer } from './fence-trimmer.ts';

function trimmed(text: string, cuts: readonly number[] = []): string {
  const trimmer = new FenceTrimmer();
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  const pieces = [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length));
  return pieces.map((piece) => trimmer.push(piece)).join('') + trimmer.end();
}

describe('FenceTrimmer', () => {
  it.each([
    ['```json\n{"a":1}\n```', '{"a":1}'],
    ['\n ```\n[1]\n```\n\n', '[1]'],
    ['```json\n{"a":"`x`"}', '{"a":"`x`"}'],
    ['{"a":1}', '{"a":1}'],
    [' {"a":"```"} ', ' {"a":"```"} '],
    ['```json\n{}\n```\nHope it helps', '{}\n```\nHope it helps'],
    ['```', '```'],
    ['', ''],
  ])('of %j is %j, however it is cut', (text, expected) => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 12 }), (cuts) => {
        expect(trimmed(text, cuts)).toBe(expected);
      }),
    );
  });

  it('gives any JSON in a fence back as it is, and any text without one', () => {
    const cuts = fc.array(fc.nat(200), { maxLength: 20 });
    fc.assert(
      fc.property(fc.json(), cuts, (json, at) => {
        expect(trimmed(`\`\`\`json\n${json}\n\`\`\``, at)).toBe(json);
      }),
    );
    const plain = fc.string().filter((text) => !text.trimStart().startsWith('`'));
    fc.assert(
      fc.property(plain, cuts, (text, at) => {
        expect(trimmed(text, at)).toBe(text);
      }),
    );
  });
});
