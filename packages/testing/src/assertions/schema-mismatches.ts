import { isDeepStrictEqual } from 'node:util';
import { LatticeError, type JsonObject, type JsonSchema, type JsonValue } from '@lattice-lock/contract';

/** A place in a value that a schema does not accept. */
export interface SchemaMismatch {
  /** Such as `ports[2].name`; empty for the value itself. */
  readonly path: string;
  /** Goes on after the path: `is not a string`. */
  readonly message: string;
}

/** Keywords that accept every value. */
const annotations = new Set(
  'title description default examples deprecated readOnly writeOnly format $schema $id $comment $defs definitions'.split(
    ' ',
  ),
);

type Keyword = (value: JsonValue, wanted: JsonValue, place: Place) => readonly SchemaMismatch[];

/** Where a check is: the path of the value, the schema around the keyword, and the root for references. */
interface Place {
  readonly path: string;
  readonly schema: JsonObject;
  readonly root: JsonSchema;
  /** How many references led here without going down into the value. */
  readonly references: number;
}

/** References deeper than this go round in a circle. */
const maxReferences = 64;

/**
 * What in a value a JSON schema (draft 2020-12) does not accept; empty when it fits. `format` is no constraint, as the
 * draft has it by default.
 *
 * @throws LatticeError `LATTICE_CONFIG` for a keyword that is not checked here, so that nothing passes unseen
 */
export function schemaMismatches(value: JsonValue, schema: JsonSchema): readonly SchemaMismatch[] {
  return check(value, schema, '', schema, 0);
}

function check(
  value: JsonValue | undefined,
  given: JsonValue | undefined,
  path: string,
  root: JsonSchema,
  references: number,
): readonly SchemaMismatch[] {
  if (given === true || given === undefined || value === undefined) return [];
  if (given === false) return [{ path, message: 'must not be there' }];
  const schema = given as JsonObject;
  const found: SchemaMismatch[] = [];
  for (const [name, wanted] of Object.entries(schema)) {
    if (wanted === undefined || annotations.has(name)) continue;
    if (name === '$ref') {
      if (references > maxReferences) throw unknownKeyword('$ref', path, 'refers to itself');
      found.push(...check(value, pointed(root, String(wanted)), path, root, references + 1));
      continue;
    }
    const keyword = keywords[name];
    if (keyword === undefined) throw unknownKeyword(name, path, 'is not checked here');
    found.push(...keyword(value, wanted, { path, schema, root, references }));
  }
  return found;
}

function unknownKeyword(name: string, path: string, why: string): LatticeError {
  const place = path === '' ? 'the schema' : `the schema of ${path}`;
  return new LatticeError('LATTICE_CONFIG', `"${name}" in ${place} ${why}: use a validator of your own for it.`);
}

