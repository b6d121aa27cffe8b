import { LatticeError, type JsonObject } from '@lattice-lock/contract';

/** How a vendor words what is wrong with a field. */
export interface ReaderDialect {
  /** The path of a key within a parent path (`''` is the root). */
  join(parent: string, key: string | number): string;
  missing(path: string): { readonly message: string; readonly code: string };
  wrongType(path: string, expected: string, got: string): { readonly message: string; readonly code: string };
  wrongValue(path: string, got: string, allowed: string): { readonly message: string; readonly code: string };
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && !Number.isInteger(value) ? 'decimal' : typeof value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The refusal of a request, ready for a vendor's error body: the issue's path is the field. */
export function refusal(path: string, problem: { readonly message: string; readonly code: string }): LatticeError {
  return new LatticeError('LATTICE_INVALID_REQUEST', problem.message, {
    status: 400,
    upstreamCode: problem.code,
    issues: [{ path, message: problem.message }],
  });
}

/**
 * Reads the fields of a JSON object strictly where they are known; unknown fields are nobody's business. A field that
 * is `null` counts as absent, as the vendors have it.
 */
export class BodyReader {
  readonly path: string;
  readonly #value: JsonObject;
  readonly #dialect: ReaderDialect;

  constructor(value: JsonObject, dialect: ReaderDialect, path = '') {
    this.path = path;
    this.#value = value;
    this.#dialect = dialect;
  }

  /** The path of a field. */
  pathOf(key: string): string {
    return this.#dialect.join(this.path, key);
  }

  /** The raw value; `undefined` also for `null`. */
  raw(key: string): unknown {
    return this.#value[key] ?? undefined;
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  /** The refusal of a field that is missing. */
  missing(key: string): LatticeError {
    return refusal(this.pathOf(key), this.#dialect.missing(this.pathOf(key)));
  }

  /** The refusal of a field's type. */
  wrongType(key: string, expected: string): LatticeError {
    const path = this.pathOf(key);
    return refusal(path, this.#dialect.wrongType(path, expected, typeName(this.#value[key])));
  }

  /** The refusal of a field's value. */
  wrongValue(key: string, allowed: string): LatticeError {
    const path = this.pathOf(key);
    const value = this.#value[key];
    const got = typeof value === 'string' ? value : JSON.stringify(value);
    return refusal(path, this.#dialect.wrongValue(path, got, allowed));
  }

  string(key: string): string {
    if (!this.has(key)) throw this.missing(key);
    return this.optionalString(key) ?? '';
  }

  optionalString(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'string') return value;
    throw this.wrongType(key, 'string');
  }

  /** One of a list of words. */
  word<const Word extends string>(key: string, words: readonly Word[]): Word {
    const value = this.string(key);
    const found = words.find((word) => word === value);
    if (found === undefined) throw this.wrongValue(key, `one of ${words.map((word) => `'${word}'`).join(', ')}`);
    return found;
  }

  optionalBoolean(key: string): boolean | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.wrongType(key, 'boolean');
  }

  optionalNumber(key: string, min: number, max: number): number | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'number') throw this.wrongType(key, 'number');
    if (value < min || value > max) throw this.wrongValue(key, `a number from ${min} to ${max}`);
    return value;
  }

  optionalInteger(key: string, min: number): number | undefined {
    const value = this.optionalNumber(key, -Infinity, Infinity);
    if (value === undefined) return undefined;
    if (!Number.isInteger(value)) throw this.wrongType(key, 'integer');
    if (value < min) throw this.wrongValue(key, `an integer of at least ${min}`);
    return value;
  }

  optionalObject(key: string): BodyReader | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.wrongType(key, 'object');
    return new BodyReader(value, this.#dialect, this.pathOf(key));
  }

  object(key: string): BodyReader {
    const found = this.optionalObject(key);
    if (found === undefined) throw this.missing(key);
    return found;
  }

  /** The object itself. */
  json(key: string): JsonObject | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.wrongType(key, 'object');
    return value;
  }

  /** A list of objects; absent is empty. */
  objects(key: string): readonly BodyReader[] {
    const value = this.raw(key);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.wrongType(key, 'array');
    const path = this.pathOf(key);
    return value.map((item: unknown, index) => {
      const itemPath = this.#dialect.join(path, index);
      if (!isObject(item)) throw refusal(itemPath, this.#dialect.wrongType(itemPath, 'object', typeName(item)));
      return new BodyReader(item, this.#dialect, itemPath);
    });
  }

  /** A text or a list of texts; absent is empty. */
  strings(key: string): readonly string[] {
    const value = this.raw(key);
    if (value === undefined) return [];
    if (typeof value === 'string') return [value];
    if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
    throw this.wrongType(key, 'string or array of strings');
  }
}
