import type { ChatEvent, JsonObject, JsonValue } from '@lattice-lock/contract';
import { isObject, type EmitEvent, type StreamDecoder } from '@lattice-lock/provider-kit';
import { mergeDelta, withoutIndexes } from './merge-delta.ts';

/** Fields of `custom_content` that are lists of indexed elements; all others belong to the deployment alone. */
const indexedFields = new Set(['attachments', 'stages']);

/**
 * Reads what DIAL adds to a chat completion: `custom_content` (attachments, stages, state and whatever else a
 * deployment sends) and `statistics`. Each field is told in a `metadata` event whenever more of it has come, whole as
 * far as it is known; text, tool calls, usage and errors are left to the decoder of the wire.
 */
export class DialDecoder implements StreamDecoder {
  readonly #chat: StreamDecoder;
  /** Merged pieces by field. */
  readonly #merged = new Map<string, JsonValue>();
  readonly #untold = new Map<string, JsonValue>();
  #isStarted = false;
  #emit: EmitEvent = ignore;

  constructor(chat: StreamDecoder) {
    this.#chat = chat;
  }

  decode(data: JsonObject, event: string | null, emit: EmitEvent): void {
    this.#emit = emit;
    this.#collect(data);
    this.#chat.decode(data, event, this.#forward);
    if (this.#isStarted) this.#tell();
  }

  end(emit: EmitEvent): void {
    this.#emit = emit;
    this.#chat.end(this.#forward);
  }

  /** Reads a whole body, whose events `read` emits. */
  decodeBody(body: JsonObject, emit: EmitEvent, read: (emit: EmitEvent) => void): void {
    this.#emit = emit;
    this.#collect(body);
    read(this.#forward);
  }

  /** `start` comes before what is told, and `finish` after it. */
  readonly #forward = (event: ChatEvent): void => {
    if (event.type === 'start') this.#isStarted = true;
    else if (event.type === 'finish') this.#tell();
    this.#emit(event);
  };

  #tell(): void {
    if (this.#untold.size === 0) return;
    const metadata = Object.fromEntries(this.#untold);
    this.#untold.clear();
    this.#emit({ type: 'metadata', metadata });
  }

  #collect({ choices, statistics }: JsonObject): void {
    const choice: JsonValue | undefined = Array.isArray(choices) ? (choices as readonly JsonValue[])[0] : undefined;
    if (isObject(choice) && (choice['index'] ?? 0) === 0) {
      const message = choice['delta'] ?? choice['message'];
      const content = isObject(message) ? message['custom_content'] : undefined;
      if (isObject(content)) this.#addContent(content);
    }
    if (!isObject(statistics)) return;
    // Running totals: a text that comes again is the same text.
    const merged = mergeDelta(this.#merged.get('statistics'), statistics, 'replace');
    this.#merged.set('statistics', merged);
    if (isObject(merged)) this.#untold.set('statistics', { ...merged, ...indexedPart(merged, 'usage_per_model') });
  }

  #addContent(content: JsonObject): void {
    for (const [field, piece] of Object.entries(content)) {
      if (piece === null || piece === undefined || (Array.isArray(piece) && piece.length === 0)) continue;
      const known = this.#merged.get(field);
      const isIndexed = indexedFields.has(field);
      // What a deployment keeps for itself goes back as it came, so its first piece is taken untouched.
      const merged = known === undefined && !isIndexed ? piece : mergeDelta(known, piece, 'join');
      this.#merged.set(field, merged);
      this.#untold.set(field, isIndexed ? withoutIndexes(merged) : merged);
    }
  }
}

function indexedPart(statistics: JsonObject, field: string): JsonObject {
  const list = statistics[field];
  return list === undefined ? {} : { [field]: withoutIndexes(list) };
}

const ignore = () => undefined;
