import type { JsonObject, JsonSchema, JsonValue } from '@lattice-lock/contract';
import { isObject } from '@lattice-lock/provider-kit';

/**
 * Keywords that an enforced schema takes, beside the structural ones below; with any other the vendor answers 400
 * (Bedrock user guide, "Get validated JSON results from models", JSON Schema support).
 */
const plainKeywords = new Set(['type', 'title', 'description', 'enum', 'const', 'required', '$ref', 'default']);
const stringFormats = new Set('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '));
const namedSchemas = new Set(['properties', '$defs', 'definitions']);

/** A schema in the form that is enforced, and the keywords that only survive as a hint in descriptions. */
export interface EnforcedSchema {
  readonly schema: JsonObject;
  readonly hinted: readonly string[];
}

/**
 * Turns a JSON schema into the subset that is enforced: every object is closed, `oneOf` reads as `anyOf`, and a
 * constraint outside it is told to the model in the description instead of being lost.
 */
export function convertToConverseSchema(schema: JsonSchema): EnforcedSchema {
  const hinted = new Set<string>();
  return { schema: convert(schema, hinted), hinted: [...hinted] };
}

function convert(schema: JsonObject, hinted: Set<string>): JsonObject {
  const result: Record<string, JsonValue> = {};
  const hints: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (value === undefined || key === '$schema') continue;
    if (namedSchemas.has(key) && isObject(value)) result[key] = convertEach(value, hinted);
    else if (key === 'items' && isObject(value)) result[key] = convert(value, hinted);
    else if (key === 'anyOf' || key === 'oneOf') result['anyOf'] = convertList(value, hinted);
    else if (key === 'allOf') result[key] = convertList(value, hinted);
    else if (isKept(key, value)) result[key] = value;
    else if (key !== 'additionalProperties' || value !== false) hints[key] = value;
  }
  const { type } = schema;
  const isObjectSchema =
    type === 'object' || (Array.isArray(type) && type.includes('object')) || 'properties' in schema;
  if (isObjectSchema) result['additionalProperties'] = false;
  if (Object.keys(hints).length > 0) {
    for (const key of Object.keys(hints)) hinted.add(key);
    const said = typeof result['description'] === 'string' ? `${result['description']}\n\n` : '';
    result['description'] = said + JSON.stringify(hints);
  }
  return result;
}

function isKept(key: string, value: JsonValue): boolean {
  if (key === 'format') return typeof value === 'string' && stringFormats.has(value);
  if (key === 'minItems') return value === 0 || value === 1;
  return plainKeywords.has(key);
}

function convertEach(schemas: JsonObject, hinted: Set<string>): JsonObject {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, isObject(schema) ? convert(schema, hinted) : schema]),
  );
}

function convertList(schemas: JsonValue, hinted: Set<string>): JsonValue {
  if (!Array.isArray(schemas)) return schemas;
  return (schemas as readonly JsonValue[]).map((schema) => (isObject(schema) ? convert(schema, hinted) : schema));
}
