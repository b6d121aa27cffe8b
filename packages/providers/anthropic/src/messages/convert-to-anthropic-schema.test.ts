import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertToAnthropicSchema } from './convert-to-anthropic-schema.ts';

describe('a schema to be enforced', () => {
  it('is closed at every object, however deep', () => {
    const inner = { type: 'object', properties: { minimum: { type: 'number' } }, required: ['minimum'] };
    const { schema, hinted } = convertToAnthropicSchema({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { list: { type: 'array', items: inner, minItems: 1 }, ref: { $ref: '#/$defs/inner' } },
      $defs: { inner },
      anyOf: [inner],
    });
    const closed = { ...inner, additionalProperties: false };
    expect(schema).toEqual({
      type: 'object',
      properties: { list: { type: 'array', items: closed, minItems: 1 }, ref: { $ref: '#/$defs/inner' } },
      $defs: { inner: closed },
      anyOf: [closed],
      additionalProperties: false,
    });
    expect(hinted).toEqual([]);
  });

  it('tells the model in words what cannot be enforced', () => {
    const { schema, hinted } = convertToAnthropicSchema({
      type: 'object',
      description: 'A person.',
      properties: {
        age: { type: 'integer', minimum: 0 },
        code: { type: 'string', format: 'zip', pattern: '^\\d+$' },
        mail: { type: 'string', format: 'email' },
        tags: { type: 'array', minItems: 3 },
        kind: { oneOf: [{ const: 'a' }, { enum: ['b', null] }] },
      },
      additionalProperties: { type: 'string' },
    });
    expect(schema).toEqual({
      type: 'object',
      description: 'A person.\n\n{additionalProperties: {"type":"string"}}',
      properties: {
        age: { type: 'integer', description: '{minimum: 0}' },
        code: { type: 'string', description: '{format: "zip", pattern: "^\\\\d+$"}' },
        mail: { type: 'string', format: 'email' },
        tags: { type: 'array', description: '{minItems: 3}' },
        kind: { anyOf: [{ const: 'a' }, { enum: ['b', null] }] },
      },
      additionalProperties: false,
    });
    expect(hinted).toEqual(['minimum', 'format', 'pattern', 'minItems', 'additionalProperties']);
  });

  it('is not changed in place, and converting twice changes nothing more', () => {
    const leaf = fc.constantFrom({ type: 'string' }, { type: 'number', minimum: 1 }, { enum: [1, 'x'] });
    const { schema: anySchema } = fc.letrec((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.record({ type: fc.constant('array'), items: tie('schema') }),
        fc.record({ type: fc.constant('object'), properties: fc.dictionary(fc.string(), tie('schema')) }),
      ),
    }));
    fc.assert(
      fc.property(anySchema, (schema) => {
        const before = structuredClone(schema) as object;
        const once = convertToAnthropicSchema(schema as never).schema;
        expect(schema).toEqual(before);
        expect(convertToAnthropicSchema(once)).toEqual({ schema: once, hinted: [] });
      }),
    );
  });
});
