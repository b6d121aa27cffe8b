import type { JsonObject, JsonValue } from '@lattice-lock/contract';
import { isObject, objectOf, textOf } from '@lattice-lock/provider-kit';

/** One block of an answer as the vendor sent it, its deltas put together. */
interface NotedBlock {
  /** As the block began; whole in a buffered answer. */
  readonly begun: JsonObject;
  text: string;
  signature: string;
  json: string;
  citations: JsonValue[];
  compaction: JsonObject | null;
}

/** Blocks that have a common word; any other belongs to the vendor alone. */
const commonTypes = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use']);

/** A call of one of the vendor's toolsets names it, and must go back with that name. */
function isOwn(block: JsonObject): boolean {
  return !commonTypes.has(textOf(block['type'])) || textOf(block['toolset_name']) !== '';
}

/** What the vendor says of a whole message beside the common words. */
const messageFields = ['container', 'context_management', 'diagnostics', 'stop_details'] as const;

/** What changes the price of a message; `standard` is not worth a word. */
const priceFields = ['service_tier', 'speed'] as const;

/**
 * Keeps what an answer says beside the common words, for its `providerMetadata`: citations, container, context
 * management, stop details, the use of server tools, and, where blocks of the vendor's own occur (server tools and
 * their results, compaction), the whole `content`, so that the turn can be sent back unchanged.
 */
export class MessageNotes {
  readonly #blocks = new Map<number, NotedBlock>();
  readonly #fields: Record<string, JsonValue> = {};
  #hasOwnBlocks = false;

  /** A block begins; a block of the same place replaces it. */
  begin(index: number, block: JsonObject): void {
    const { citations } = block;
    this.#hasOwnBlocks ||= isOwn(block);
    this.#blocks.set(index, {
      begun: block,
      text: textOf(block['text']) || textOf(block['thinking']),
      signature: textOf(block['signature']),
      json: '',
      citations: Array.isArray(citations) ? [...(citations as readonly JsonValue[])] : [],
      compaction: null,
    });
  }

  /** More of a block; a delta that is not known says nothing. */
  add(index: number, delta: JsonObject): void {
    const block = this.#blocks.get(index);
    if (block === undefined) return;
    switch (delta['type']) {
      case 'text_delta':
        block.text += textOf(delta['text']);
        break;
      case 'thinking_delta':
        block.text += textOf(delta['thinking']);
        break;
      case 'signature_delta':
        block.signature += textOf(delta['signature']);
        break;
      case 'input_json_delta':
        block.json += textOf(delta['partial_json']);
        break;
      case 'citations_delta':
        if (isObject(delta['citation'])) block.citations.push(delta['citation']);
        break;
      case 'compaction_delta': {
        const { type: _delta, ...content } = delta;
        block.compaction = { ...block.compaction, ...content };
        break;
      }
    }
  }

  /** Takes what a message, the delta of one or the event around it says of the whole. */
  note(fields: JsonObject): void {
    for (const name of messageFields) {
      const value = fields[name];
      if (value !== undefined && value !== null) this.#fields[name] = value;
    }
    const usage = objectOf(fields['usage']);
    if (isObject(usage['server_tool_use'])) this.#fields['server_tool_use'] = usage['server_tool_use'];
    for (const name of priceFields) {
      const value = textOf(usage[name]);
      if (value !== '' && value !== 'standard') this.#fields[name] = value;
    }
  }

  /** What there is to tell; `null` when the common words say it all. */
  metadata(): JsonObject | null {
    const blocks = [...this.#blocks].sort(([a], [b]) => a - b).map(([, block]) => block);
    const citations = citationsOf(blocks);
    if (citations.length > 0) this.#fields['citations'] = citations;
    if (this.#hasOwnBlocks) this.#fields['content'] = blocks.map(wholeBlock);
    return Object.keys(this.#fields).length === 0 ? null : { ...this.#fields };
  }
}

/** Each citation names the part of the result's `content` that it belongs to. */
function citationsOf(blocks: readonly NotedBlock[]): readonly JsonObject[] {
  const cited: JsonObject[] = [];
  let part = 0;
  for (const block of blocks) {
    for (const citation of block.citations) cited.push({ ...objectOf(citation), content_index: part });
    if (isPart(block)) part += 1;
  }
  return cited;
}

function isPart({ begun, text, signature }: NotedBlock): boolean {
  const type = textOf(begun['type']);
  if (type === 'text') return text !== '';
  return type === 'thinking' ? text !== '' || signature !== '' : commonTypes.has(type);
}

function wholeBlock({ begun, text, signature, json, citations, compaction }: NotedBlock): JsonObject {
  switch (begun['type']) {
    case 'text': {
      const { citations: _begun, ...block } = begun;
      return { ...block, text, ...(citations.length === 0 ? {} : { citations }) };
    }
    case 'thinking':
      return { ...begun, thinking: text, signature };
    default:
      return { ...begun, ...compaction, ...(json === '' ? {} : { input: inputOf(json) }) };
  }
}

/** A cut input goes back wrapped, as the vendor advises for invalid tool input. */
function inputOf(json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue;
  } catch {
    return { INVALID_JSON: json };
  }
}
