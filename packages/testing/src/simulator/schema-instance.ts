import type { JsonObject, JsonSchema, JsonValue } from '@lattice-lock/contract';

/** Below this depth only what is required is made, so that recursive schemas end. */
const fullDepth = 4;
/** Below this depth a recursive schema has no finite instance that we would find. */
const maxDepth = 24;

const defaultWords = ['amber', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'harbor', 'island', 'juniper'];

/** Texts that satisfy the formats of JSON Schema draft 2020-12, section 7.3. */
const formats: Readonly<Record<string, string>> = {
  'date-time': '2026-01-15T09:30:00Z',
  date: '2026-01-15',
  time: '09:30:00Z',
  duration: 'P1D',
  email: 'simulator@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  uuid: '7d444840-9dc0-41d1-b245-5ffdce74fad2',
};

/**
 * A value that a JSON schema accepts: the same for the same random numbers. Free texts are made of `words`. What it does
 * not understand: `pattern`, `not`, `if`, `dependentRequired`, and references to other documents.
 */
export function schemaInstance(
  schema: JsonSchema,
  random: () => number,
  words: readonly string[] = defaultWords,
): JsonValue {
  return new InstanceMaker(schema, random, words.length === 0 ? defaultWords : words).make(schema, 0);
}

class InstanceMaker {
  readonly #root: JsonSchema;
  readonly #random: () => number;
  readonly #words: readonly string[];

  constructor(root: JsonSchema, random: () => number, words: readonly string[]) {
    this.#root = root;
    this.#random = random;
    this.#words = words;
  }

  make(given: JsonValue | undefined, depth: number): JsonValue {
    if (depth > maxDepth) return null;
    const schema = this.#resolve(given, depth);
    if (schema.const !== undefined) return schema.const;
    if (Array.isArray(schema.enum)) return this.#pick(schema.enum as readonly JsonValue[]) ?? null;
    const branches = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(branches)) return this.make(this.#branch(branches, schema, depth), depth + 1);
    switch (this.#typeOf(schema, depth)) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#array(schema, depth);
      case 'string':
        return this.#string(schema);
      case 'integer':
        return this.#number(schema, true);
      case 'number':
        return this.#number(schema, false);
      case 'boolean':
        return this.#random() < 0.5;
      case 'null':
        return null;
      default:
        return this.#word();
    }
  }

  /** Follows `$ref` and merges `allOf`. */
  #resolve(given: JsonValue | undefined, depth: number): JsonObject {
    let schema = isObject(given) ? given : {};
    for (let hops = 0; typeof schema.$ref === 'string' && hops < maxDepth; hops += 1) {
      const { $ref, ...siblings } = schema;
      const target = this.#pointer($ref as string);
      schema = { ...(isObject(target) ? target : {}), ...siblings };
    }
    if (!Array.isArray(schema.allOf) || depth > maxDepth) return schema;
    const { allOf, ...rest } = schema;
    return (allOf as readonly JsonValue[]).reduce<JsonObject>(
      (merged, part) => mergeSchemas(merged, this.#resolve(part, depth + 1)),
      rest,
    );
  }

  /** A JSON pointer (RFC 6901) into the root, or the root itself for `#`. */
  #pointer(ref: string): JsonValue | undefined {
    let at: JsonValue | undefined = this.#root;
    for (const step of ref.replace(/^#\/?/, '').split('/')) {
      if (step === '') continue;
      const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      if (Array.isArray(at)) at = (at as readonly JsonValue[])[Number(key)];
      else at = isObject(at) ? at[key] : undefined;
    }
    return at;
  }

  /** Deep down, the branch that ends soonest; `null` and plain values end sooner than what nests. */
  #branch(branches: readonly JsonValue[], parent: JsonObject, depth: number): JsonValue {
    const { anyOf: _anyOf, oneOf: _oneOf, ...shared } = parent;
    const { $defs: _defs, definitions: _definitions, ...rest } = shared;
    const flat = branches.find((branch) => !this.#nests(branch, depth));
    const chosen = depth >= fullDepth && flat !== undefined ? flat : (branches[0] ?? {});
    return mergeSchemas(rest, isObject(chosen) ? chosen : {});
  }

