import { AssertionError } from 'node:assert';
import { LatticeError, type JsonSchema, type JsonValue } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMockProvider } from '../index.ts';
import { createSeededRandom } from '../simulator/seeded-random.ts';
import { schemaInstance } from '../simulator/schema-instance.ts';
import {
  assertContains,
  assertJson,
  assertJudged,
  assertLength,
  assertMatches,
  createModelJudge,
  schemaMismatches,
} from './index.ts';

describe('assertions on texts', () => {
  it('count words and characters in any language', () => {
    assertLength('The tide is out.', { words: { min: 4, max: 4 } });
    assertLength('海は広いな大きいな', { words: { min: 3, max: 9 }, characters: { max: 9 } });
    assertLength('👩‍🔬🌊é', { characters: { min: 3, max: 3 } });
    expect(() => assertLength('One two three', { words: { max: 2 } })).toThrow(
      'Expected an answer of at most 2 words; it has 3.\nThe answer: One two three',
    );
    expect(() => assertLength('', { characters: { min: 1, max: 5 } })).toThrow(
      'of 1 to 5 characters; it has 0.\nThe answer: (empty)',
    );
  });

  it('look for words and patterns, and show what is there', () => {
    assertContains('Die ÖFFNUNG ist groß.', 'öffnung', 'Groß');
    assertMatches('17 °C', /\d+ °C/g);
    expect(() => assertContains('Sea.', 'salt', 'foam')).toThrow(
      /contains "salt", "foam"; it lacks them\.\nThe answer: Sea\./,
    );
    const long = `${'a'.repeat(400)}END`;
    expect(() => assertMatches(long, /^b/)).toThrow(/matches \/\^b\/; it does not\.\nThe answer: a{150} \[…\] a+END$/);
    expect(() => assertMatches(long, /^b/)).toThrow(AssertionError);
  });
});

const schema: JsonSchema = {
  type: 'object',
  properties: {
    title: { type: 'string', minLength: 2, pattern: '^[A-Z]' },
    depth: { type: ['integer', 'null'], minimum: 0, maximum: 11_000 },
    kind: { enum: ['sea', 'lake'] },
    ports: { type: 'array', minItems: 1, uniqueItems: true, items: { $ref: '#/$defs/port' } },
    size: { oneOf: [{ type: 'number', multipleOf: 0.1 }, { const: 'unknown' }] },
  },
  required: ['title', 'depth', 'kind', 'ports'],
  additionalProperties: false,
  $defs: { port: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
};
const lake = { title: 'Baikal', depth: 1642, kind: 'lake', ports: [{ name: 'Listvyanka' }], size: 0.3 };

describe('assertJson', () => {
  it('gives the value that fits, and names every place that does not', () => {
    expect(assertJson(JSON.stringify(lake), schema)).toEqual(lake);
    const bad = { title: 'b', depth: -1.5, kind: 'ocean', ports: [{}, {}], size: true, extra: 1 };
    const places = schemaMismatches(bad, schema).map(({ path, message }) => `${path} ${message}`);
    expect(places).toEqual([
      'title is shorter than 2',
      'title does not match "^[A-Z]"',
      'depth is not of type ["integer","null"]',
      'depth is less than 0',
      'kind is none of ["sea","lake"]',
      'ports has an item twice',
      'ports[0].name is missing',
      'ports[1].name is missing',
      'size fits 0 branches of `oneOf`, not one',
      'extra must not be there',
    ]);
    expect(() => assertJson('{"title":"Baikal"}', schema)).toThrow(
      /fits the schema; depth is missing; kind is missing/,
    );
    expect(() => assertJson('```json\n{}\n```')).toThrow(/Expected an answer that is JSON; [^]*\nThe answer: ```json/);
  });

  it('does not pass over a keyword it does not know', () => {
    expect(() => schemaMismatches({}, { if: {}, then: {} })).toThrow(LatticeError);
    expect(() => schemaMismatches([1], { items: { $ref: 'https://example.com/x' } })).toThrow(/not in it/);
    expect(() => schemaMismatches(1, { $ref: '#' })).toThrow(/refers to itself/);
    expect(() => schemaMismatches(1, { allOf: [{ $ref: '#' }] })).toThrow(/refers to itself/);
  });

  it('accepts what is made from a schema, and not what was spoilt', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom('depth', 'kind', 'ports'), (seed, name) => {
        const { title: _title, ...properties } = schema.properties as Record<string, JsonValue>;
        const made = schemaInstance(
          { ...schema, properties, required: ['depth', 'kind', 'ports'] } as JsonSchema,
          createSeededRandom(seed),
        );
        const untitled = { ...schema, required: ['depth', 'kind', 'ports'] };
        expect(schemaMismatches(made, untitled)).toEqual([]);
        expect(schemaMismatches({ ...(made as object), [name]: 'spoilt' } as JsonValue, untitled)).not.toEqual([]);
      }),
    );
  });
});

describe('a judge', () => {
  const input = { criterion: 'says where the tide is.', answer: 'The tide is out.', question: 'How is the sea?' };
  const judgeThatSays = (text: string) => {
    const provider = createMockProvider({ script: [{ answer: { text } }] });
    return { provider, judge: createModelJudge({ provider, model: 'm' }) };
  };

  it('gives its verdict, and the house decides what passes', async () => {
    const { provider, judge } = judgeThatSays('{"reason":"It says \\"out\\".","score":0.9}');
    expect(await assertJudged(judge, input)).toEqual({ pass: true, score: 0.9, reason: 'It says "out".' });
    const [call] = provider.calls;
    expect(call?.request.maxOutputTokens).toBe(1000);
    expect(JSON.parse(call?.request.messages[1]?.content as string)).toEqual(input);
  });

  it('tells why an answer does not pass', async () => {
    const { judge } = judgeThatSays('{"reason":"It is silent on the tide.","score":0.3}');
    await expect(assertJudged(judge, input)).rejects.toThrow(
      'Expected an answer that says where the tide is; the judge gives it 0.3: It is silent on the tide.\nThe answer: The tide is out.',
    );
  });

  it('is no judge without a verdict', async () => {
    for (const text of ['It is fine.', '{"reason":"x","score":7}', 'null']) {
      await expect(judgeThatSays(text).judge.judge(input)).rejects.toMatchObject({
        code: 'LATTICE_MALFORMED_RESPONSE',
      });
    }
  });
});
