import type { JsonObject, JsonValue } from '@lattice-lock/contract';

const none: JsonObject = Object.freeze({});
const empty: readonly JsonValue[] = Object.freeze([]);

/** A value as an object; anything else reads as one without fields, because vendor answers are read loosely. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : none;
}

/** A value's items; of anything but a list, none. */
export function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : empty;
}

/** A value as a text; anything else reads as the empty text. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** True for a JSON object, not for a list or `null`. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
