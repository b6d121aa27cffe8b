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
    const last = this.#parts.at(-1);
    if (last !== undefined && isPlainText(last) && isPlainText(part) && last['thought'] === part['thought']) {
      this.#parts[this.#parts.length - 1] = { ...last, text: `${String(last['text'])}${String(part['text'])}` };
      return;
    }
    this.#parts.push(part);
    if (!this.#hasOwnParts) this.#hasOwnParts = Object.keys(part).some((name) => !commonFields.has(name));
  }

  /** Tells what was collected, if anything. */
  emitTo(emit: EmitEvent): void {
    if (this.#hasOwnParts) this.set('parts', this.#parts);
    if (Object.keys(this.#fields).length > 0) emit({ type: 'metadata', metadata: this.#fields });
  }
}

function isPlainText(part: JsonObject): boolean {
  return typeof part['text'] === 'string' && Object.keys(part).every((name) => name === 'text' || name === 'thought');
}
