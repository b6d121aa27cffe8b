import { randomUUID } from 'node:crypto';
import { createToolCall } from '@lattice-lock/contract';
import type { EmitEvent } from '@lattice-lock/provider-kit';
import { fieldsOf, itemsOf, textOf, type Fields } from '../chat/chat-fields.ts';
import { mapLogprobs } from '../chat/chat-logprobs.ts';

/** The channels of text an item may have. */
export type ItemChannel = 'text' | 'refusal' | 'summary' | 'reasoning' | 'arguments';

/** One text of an item: a part of a message, of a summary, or the arguments of a call. */
interface ItemText {
  readonly channel: ItemChannel;
  readonly place: number;
  emitted: string;
  logprobs: number;
}

const typeOfChannel: Readonly<Record<ItemChannel, string>> = {
  text: 'message',
  refusal: 'message',
  summary: 'reasoning',
  reasoning: 'reasoning',
  arguments: 'function_call',
};

/**
 * One output item, put together from deltas, from `done` events, and from the response that ends the stream. What was
 * emitted is remembered, so that each of them adds only what the ones before had not said.
 */
export class ResponsesOutputItem {
  /** The place in the answer. */
  readonly index: number;
  /** As the vendor last sent it. */
  raw: Fields = {};
  isDone = false;
  /** The id that events about it named, before the item itself came. */
  eventId: string | null = null;
  readonly #texts: ItemText[] = [];
  #spareId: string | undefined;
  #type: string | null = null;
  #isStarted = false;
  #isSealed = false;

  constructor(index: number) {
    this.index = index;
  }

  get id(): string | null {
    return textOf(this.raw['id']) ?? this.eventId;
  }

  /** `null` until the vendor, or a delta of its kind, says it. */
  get type(): string | null {
    return this.#type;
  }

  get isToolCall(): boolean {
    return this.#type === 'function_call';
  }

  /** Takes what the vendor says the item is, before it is whole. */
  describe(raw: Fields, emit: EmitEvent): void {
    this.raw = raw;
    this.#type = textOf(raw['type']) ?? this.#type;
    if (this.isToolCall) this.#startCall(emit);
  }

