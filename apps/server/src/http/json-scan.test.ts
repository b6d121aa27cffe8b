import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault, isNestedDeeper } from './json-scan.ts';

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

describe('findJsonFault', () => {
  it('finds none in any JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(3), (text, indent) => {
        expect(findJsonFault(JSON.stringify(JSON.parse(text), null, indent))).toBeNull();
      }),
    );
  });

  it('agrees with JSON.parse about texts that were changed', () => {
    const change = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.nat(3),
      fc.string({ maxLength: 3, unit: fc.constantFrom(...'{}[],:"\\ut0-1.e \n') }),
    );
    fc.assert(
      fc.property(change, ([text, at, cut, put]) => {
        const start = at % (text.length + 1);
        const changed = text.slice(0, start) + put + text.slice(start + cut);
        const fault = findJsonFault(changed);
        expect(fault === null).toBe(isJson(changed));
        if (fault !== null) expect(fault.position).toBeLessThanOrEqual(changed.length);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['{"a":1,}', 7, 1, 8],
    ['[1,\n 2 3]', 7, 2, 4],
    ['hello', 0, 1, 1],
    ['"a\nb"', 2, 1, 3],
    ['{"a":', 5, 1, 6],
    ['[01]', 2, 1, 3],
  ])('names the place in %j', (text, position, line, column) => {
    expect(findJsonFault(text)).toEqual({ position, line, column });
  });

  it('needs no deep stack', () => {
    expect(findJsonFault('['.repeat(200_000))).toMatchObject({ position: 200_000 });
    expect(findJsonFault(`"${'a'.repeat(5_000_000)}`)).toMatchObject({ position: 5_000_001 });
  });
});

describe('isNestedDeeper', () => {
  it('knows how deep any JSON is', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        const depth = depthOf(JSON.parse(text));
        expect(isNestedDeeper(text, depth)).toBe(false);
        expect(depth > 0 && !isNestedDeeper(text, depth - 1)).toBe(false);
      }),
    );
  });

  it('does not count brackets in strings, whatever is escaped', () => {
    expect(isNestedDeeper(JSON.stringify({ a: '[[[[\\"[[[', b: '\\' }), 1)).toBe(false);
    expect(isNestedDeeper('"\\\\"[[', 1)).toBe(true);
  });
});
