import { describe, expect, it } from 'vitest';
import { convertToGeminiSchema } from './convert-to-gemini-schema.ts';

describe('a schema', () => {
  it('stays as it is where the vendor enforces it', () => {
    const schema = {
      type: 'object',
      properties: {
        kind: { type: ['string', 'null'], enum: ['a', 'b', null] },
        list: { type: 'array', items: { type: 'number', minimum: 1 }, minItems: 1 },
        either: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
        pattern: { type: 'string', description: 'A property of that name is none of its keywords.' },
      },
      required: ['kind'],
      additionalProperties: false,
    };
    expect(convertToGeminiSchema(schema)).toEqual({ schema, unenforced: [] });
  });

  it('is written in the vendor’s dialect, and says what it will not hold to', () => {
    const { schema, unenforced } = convertToGeminiSchema({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      definitions: { node: { type: 'object', properties: { next: { $ref: '#/definitions/node' } } } },
      properties: {
        type: { const: 'node' },
        root: { $ref: '#/definitions/node', description: 'The first.' },
        zip: { type: 'string', pattern: '^\\d+$', minLength: 5, default: '00000' },
      },
    });
    expect(schema).toEqual({
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
      properties: {
        type: { enum: ['node'] },
        root: { description: 'The first.', anyOf: [{ $ref: '#/$defs/node' }] },
        zip: { type: 'string', pattern: '^\\d+$', minLength: 5, default: '00000' },
      },
    });
    expect(unenforced).toEqual(['pattern', 'minLength']);
  });
});
