import type { JsonObject, JsonValue } from '@lattice-lock/contract';
import { fieldsOf, itemsOf, type Fields } from '../chat/chat-fields.ts';
import type { ChatMetadata } from '../chat/chat-metadata.ts';
import type { HostMetadataFields } from './host-profile.ts';

/**
 * Collects the fields of a host that have no common word. Of a field that comes again the last holds, except lists of
 * pieces with an `index`, which are put together as text is (OpenRouter's `reasoning_details`).
 */
export function createHostMetadata({ body, usage, choice, message }: HostMetadataFields): ChatMetadata {
  const collected: Record<string, JsonValue> = {};
  const ofUsage: Record<string, JsonValue> = {};
  return {
    add: (data) => {
      if (body !== undefined) take(data, body, collected);
      if (usage !== undefined) take(fieldsOf(data['usage']), usage, ofUsage);
      if (choice === undefined && message === undefined) return;
      const first = fieldsOf(itemsOf(data['choices'])[0]);
      if (choice !== undefined) take(first, choice, collected);
      if (message !== undefined) take(fieldsOf(first['delta'] ?? first['message']), message, collected);
    },
    collected: () => {
      const whole = Object.keys(ofUsage).length === 0 ? collected : { ...collected, usage: ofUsage };
      return Object.keys(whole).length === 0 ? null : whole;
    },
  };
}

function take(source: Fields, names: readonly string[], into: Record<string, JsonValue>): void {
  for (const name of names) {
    const value = source[name] as JsonValue | undefined;
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    into[name] = joined(into[name], value);
  }
}

function joined(known: JsonValue | undefined, next: JsonValue): JsonValue {
  if (!isPieces(next)) return next;
  const pieces = isPieces(known) ? [...known] : [];
  for (const piece of next) {
    const place = pieces.findLastIndex(({ index, type }) => index === piece['index'] && type === piece['type']);
    const before = pieces[place];
    if (before === undefined) pieces.push(piece);
    else pieces[place] = joinedPiece(before, piece);
  }
  return pieces;
}

function isPieces(value: JsonValue | undefined): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every((item) => typeof fieldsOf(item)['index'] === 'number');
}

/** Fields of a piece that come in parts; the others are marks, of which the last holds. */
const texts = ['text', 'summary', 'data'];

function joinedPiece(before: JsonObject, next: JsonObject): JsonObject {
  const piece: Record<string, JsonValue | undefined> = { ...before };
  for (const [name, value] of Object.entries(next)) {
    if (value === null || value === undefined) continue;
    const known = piece[name];
    piece[name] =
      texts.includes(name) && typeof known === 'string' && typeof value === 'string' ? known + value : value;
  }
  return piece;
}
