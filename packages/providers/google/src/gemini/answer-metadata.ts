import type { JsonObject, JsonValue } from '@lattice-lock/contract';
import type { EmitEvent } from '@lattice-lock/provider-kit';

/** Fields of a candidate that have no common word. */
const candidateFields = [
  'groundingMetadata',
  'citationMetadata',
  'safetyRatings',
  'urlContextMetadata',
  'finishMessage',
  'avgLogprobs',
  'continuationToken',
] as const;

/** Fields of a part that the common words tell. */
const commonFields = new Set(['text', 'thought', 'thoughtSignature', 'functionCall']);

/**
 * Collects what the vendor says beside the common words. Of an answer that holds parts of the vendor's own tools, or
 * generated images, all parts are kept as they came: the vendor wants them back in the next turn.
 */
export class AnswerMetadata {
  readonly #fields: Record<string, JsonValue> = {};
  readonly #parts: JsonObject[] = [];
  #hasOwnParts = false;

  /** Keeps a field; a later one replaces it. */
  set(name: string, value: JsonValue): void {
    this.#fields[name] = value;
  }

  /** Takes the fields of a candidate. */
  addCandidate(candidate: JsonObject): void {
    for (const name of candidateFields) {
      const value = candidate[name];
      if (value !== undefined && value !== null) this.set(name, value);
    }
  }

  /** Takes a part as it came. */
  addPart(part: JsonObject): void {
    this.#parts.push(part);
    this.#hasOwnParts ||= isOwnPart(part);
  }

  /** Tells what was collected, if anything. */
  emitTo(emit: EmitEvent): void {
    if (this.#hasOwnParts) this.set('parts', joinTexts(this.#parts));
    if (Object.keys(this.#fields).length > 0) emit({ type: 'metadata', metadata: this.#fields });
  }
}

/** A loop without a list of keys: it runs for every part of every answer. */
function isOwnPart(part: JsonObject): boolean {
  for (const name in part) if (!commonFields.has(name)) return true;
  return false;
}

/** The pieces of a streamed text as one part again, unless a signature belongs to one of them. */
function joinTexts(parts: readonly JsonObject[]): JsonObject[] {
  const joined: JsonObject[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && isPlainText(last) && isPlainText(part) && last['thought'] === part['thought']) {
      joined[joined.length - 1] = { ...last, text: `${String(last['text'])}${String(part['text'])}` };
    } else {
      joined.push(part);
    }
  }
  return joined;
}

function isPlainText(part: JsonObject): boolean {
  return typeof part['text'] === 'string' && Object.keys(part).every((name) => name === 'text' || name === 'thought');
}
