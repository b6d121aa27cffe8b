import { randomUUID } from 'node:crypto';
import { createToolCall, LatticeError, type JsonObject, type JsonValue } from '@lattice-lock/contract';
import {
  isObject,
  objectOf,
  textOf,
  type DecodeContext,
  type EmitEvent,
  type StreamDecoder,
} from '@lattice-lock/provider-kit';
import { mapAnthropicStopReason } from './map-anthropic-stop-reason.ts';
import { mapAnthropicUsage } from './map-anthropic-usage.ts';
import { MessageNotes } from './message-notes.ts';

interface ToolUse {
  readonly id: string;
  readonly name: string;
  /** The whole input, where a gateway sends it with the start of the block. */
  readonly input: JsonValue | undefined;
  json: string;
}

/**
 * Reads one answer of the Messages wire, streamed or buffered, into the same events. Blocks that have no common word
 * (server tools and their results, compaction) and citations are told as metadata at the end; deltas it does not know
 * are skipped. The answer is whole once its `stop_reason` came and `message_stop`, or the end of the stream, closed it.
 */
export class MessageDecoder implements StreamDecoder {
  readonly #context: DecodeContext;
  /** Open blocks by index; `null` marks a block that is skipped. */
  readonly #blocks = new Map<number, 'text' | 'thinking' | ToolUse | null>();
  readonly #notes = new MessageNotes();
  #usage: JsonObject | null = null;
  #stopReason: string | null = null;
  #state: 'waiting' | 'started' | 'done' = 'waiting';

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(data: JsonObject, event: string | null, emit: EmitEvent): void {
    if (this.#state === 'done') return;
    switch (typeof data['type'] === 'string' ? data['type'] : event) {
      case 'message_start':
        this.#startStream(objectOf(data['message']), emit);
        break;
      case 'content_block_start':
        this.#openBlock(blockIndex(data), objectOf(data['content_block']), emit);
        break;
      case 'content_block_delta':
        this.#addDelta(blockIndex(data), objectOf(data['delta']), emit);
        break;
      case 'message_delta':
        this.#notes.note(data);
        this.#settle(objectOf(data['delta']), data['usage'], emit);
        break;
      case 'message_stop':
        if (this.#stopReason !== null) this.#finish(this.#stopReason, emit);
        break;
      case 'error':
        this.#fail(emit);
        break;
    }
  }

  /** A proxy may leave `message_stop` out: with its stop reason and final counts the answer is whole all the same. */
  end(emit: EmitEvent): void {
    if (this.#state !== 'done' && this.#stopReason !== null) this.#finish(this.#stopReason, emit);
    this.#state = 'done';
  }

  /** Reads a buffered answer. */
  decodeBody(body: JsonObject, emit: EmitEvent): void {
    if (!Array.isArray(body['content'])) {
      const { provider, model } = this.#context;
      const message = `${provider} sent a body without \`content\`: it is not an answer of the Messages API. Check the base URL.`;
      emit({ type: 'error', error: new LatticeError('LATTICE_MALFORMED_RESPONSE', message, { provider, model }) });
      return;
    }
    this.#start(body, emit);
    this.#settle(body, body['usage'], emit);
    this.#finish(this.#stopReason, emit);
  }

  #startStream(message: JsonObject, emit: EmitEvent): void {
    if (this.#state === 'started') return;
    this.#start(message, emit);
    this.#stopReason = textOf(message['stop_reason']) || null;
    if (!isObject(message['usage'])) return;
    this.#usage = message['usage'];
    emit({ type: 'usage', usage: mapAnthropicUsage({ ...this.#usage, output_tokens: null }) });
  }

  #start(message: JsonObject, emit: EmitEvent): void {
    this.#state = 'started';
    this.#notes.note(message);
    const { provider, model, warnings, rateLimit, upstreamRequestId } = this.#context;
    emit({
      type: 'start',
      id: textOf(message['id']) || null,
      provider,
      model: textOf(message['model']) || model,
      warnings,
      rateLimit,
      upstreamRequestId,
    });
    const content: JsonValue | undefined = message['content'];
    if (!Array.isArray(content)) return;
    content.forEach((block: JsonValue, index: number) => this.#openBlock(index, objectOf(block), emit));
  }

  #openBlock(index: number, block: JsonObject, emit: EmitEvent): void {
    if (this.#state === 'waiting') this.#start({}, emit);
    this.#notes.begin(index, block);
    switch (block['type']) {
      case 'text':
        this.#blocks.set(index, 'text');
        this.#emitText(index, textOf(block['text']), emit);
        break;
      case 'thinking':
        this.#blocks.set(index, 'thinking');
        this.#emitReasoning(index, textOf(block['thinking']), textOf(block['signature']), emit);
        break;
      case 'redacted_thinking':
        this.#blocks.set(index, null);
        emit({ type: 'reasoning-delta', index, text: '', redactedData: textOf(block['data']) });
        break;
      case 'tool_use': {
        const id = textOf(block['id']) || `toolu_${randomUUID().replaceAll('-', '')}`;
        const name = textOf(block['name']);
        this.#blocks.set(index, { id, name, input: block['input'], json: '' });
        emit({ type: 'tool-call-start', index, id, name });
        break;
      }
      default:
        this.#blocks.set(index, null);
    }
  }

  #addDelta(index: number, delta: JsonObject, emit: EmitEvent): void {
    this.#notes.add(index, delta);
    const block = this.#blocks.get(index);
    if (block === undefined || block === null) return;
    if (block === 'text') {
      if (delta['type'] === 'text_delta') this.#emitText(index, textOf(delta['text']), emit);
    } else if (block === 'thinking') {
      if (delta['type'] === 'thinking_delta') this.#emitReasoning(index, textOf(delta['thinking']), '', emit);
      else if (delta['type'] === 'signature_delta') this.#emitReasoning(index, '', textOf(delta['signature']), emit);
    } else if (delta['type'] === 'input_json_delta') {
      const argumentsText = textOf(delta['partial_json']);
      if (argumentsText === '') return;
      block.json += argumentsText;
      emit({ type: 'tool-call-delta', index, argumentsText });
    }
  }

  #emitText(index: number, text: string, emit: EmitEvent): void {
    if (text !== '') emit({ type: 'text-delta', index, text });
  }

  #emitReasoning(index: number, text: string, signature: string, emit: EmitEvent): void {
    if (text === '' && signature === '') return;
    emit({ type: 'reasoning-delta', index, text, ...(signature === '' ? {} : { signature }) });
  }

  /** Takes the stop reason and the counts, which are cumulative and may restate the input. */
  #settle(message: JsonObject, usage: JsonValue | undefined, emit: EmitEvent): void {
    if (this.#state === 'waiting') this.#start({}, emit);
    this.#notes.note(message);
    this.#stopReason = textOf(message['stop_reason']) || this.#stopReason;
    const explanation = textOf(objectOf(message['stop_details'])['explanation']);
    if (this.#stopReason === 'refusal' && explanation !== '') emit({ type: 'refusal-delta', text: explanation });
    if (!isObject(usage)) return;
    const known = Object.entries(usage).filter(([, value]) => value !== null);
    this.#usage = { ...this.#usage, ...Object.fromEntries(known) };
    emit({ type: 'usage', usage: mapAnthropicUsage(this.#usage) });
  }

  #finish(stopReason: string | null, emit: EmitEvent): void {
    this.#state = 'done';
    for (const [index, block] of [...this.#blocks].sort(([a], [b]) => a - b)) {
      if (typeof block !== 'object' || block === null) continue;
      const call = createToolCall(block.id, block.name, block.json === '' ? inputText(block.input) : block.json);
      emit({
        type: 'tool-call-end',
        index,
        id: call.id,
        name: call.name,
        argumentsText: call.argumentsText,
        arguments: call.arguments,
      });
    }
    const metadata = this.#notes.metadata();
    if (metadata !== null) emit({ type: 'metadata', metadata });
    const finishReason = stopReason === null ? 'other' : mapAnthropicStopReason(stopReason);
    emit({ type: 'finish', finishReason, rawFinishReason: stopReason });
  }

  /** The skeleton reads every error event that has an `error` field, so this one has none to quote. */
  #fail(emit: EmitEvent): void {
    this.#state = 'done';
    const { provider, model, upstreamRequestId } = this.#context;
    const message = `${provider} ended the answer with an error event that does not say what went wrong.`;
    const known = upstreamRequestId === null ? {} : { upstreamRequestId };
    const error = new LatticeError('LATTICE_UPSTREAM', message, { retryable: true, provider, model, ...known });
    emit({ type: 'error', error });
  }
}

function blockIndex(data: JsonObject): number {
  return typeof data['index'] === 'number' ? data['index'] : 0;
}

function inputText(input: JsonValue | undefined): string {
  return input === undefined || input === null ? '' : typeof input === 'string' ? input : JSON.stringify(input);
}
