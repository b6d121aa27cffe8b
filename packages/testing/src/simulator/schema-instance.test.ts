import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonSchema, JsonValue } from '@lattice-lock/contract';
import { schemaInstance } from './schema-instance.ts';
import { createSeededRandom } from './seeded-random.ts';

const make = (schema: JsonSchema, seed = 1) => schemaInstance(schema, createSeededRandom(seed));

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An independent reading of the keywords that the properties below use; `null` when the value is accepted. */
function problem(schema: JsonObject, value: JsonValue, path = '$'): string | null {
  const fail = (what: string) => `${path}: ${JSON.stringify(value)} ${what}`;
  if (schema.const !== undefined && value !== schema.const) return fail('is not the constant');
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return fail('is not in the enum');
  switch (schema.type) {
    case 'integer':
    case 'number': {
      if (typeof value !== 'number' || (schema.type === 'integer' && !Number.isInteger(value))) return fail('type');
      if (value < ((schema.minimum as number | undefined) ?? -Infinity)) return fail('is below minimum');
      if (value > ((schema.maximum as number | undefined) ?? Infinity)) return fail('is above maximum');
      if (value <= ((schema.exclusiveMinimum as number | undefined) ?? -Infinity)) return fail('excl. minimum');
      return value >= ((schema.exclusiveMaximum as number | undefined) ?? Infinity) ? fail('excl. maximum') : null;
    }
    case 'string': {
      if (typeof value !== 'string') return fail('type');
      const length = [...value].length;
      if (length < ((schema.minLength as number | undefined) ?? 0)) return fail('is too short');
      return length > ((schema.maxLength as number | undefined) ?? Infinity) ? fail('is too long') : null;
    }
    case 'boolean':
      return typeof value === 'boolean' ? null : fail('type');
    case 'null':
      return value === null ? null : fail('type');
    case 'array': {
      if (!Array.isArray(value)) return fail('type');
      if (value.length < ((schema.minItems as number | undefined) ?? 0)) return fail('has too few');
      if (value.length > ((schema.maxItems as number | undefined) ?? Infinity)) return fail('has too many');
      const items = schema.items as JsonObject;
      return value.map((item: JsonValue, at) => problem(items, item, `${path}[${at}]`)).find((one) => one) ?? null;
    }
    case 'object': {
      if (!isObject(value)) return fail('type');
      const properties = schema.properties as Record<string, JsonObject>;
      const missing = (schema.required as readonly string[]).find((name) => !Object.hasOwn(value, name));
      if (missing !== undefined) return fail(`lacks ${missing}`);
      for (const [name, field] of Object.entries(value)) {
        const inner = properties[name];
        if (inner === undefined) return fail(`has ${name}, which is not a property`);
        const wrong = problem(inner, field as JsonValue, `${path}.${name}`);
        if (wrong !== null) return wrong;
      }
      return null;
    }
    default:
      return null;
  }
}

const bounds = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 0, max: 50 }));
const { schema: schemas } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<JsonSchema>({ type: 'boolean' }, { type: 'null' }, { const: 'x' }, { enum: ['a', 7, null, false] }),
    bounds.map(([minimum, span]): JsonSchema => ({ type: 'integer', minimum, maximum: minimum + span })),
    bounds.map(([minimum, span]): JsonSchema => ({ type: 'number', minimum, maximum: minimum + span / 10 })),
    bounds.map(([low, span]): JsonSchema => ({
      type: 'number',
      exclusiveMinimum: low,
      exclusiveMaximum: low + (span + 1) / 100,
    })),
    fc
      .tuple(fc.nat(30), fc.nat(30))
      .map(([minLength, more]): JsonSchema => ({ type: 'string', minLength, maxLength: minLength + more })),
    fc
      .tuple(tie('schema'), fc.nat(3), fc.nat(2))
      .map(([items, minItems, more]): JsonSchema => ({ type: 'array', items, minItems, maxItems: minItems + more })),
    fc
      .tuple(fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto'), tie('schema')), fc.nat(3))
      .map(([properties, count]): JsonSchema => {
        const required = Object.keys(properties).slice(0, count);
        return { type: 'object', properties, required, additionalProperties: false };
      }),
  ),
}));

describe('schemaInstance', () => {
  it('makes what the schema accepts, whatever the seed', () => {
    const property = fc.property(schemas, fc.integer(), (schema, seed) => {
      expect(problem(schema, make(schema, seed))).toBeNull();
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('is the same for the same seed', () => {
    const property = fc.property(schemas, fc.integer(), (schema, seed) => {
      expect(make(schema, seed)).toEqual(make(schema, seed));
    });
    fc.assert(property);
  });

  it('follows references, and ends where they are recursive', () => {
    const tree = {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            children: { type: 'array', items: { $ref: '#/$defs/node' } },
            next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
          },
          required: ['name', 'children', 'next'],
        },
      },
    };
    const made = make(tree) as JsonObject;
    expect(made).toMatchObject({ name: expect.any(String), children: [{ name: expect.any(String) }] });
    const ends = JSON.stringify(made);
    expect(ends).toContain('"children":[]');
    expect(ends).toContain('"next":null');
    expect(ends.length).toBeLessThan(5000);
  });

  it('follows a reference to the root and pointers with escapes', () => {
    const root = { type: 'object', properties: { 'a/b': { type: 'integer' }, copy: { $ref: '#/properties/a~1b' } } };
    expect(make(root)).toEqual({ 'a/b': expect.any(Number), copy: expect.any(Number) });
    const list = { type: 'object', properties: { self: { type: 'array', items: { $ref: '#' } } } };
    expect(JSON.stringify(make(list)).length).toBeLessThan(200);
  });

  it('merges allOf, takes a branch of oneOf, and knows types that may be null', () => {
    const merged = {
      allOf: [
        { type: 'object', properties: { a: { const: 1 } }, required: ['a'] },
        { properties: { b: { const: 2 } }, required: ['b'] },
      ],
    };
    expect(make(merged)).toEqual({ a: 1, b: 2 });
    expect(make({ oneOf: [{ type: 'integer', minimum: 5, maximum: 5 }, { type: 'string' }] })).toBe(5);
    expect(make({ type: ['string', 'null'], minLength: 1 })).toEqual(expect.any(String));
  });

  it('fills fixed places of an array, keeps items apart, and knows formats and examples', () => {
    const pair = { type: 'array', prefixItems: [{ const: 'x' }, { type: 'boolean' }], items: false };
    expect(make(pair)).toEqual(['x', expect.any(Boolean)]);
    const apart = make({ type: 'array', items: { type: 'string' }, minItems: 12, uniqueItems: true }) as string[];
    expect(new Set(apart).size).toBe(12);
    expect(Date.parse(make({ type: 'string', format: 'date-time' }) as string)).not.toBeNaN();
    expect(make({ type: 'string', examples: ['an example'] })).toBe('an example');
  });

  it('gives something for a schema that says nothing', () => {
    expect(make({})).toEqual(expect.any(String));
    expect(make({ properties: { a: {} } })).toEqual({ a: expect.any(String) });
  });
});
