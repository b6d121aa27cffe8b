import type { JsonObject, JsonValue } from '@lattice-lock/contract';
import { fieldsOf, itemsOf, type Fields } from '../chat/chat-fields.ts';

/**
 * What a response says beside the common words: `output`, all its items as the vendor sent them, when some are of
 * server-side or custom tools or must go back with fields of their own; `annotations`, the citations of its texts; and
 * the `fields` of the response that the dialect keeps. `null` when there is none.
 */
export function responsesMetadata(
  response: Fields,
  items: readonly Fields[],
  annotations: readonly JsonObject[],
  fields: readonly string[],
): JsonObject | null {
  const metadata: Record<string, JsonValue> = {};
  const whole = itemsOf(response['output']);
  const output = whole.length > 0 ? whole : items;
  if (holdsForeignItems(output)) metadata['output'] = output as readonly JsonObject[];
  const cited = annotationsOf(output);
  if (cited.length > 0) metadata['annotations'] = cited;
  else if (annotations.length > 0) metadata['annotations'] = annotations;
  for (const field of fields) {
    const value = response[field];
    if (value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)) {
      metadata[field] = value as JsonValue;
    }
  }
  return Object.keys(metadata).length === 0 ? null : metadata;
}

/** True for an answer with items beyond messages, reasoning and function calls, or with fields that must go back. */
function holdsForeignItems(items: readonly unknown[]): boolean {
  return items.some((item) => {
    const { type, phase, namespace } = fieldsOf(item);
    if (type !== 'message' && type !== 'reasoning' && type !== 'function_call') return true;
    return typeof phase === 'string' || typeof namespace === 'string';
  });
}

/** The annotations (citations) of a message's texts. */
function annotationsOf(items: readonly unknown[]): JsonObject[] {
  return items.flatMap((item) =>
    itemsOf(fieldsOf(item)['content']).flatMap(
      (part) => itemsOf(fieldsOf(part)['annotations']) as readonly JsonObject[],
    ),
  );
}
