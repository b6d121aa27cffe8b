import type { JsonObject, JsonSchema, JsonValue } from '@lattice-lock/contract';

/**
 * Keywords that the vendor's enforced schemas take, beside the structural ones below; with any other the request is
 * refused. Source: `lib/transform-json-schema` of @anthropic-ai/sdk 1.10.
 */
const plainKeywords = new Set(['type', 'title', 'description', 'enum', 'const', 'required', '$ref', 'default']);
const stringFormats = new Set('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '));

/** A schema in the form that is enforced, and the keywords that only survive as a hint in descriptions. */
export interface EnforcedSchema {
  readonly schema: JsonObject;
  readonly hinted: readonly string[];
}

/**
 * Turns a JSON schema into the subset that the vendor enforces: every object is closed, `oneOf` reads as `anyOf`, and
 * a constraint it does not know is told to the model in the description instead of being lost.
 */
export function convertToAnthropicSchema(schema: JsonSchema): EnforcedSchema {
  const hinted = new Set<string>();
  return { schema: convert(schema, hinted), hinted: [...hinted] };
}

function convert(schema: JsonObject, hinted: Set<string>): JsonObject {
  const result: Record<string, JsonValue> = {};
  const hints: string[] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (value === undefined || key === '$schema' || key === 'additionalProperties') continue;
    if (key === 'properties' || key === '$defs' || key === 'definitions') result[key] = convertEach(value, hinted);
    else if (key === 'items') result[key] = convertValue(value, hinted);
    else if (key === 'anyOf' || key === 'oneOf') result['anyOf'] = convertList(value, hinted);
    else if (key === 'allOf') result[key] = convertList(value, hinted);
    else if (isKept(key, value)) result[key] = value;
    else hints.push(`${key}: ${JSON.stringify(value)}`);
  }
  if (isObjectSchema(schema)) result['additionalProperties'] = false;
  if (isOpen(schema)) hints.push(`additionalProperties: ${JSON.stringify(schema['additionalProperties'])}`);
  if (hints.length > 0) {
    for (const hint of hints) hinted.add(hint.slice(0, hint.indexOf(':')));
    const description = typeof result['description'] === 'string' ? `${result['description']}\n\n` : '';
    result['description'] = `${description}{${hints.join(', ')}}`;
  }
  return result;
}

function isKept(key: string, value: JsonValue): boolean {
  if (key === 'format') return typeof value === 'string' && stringFormats.has(value);
  if (key === 'minItems') return value === 0 || value === 1;
  return plainKeywords.has(key);
}

function isObjectSchema(schema: JsonObject): boolean {
  const type = schema['type'];
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || schema['properties'] !== undefined;
}

function isOpen(schema: JsonObject): boolean {
  return schema['additionalProperties'] !== undefined && schema['additionalProperties'] !== false;
}

function convertEach(value: JsonValue, hinted: Set<string>): JsonValue {
  if (!isSchema(value)) return value;
  const entries = Object.entries(value).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined);
  return Object.fromEntries(entries.map(([name, schema]) => [name, convertValue(schema, hinted)]));
}

function convertList(value: JsonValue, hinted: Set<string>): JsonValue {
  return Array.isArray(value) ? value.map((schema: JsonValue) => convertValue(schema, hinted)) : value;
}

function convertValue(value: JsonValue, hinted: Set<string>): JsonValue {
  return isSchema(value) ? convert(value, hinted) : value;
}

function isSchema(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
