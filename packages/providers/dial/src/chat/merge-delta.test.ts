import type { JsonValue } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { mergeDelta, withoutIndexes } from './merge-delta.ts';

describe('mergeDelta', () => {
  it.each<[JsonValue | undefined, JsonValue | undefined, JsonValue]>([
    ['a', 'b', 'ab'],
    [1, 2, 2],
    [true, false, false],
    ['a', null, 'a'],
    [undefined, null, null],
    ['a', 1, 1],
    [
      { a: 'x', b: 1 },
      { a: 'y', c: null },
      { a: 'xy', b: 1, c: null },
    ],
    [
      [{ index: 1, t: 'b' }],
      [
        { index: 0, t: 'a' },
        { index: 1, t: 'c' },
      ],
      [
        { index: 1, t: 'bc' },
        { index: 0, t: 'a' },
      ],
    ],
    [[{ t: 'a' }], [{ t: 'b' }], [{ t: 'a' }, { t: 'b' }]],
    [[1, 2], [3], [3]],
    [[1], [], [1]],
    [[], [{ index: 900_000_000, t: 'far' }], [{ index: 900_000_000, t: 'far' }]],
  ])('of %j and %j is %j', (target, source, merged) => {
    const before = JSON.stringify([target, source]);
    expect(mergeDelta(target, source, 'join')).toEqual(merged);
    expect(JSON.stringify([target, source])).toBe(before);
  });

  it('replaces texts that are told again', () => {
    expect(mergeDelta({ model: 'm', n: 1 }, { model: 'm', n: 2 }, 'replace')).toEqual({ model: 'm', n: 2 });
  });

  it('takes a key for a key', () => {
    const odd = JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":"c"}') as JsonValue;
    const merged = mergeDelta({}, odd, 'join');
    expect(JSON.stringify(merged)).toBe(JSON.stringify(odd));
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  });
});

describe('withoutIndexes', () => {
  it('orders, and takes out what only the merge needed', () => {
    const list = [
      { index: 1, name: 'b', status: null },
      { index: 0, name: 'a', attachments: [{ index: 0, title: 't', note: null }] },
    ];
    expect(withoutIndexes(list)).toEqual([{ name: 'a', attachments: [{ title: 't' }] }, { name: 'b' }]);
    expect(withoutIndexes([{ name: 'x' }, { index: 0, name: 'y' }])).toEqual([{ name: 'x' }, { name: 'y' }]);
  });
});
