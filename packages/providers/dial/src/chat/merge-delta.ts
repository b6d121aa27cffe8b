import type { JsonObject, JsonValue } from '@lattice-lock/contract';
import { isObject } from '@lattice-lock/provider-kit';

/** How texts at one place are put together: pieces of one text, or a later one for an earlier one. */
export type TextMerge = 'join' | 'replace';

/**
 * Puts two pieces of a streamed value together as DIAL does (`merge_chunks.py` of aidial-sdk): objects by key, list
 * elements by their `index`, texts one after the other, of anything else the later. `null` changes nothing. Elements
 * without an index are added; a list of plain values replaces the one before. Neither argument is changed.
 */
export function mergeDelta(target: JsonValue | undefined, source: JsonValue | undefined, texts: TextMerge): JsonValue {
  if (source === null || source === undefined) return target ?? null;
  if (isList(source)) return mergeLists(isList(target) ? target : [], source, texts);
  if (typeof source === 'object') return mergeObjects(isObject(target) ? target : {}, source as JsonObject, texts);
  return texts === 'join' && typeof source === 'string' && typeof target === 'string' ? target + source : source;
}

function mergeObjects(target: JsonObject, source: JsonObject, texts: TextMerge): JsonObject {
  const merged = Object.entries(source).map(([key, value]) => [key, mergeDelta(own(target, key), value, texts)]);
  // From entries: a key named __proto__ stays a key.
  return Object.fromEntries([...Object.entries(target), ...merged]) as JsonObject;
}

function own(target: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(target, key) ? target[key] : undefined;
}

function mergeLists(
  target: readonly JsonValue[],
  source: readonly JsonValue[],
  texts: TextMerge,
): readonly JsonValue[] {
  if (source.length === 0) return target;
  if (!source.every(isObject)) return source;
  const merged = [...target];
  for (const element of source) {
    const index = indexOf(element);
    const place = index === null ? -1 : merged.findIndex((known) => indexOf(known) === index);
    if (place === -1) merged.push(mergeDelta(undefined, element, texts));
    else merged[place] = mergeDelta(merged[place], element, texts);
  }
  return merged;
}

/**
 * A merged list as a buffered answer has it: in the order of `index`, which is taken out like fields that are `null`,
 * also in the lists inside.
 */
export function withoutIndexes(list: JsonValue): JsonValue {
  if (!isList(list)) return list;
  const ordered = list.every((element) => indexOf(element) !== null)
    ? [...list].sort((a, b) => (indexOf(a) ?? 0) - (indexOf(b) ?? 0))
    : list;
  return ordered.map((element) => {
    if (!isObject(element)) return element;
    const kept = Object.entries(element).filter(([key, value]) => key !== 'index' && value !== null);
    return Object.fromEntries(kept.map(([key, value]) => [key, isList(value) ? withoutIndexes(value) : value]));
  }) as JsonValue;
}

function indexOf(element: JsonValue | undefined): number | null {
  const index = isObject(element) ? element['index'] : null;
  return typeof index === 'number' ? index : null;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
