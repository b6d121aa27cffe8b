import type { JsonObject, JsonValue } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartialArguments } from './partial-arguments.ts';

/** The pieces in which the vendor sends a value, in the order of the document; texts in two. */
function piecesOf(value: JsonValue | undefined, jsonPath: string): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue, index) => piecesOf(item, `${jsonPath}[${index}]`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value as JsonObject).flatMap(([name, item]) => {
      const quoted = name.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
      return piecesOf(item, /^[a-z]+$/.test(name) ? `${jsonPath}.${name}` : `${jsonPath}['${quoted}']`);
    });
  }
  if (value === null) return [{ jsonPath, nullValue: 'NULL_VALUE' }];
  if (typeof value === 'number') return [{ jsonPath, numberValue: value }];
  if (typeof value === 'boolean') return [{ jsonPath, boolValue: value }];
  const text = String(value);
  const half = Math.ceil(text.length / 2);
  return [
    { jsonPath, stringValue: text.slice(0, half), willContinue: true },
    { jsonPath, stringValue: text.slice(half) },
  ];
}

function read(pieces: readonly JsonObject[]): { text: string; streamed: string } {
  const args = new PartialArguments();
  const streamed = pieces.map((piece) => args.add([piece])).join('') + args.end();
  return { text: args.text, streamed };
}

const name = fc.oneof(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ minLength: 1, maxLength: 5 }));
const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    fc.dictionary(name, tie('tree'), { minKeys: 1, maxKeys: 3, noNullPrototype: true }) as fc.Arbitrary<JsonValue>,
  ),
}));
const object = fc.dictionary(name, tree, { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<JsonObject>;

describe('arguments in pieces', () => {
  it('give the same JSON as they come and at the end', () => {
    fc.assert(
      fc.property(object, (value) => {
        const { text, streamed } = read(piecesOf(value, '$'));
        expect(JSON.parse(text)).toEqual(value);
        expect(streamed).toBe(text);
      }),
    );
  });

  it('are whole at the end when they come out of order', () => {
    const pieces = [
      { jsonPath: '$.a.b', stringValue: 'x' },
      { jsonPath: '$.c', numberValue: 1 },
      { jsonPath: '$.a.d', stringValue: 'y' },
      { jsonPath: '$.list[1]', boolValue: true },
    ];
    expect(JSON.parse(read(pieces).text)).toEqual({ a: { b: 'x', d: 'y' }, c: 1, list: [null, true] });
  });

  it('may be none, or whole beside the pieces', () => {
    expect(read([])).toEqual({ text: '{}', streamed: '{}' });
    const args = new PartialArguments();
    args.merge({ a: 1 });
    expect(args.end()).toBe('{"a":1}');
  });

  it('cannot fill the memory by a great index', () => {
    expect(read([{ jsonPath: '$.a[4000000000]', numberValue: 1 }]).text).toBe('{"a":[]}');
  });
});