/** A JSON pointer (RFC 6901) within the document. */
function pointed(root: JsonSchema, reference: string): JsonValue {
  let at: JsonValue | undefined = root;
  for (const step of reference.replace(/^#\/?/, '').split('/')) {
    if (step === '') continue;
    at = (at as JsonObject | undefined)?.[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  if (at === undefined || !reference.startsWith('#'))
    throw unknownKeyword('$ref', '', `refers to ${reference}, which is not in it`);
  return at;
}

function inner(value: JsonValue | undefined, schema: JsonValue | undefined, path: string, { root }: Place) {
  return check(value, schema, path, root, 0);
}

/** A keyword that says yes or no about values of one kind; others are none of its business. */
function rule<Kind extends JsonValue>(
  isKind: (value: JsonValue) => value is Kind,
  holds: (value: Kind, wanted: JsonValue) => boolean,
  message: (wanted: string) => string,
): Keyword {
  return (value, wanted, { path }) =>
    !isKind(value) || holds(value, wanted) ? [] : [{ path, message: message(JSON.stringify(wanted)) }];
}

const isAny = (value: JsonValue): value is JsonValue => value !== undefined;
const isText = (value: JsonValue): value is string => typeof value === 'string';
const isNumber = (value: JsonValue): value is number => typeof value === 'number';
const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isOfType(value: JsonValue, type: JsonValue): boolean {
  if (isList(type)) return type.some((one) => isOfType(value, one));
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return isList(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

const branches = (value: JsonValue, wanted: JsonValue, place: Place) =>
  (wanted as readonly JsonValue[]).map((branch) => check(value, branch, place.path, place.root, place.references));
const fits = (mismatches: readonly SchemaMismatch[]) => mismatches.length === 0;
const characters = (text: string) => [...text].length;
/** Quotients carry binary noise: 0.3 is a multiple of 0.1. */
const isMultiple = (value: number, step: number) => Math.abs(value / step - Math.round(value / step)) < 1e-9;

const keywords: Readonly<Record<string, Keyword>> = {
  type: rule(isAny, isOfType, (wanted) => `is not of type ${wanted}`),
  enum: rule(
    isAny,
    (value, wanted) => (wanted as JsonValue[]).some((one) => isDeepStrictEqual(one, value)),
    (wanted) => `is none of ${wanted}`,
  ),
  const: rule(isAny, isDeepStrictEqual, (wanted) => `is not ${wanted}`),
  minLength: rule(
    isText,
    (value, least) => characters(value) >= Number(least),
    (least) => `is shorter than ${least}`,
  ),
  maxLength: rule(
    isText,
    (value, most) => characters(value) <= Number(most),
    (most) => `is longer than ${most}`,
  ),
  pattern: rule(
    isText,
    (value, pattern) => new RegExp(String(pattern), 'u').test(value),
    (pattern) => `does not match ${pattern}`,
  ),
  minimum: rule(
    isNumber,
    (value, least) => value >= Number(least),
    (least) => `is less than ${least}`,
  ),
  maximum: rule(
    isNumber,
    (value, most) => value <= Number(most),
    (most) => `is more than ${most}`,
  ),
  exclusiveMinimum: rule(
    isNumber,
    (value, bound) => value > Number(bound),
    (bound) => `is not more than ${bound}`,
  ),
  exclusiveMaximum: rule(
    isNumber,
    (value, bound) => value < Number(bound),
    (bound) => `is not less than ${bound}`,
  ),
  multipleOf: rule(
    isNumber,
    (value, step) => isMultiple(value, Number(step)),
    (step) => `is no multiple of ${step}`,
  ),
  minItems: rule(
    isList,
    (value, least) => value.length >= Number(least),
    (least) => `has fewer than ${least} items`,
  ),
  maxItems: rule(
    isList,
    (value, most) => value.length <= Number(most),
    (most) => `has more than ${most} items`,
  ),
  uniqueItems: rule(
    isList,
    (value, wanted) =>
      wanted !== true ||
      value.every((one, index) => value.findIndex((other) => isDeepStrictEqual(one, other)) === index),
    () => 'has an item twice',
  ),
  minProperties: rule(
    isObject,
    (value, least) => Object.keys(value).length >= Number(least),
    (least) => `has fewer than ${least} fields`,
  ),
  maxProperties: rule(
    isObject,
    (value, most) => Object.keys(value).length <= Number(most),
    (most) => `has more than ${most} fields`,
  ),
  required: (value, wanted, { path }) =>
    isObject(value)
      ? (wanted as readonly string[])
          .filter((name) => !Object.hasOwn(value, name))
          .map((name) => ({ path: join(path, name), message: 'is missing' }))
      : [],
  properties: (value, wanted, place) =>
    isObject(value)
      ? Object.entries(wanted as JsonObject).flatMap(([name, schema]) =>
          Object.hasOwn(value, name) ? inner(value[name], schema, join(place.path, name), place) : [],
        )
      : [],
  additionalProperties: (value, wanted, place) => {
    if (!isObject(value)) return [];
    const named = Object.keys((place.schema.properties ?? {}) as JsonObject);
    const others = Object.keys(value).filter((name) => !named.includes(name));
    return others.flatMap((name) => inner(value[name], wanted, join(place.path, name), place));
  },
  items: (value, wanted, place) => {
    if (!isList(value)) return [];
    const prefix = ((place.schema.prefixItems ?? []) as readonly JsonValue[]).length;
    return value.slice(prefix).flatMap((item, index) => inner(item, wanted, `${place.path}[${index + prefix}]`, place));
  },
  prefixItems: (value, wanted, place) =>
    isList(value)
      ? (wanted as readonly JsonValue[]).flatMap((schema, index) =>
          inner(value[index], schema, `${place.path}[${index}]`, place),
        )
      : [],
  allOf: (value, wanted, place) => branches(value, wanted, place).flat(),
  anyOf: (value, wanted, place) =>
    branches(value, wanted, place).some(fits) ? [] : [{ path: place.path, message: 'fits no branch of `anyOf`' }],
  oneOf: (value, wanted, place) => {
    const { length } = branches(value, wanted, place).filter(fits);
    return length === 1 ? [] : [{ path: place.path, message: `fits ${length} branches of \`oneOf\`, not one` }];
  },
  not: (value, wanted, place) =>
    fits(check(value, wanted, place.path, place.root, place.references))
      ? [{ path: place.path, message: 'fits what it must not (`not`)' }]
      : [],
};

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
