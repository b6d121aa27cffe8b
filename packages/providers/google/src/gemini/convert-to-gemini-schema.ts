import type { JsonObject, JsonSchema, JsonValue } from '@lattice-lock/contract';
import { isObject } from '@lattice-lock/provider-kit';

/**
 * What `responseJsonSchema` and `parametersJsonSchema` enforce; other keywords are taken and have no effect. Source:
 * `GenerateContentConfig.responseJsonSchema` of @google/genai 3.1.
 */
const enforced = new Set(
  (
    '$id $defs $ref $anchor type format title description enum items prefixItems minItems maxItems minimum maximum ' +
    'anyOf oneOf properties additionalProperties required propertyOrdering'
  ).split(' '),
);

/** Keywords that say nothing about which values are valid. */
const annotations = new Set(['$schema', '$comment', 'default', 'examples', 'example', 'deprecated', 'readOnly']);

/** A schema as it is sent, and the keywords that the vendor will not enforce. */
export interface GeminiSchema {
  readonly schema: JsonObject;
  readonly unenforced: readonly string[];
}

/**
 * Writes a JSON schema in the dialect of the vendor's JSON schema fields. They are used rather than the older
 * `parameters` and `responseSchema`, whose OpenAPI subset refuses `$ref`, lists of types and `additionalProperties`
 * with a 400. `const` becomes an `enum` of one, `definitions` become `$defs`, and neighbours of a `$ref`, which the
 * vendor refuses, move around it; nothing else changes.
 */
export function convertToGeminiSchema(schema: JsonSchema): GeminiSchema {
  const unenforced = new Set<string>();
  return { schema: convert(schema, unenforced), unenforced: [...unenforced] };
}

function convert(schema: JsonObject, unenforced: Set<string>): JsonObject {
  const { $ref, ...rest } = schema;
  if (typeof $ref !== 'string') return convertKeywords(schema, unenforced);
  const reference = { $ref: $ref.replace(/^#\/definitions\//, '#/$defs/') };
  const neighbours = convertKeywords(rest, unenforced);
  const own = Object.keys(neighbours);
  if (own.every((name) => name.startsWith('$'))) return { ...neighbours, ...reference };
  return { ...neighbours, anyOf: [reference] };
}

function convertKeywords(schema: JsonObject, unenforced: Set<string>): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (value === undefined || keyword === '$schema') continue;
    if (keyword === 'properties') result[keyword] = convertEach(value, unenforced);
    else if (keyword === '$defs' || keyword === 'definitions') result['$defs'] = convertEach(value, unenforced);
    else if (keyword === 'const' && (typeof value === 'string' || typeof value === 'number')) result['enum'] = [value];
    else if (keyword === 'items' || keyword === 'additionalProperties')
      result[keyword] = convertValue(value, unenforced);
    else if (Array.isArray(value) && (keyword === 'anyOf' || keyword === 'oneOf' || keyword === 'prefixItems')) {
      result[keyword] = value.map((item: JsonValue) => convertValue(item, unenforced));
    } else {
      if (!enforced.has(keyword) && !annotations.has(keyword)) unenforced.add(keyword);
      result[keyword] = value;
    }
  }
  return result;
}

function convertEach(value: JsonValue, unenforced: Set<string>): JsonValue {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined);
  return Object.fromEntries(entries.map(([name, schema]) => [name, convertValue(schema, unenforced)]));
}

function convertValue(value: JsonValue, unenforced: Set<string>): JsonValue {
  return isObject(value) ? convert(value, unenforced) : value;
}