  /** Takes more of one of its texts. */
  append(channel: ItemChannel, place: number, delta: string, emit: EmitEvent): void {
    this.#type ??= typeOfChannel[channel];
    if (delta === '' || this.#type !== typeOfChannel[channel]) return;
    const text = this.#text(channel, place);
    text.emitted += delta;
    this.#emitText(channel, delta, emit);
  }

  /** Takes the whole of one of its texts: what had not come as a delta is emitted now. */
  complete(channel: ItemChannel, place: number, whole: string | null, emit: EmitEvent): void {
    if (whole === null) return;
    const { emitted } = this.#text(channel, place);
    if (whole.length > emitted.length && whole.startsWith(emitted)) {
      this.append(channel, place, whole.slice(emitted.length), emit);
    }
  }

  /** Takes the probabilities of a text; `isWhole` when they are those of all its tokens. */
  addLogprobs(place: number, value: unknown, isWhole: boolean, emit: EmitEvent): void {
    if (itemsOf(value).length === 0) return;
    const text = this.#text('text', place);
    const tokens = mapLogprobs(value).slice(isWhole ? text.logprobs : 0);
    if (tokens.length === 0) return;
    text.logprobs += tokens.length;
    emit({ type: 'logprobs', tokens });
  }

  /** Takes the whole item. */
  settle(raw: Fields, emit: EmitEvent): void {
    this.describe(raw, emit);
    this.isDone = true;
    if (this.#type === 'message') this.#settleMessage(raw, emit);
    if (this.#type === 'reasoning') this.#settleReasoning(raw, emit);
    if (this.isToolCall) this.complete('arguments', 0, argumentsTextOf(raw['arguments']), emit);
  }

  /** Hands out the proof of a reasoning, once: it belongs to the block that is open. */
  seal(emit: EmitEvent): void {
    if (this.#type === 'reasoning') this.#seal(emit);
  }

  /** Ends a call. Only of a whole answer: those of a broken one must not be executed. */
  end(emit: EmitEvent): void {
    if (!this.isToolCall) return;
    const { emitted } = this.#text('arguments', 0);
    // An item that was only announced may hold the beginning of its arguments.
    const told = this.isDone || emitted === '' ? argumentsTextOf(this.raw['arguments']) : null;
    const text = told === null || told === '' ? emitted : told;
    const call = createToolCall(this.#callId(), textOf(this.raw['name']) ?? '', text);
    if (!this.#isStarted) emit({ type: 'tool-call-start', index: this.#block, id: call.id, name: call.name });
    const { id, name, argumentsText, arguments: parsed } = call;
    emit({ type: 'tool-call-end', index: this.#block, id, name, argumentsText, arguments: parsed });
  }

  /** A summary and the reasoning itself are blocks of their own: vendors that send both may send them in any order. */
  get #block(): number {
    return 2 * this.index;
  }

  #settleMessage(raw: Fields, emit: EmitEvent): void {
    const { content } = raw;
    if (typeof content === 'string') this.complete('text', 0, content, emit);
    for (const [place, value] of itemsOf(content).entries()) {
      const part = fieldsOf(value);
      if (part['type'] === 'refusal') {
        this.complete('refusal', place, textOf(part['refusal']), emit);
      } else {
        this.complete('text', place, textOf(part['text']), emit);
        this.addLogprobs(place, part['logprobs'], true, emit);
      }
    }
  }

  #settleReasoning(raw: Fields, emit: EmitEvent): void {
    for (const [place, part] of itemsOf(raw['summary']).entries()) {
      this.complete('summary', place, textOf(fieldsOf(part)['text']), emit);
    }
    for (const [place, part] of itemsOf(raw['content']).entries()) {
      this.complete('reasoning', place, textOf(fieldsOf(part)['text']), emit);
    }
  }

  #seal(emit: EmitEvent): void {
    const { id } = this;
    const redactedData = textOf(this.raw['encrypted_content']);
    if (this.#isSealed || (id === null && redactedData === null)) return;
    this.#isSealed = true;
    const hasOnlyReasoning = this.#has('reasoning') && !this.#has('summary');
    emit({
      type: 'reasoning-delta',
      index: hasOnlyReasoning ? this.#block + 1 : this.#block,
      text: '',
      ...(id === null ? {} : { signature: id }),
      ...(redactedData === null ? {} : { redactedData }),
    });
  }

  #has(channel: ItemChannel): boolean {
    return this.#texts.some((text) => text.channel === channel && text.emitted !== '');
  }

  #text(channel: ItemChannel, place: number): ItemText {
    const known = this.#texts.findLast((text) => text.place === place && text.channel === channel);
    if (known !== undefined) return known;
    const text: ItemText = { channel, place, emitted: '', logprobs: 0 };
    this.#texts.push(text);
    return text;
  }

  #emitText(channel: ItemChannel, text: string, emit: EmitEvent): void {
    const index = this.#block;
    if (channel === 'text') emit({ type: 'text-delta', index, text });
    else if (channel === 'refusal') emit({ type: 'refusal-delta', text });
    else if (channel === 'summary') emit({ type: 'reasoning-delta', index, text });
    else if (channel === 'reasoning') emit({ type: 'reasoning-delta', index: index + 1, text });
    else if (this.#isStarted) emit({ type: 'tool-call-delta', index, argumentsText: text });
  }

  #startCall(emit: EmitEvent): void {
    const name = textOf(this.raw['name']);
    if (this.#isStarted || name === null) return;
    this.#isStarted = true;
    const index = this.#block;
    emit({ type: 'tool-call-start', index, id: this.#callId(), name });
    const { emitted } = this.#text('arguments', 0);
    if (emitted !== '') emit({ type: 'tool-call-delta', index, argumentsText: emitted });
  }

  #callId(): string {
    return textOf(this.raw['call_id']) ?? this.id ?? (this.#spareId ??= `call_${randomUUID().replaceAll('-', '')}`);
  }
}

/** Some servers send the arguments as an object instead of its text. */
function argumentsTextOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? null : JSON.stringify(value);
}