  #nests(branch: JsonValue, depth: number): boolean {
    if (isObject(branch) && branch.$ref !== undefined) return true;
    const type = this.#typeOf(this.#resolve(branch, depth), depth);
    return type === 'object' || type === 'array' || type === undefined;
  }

  #typeOf(schema: JsonObject, depth: number): string | undefined {
    const { type } = schema;
    if (typeof type === 'string') return type;
    if (Array.isArray(type)) {
      const names = type as readonly string[];
      return depth >= fullDepth && names.includes('null') ? 'null' : (names.find((name) => name !== 'null') ?? 'null');
    }
    if (schema.properties !== undefined || schema.required !== undefined) return 'object';
    if (schema.items !== undefined || schema.prefixItems !== undefined) return 'array';
    if (schema.minimum !== undefined || schema.maximum !== undefined) return 'number';
    return schema.minLength !== undefined || schema.format !== undefined ? 'string' : undefined;
  }

  #object(schema: JsonObject, depth: number): JsonObject {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? (schema.required as readonly string[]) : [];
    const names = depth >= fullDepth ? required : [...new Set([...Object.keys(properties), ...required])];
    const made = names.map((name) => [name, this.make(properties[name], depth + 1)] as const);
    return Object.fromEntries(made);
  }

  #array(schema: JsonObject, depth: number): readonly JsonValue[] {
    const prefix = Array.isArray(schema.prefixItems) ? (schema.prefixItems as readonly JsonValue[]) : [];
    const least = numberOr(schema.minItems, 0);
    const most = numberOr(schema.maxItems, Infinity);
    const wanted = depth >= fullDepth ? least : Math.max(least, 1);
    const length = Math.min(most, schema.items === false ? prefix.length : Math.max(wanted, prefix.length));
    const made: JsonValue[] = [];
    for (let index = 0; index < length; index += 1) {
      const value = this.make(prefix[index] ?? schema.items, depth + 1);
      made.push(schema.uniqueItems === true ? distinct(value, made) : value);
    }
    return made;
  }

  #string(schema: JsonObject): string {
    const formatted = typeof schema.format === 'string' ? formats[schema.format] : undefined;
    const [example] = Array.isArray(schema.examples) ? (schema.examples as readonly JsonValue[]) : [schema.default];
    let text = formatted ?? (typeof example === 'string' ? example : this.#word());
    const least = numberOr(schema.minLength, 0);
    while ([...text].length < least) text = `${text} ${this.#word()}`;
    return [...text].slice(0, numberOr(schema.maxLength, Infinity)).join('');
  }

  #number(schema: JsonObject, isInteger: boolean): number {
    const step = numberOr(schema.multipleOf, isInteger ? 1 : 0.5);
    const least = lowest(schema, step);
    const most = highest(schema, step);
    const low = least ?? (most === undefined ? 1 : Math.min(1, most));
    const high = most ?? Math.max(low, 100);
    const first = Math.ceil(low / step);
    const last = Math.floor(high / step);
    // A range narrower than a step of ours has no multiple in it; only a given `multipleOf` forbids what lies between.
    if (last < first) return isInteger || schema.multipleOf !== undefined ? first * step : (low + high) / 2;
    return (first + Math.floor(this.#random() * Math.min(last - first + 1, 100))) * step;
  }

  #word(): string {
    return this.#pick(this.#words) ?? '';
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function lowest(schema: JsonObject, step: number): number | undefined {
  const exclusive = schema.exclusiveMinimum;
  if (typeof exclusive === 'number') return Math.max(exclusive + step, numberOr(schema.minimum, -Infinity));
  return typeof schema.minimum === 'number' ? schema.minimum : undefined;
}

function highest(schema: JsonObject, step: number): number | undefined {
  const exclusive = schema.exclusiveMaximum;
  if (typeof exclusive === 'number') return Math.min(exclusive - step, numberOr(schema.maximum, Infinity));
  return typeof schema.maximum === 'number' ? schema.maximum : undefined;
}

/** One schema that asks for what both ask for. */
function mergeSchemas(one: JsonObject, two: JsonObject): JsonObject {
  const properties =
    isObject(one.properties) && isObject(two.properties)
      ? { properties: { ...one.properties, ...two.properties } }
      : {};
  const required =
    Array.isArray(one.required) && Array.isArray(two.required)
      ? { required: [...new Set([...(one.required as string[]), ...(two.required as string[])])] }
      : {};
  return { ...one, ...two, ...properties, ...required };
}

/** A value that is not in the list yet, where one can be made by counting. */
function distinct(value: JsonValue, made: readonly JsonValue[]): JsonValue {
  let candidate = value;
  for (let count = 2; made.includes(candidate) && count < 1000; count += 1) {
    if (typeof value === 'number') candidate = value + count - 1;
    else if (typeof value === 'string') candidate = `${value} ${count}`;
  }
  return candidate;
}
