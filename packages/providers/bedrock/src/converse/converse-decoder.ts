import { randomUUID } from 'node:crypto';
import { createToolCall, LatticeError, type JsonObject, type JsonValue } from '@lattice-lock/contract';
import {
  isObject,
  itemsOf,
  objectOf,
  textOf,
  type DecodeContext,
  type EmitEvent,
  type StreamDecoder,
} from '@lattice-lock/provider-kit';
import { mapConverseStopReason } from './map-converse-stop-reason.ts';
import { mapConverseUsage } from './map-converse-usage.ts';

interface ToolUse {
  readonly id: string;
  readonly name: string;
  input: string;
}

/** Fields of an answer that have no common word and are kept under their own names. */
const metadataFields = ['trace', 'performanceConfig', 'serviceTier', 'additionalModelResponseFields'] as const;

/**
 * Reads one answer of Converse or ConverseStream into the same events. The tools of the server and their results are
 * skipped, they are not for the client. The answer is whole once `messageStop` came; `metadata`, with the usage, comes
 * after it.
 */
export class ConverseDecoder implements StreamDecoder {
  readonly #context: DecodeContext;
  /** Calls for the client by the index of their block. */
  readonly #toolUses = new Map<number, ToolUse>();
  readonly #citations: JsonValue[] = [];
  #stopReason: string | null = null;
  #hasMetadata = false;
  #state: 'waiting' | 'started' | 'done' = 'waiting';

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(data: JsonObject, event: string | null, emit: EmitEvent): void {
    if (this.#state === 'done') return;
    if (this.#state === 'waiting') this.#start(emit);
    const index = typeof data['contentBlockIndex'] === 'number' ? data['contentBlockIndex'] : 0;
    switch (event) {
      case 'contentBlockDelta':
        this.#addDelta(index, objectOf(data['delta']), emit);
        break;
      case 'contentBlockStart':
        this.#openToolUse(index, objectOf(objectOf(data['start'])['toolUse']), emit);
        break;
      case 'messageStop':
        this.#stopReason = textOf(data['stopReason']) || null;
        this.#keepMetadata(data, emit);
        break;
      case 'metadata':
        this.#hasMetadata = true;
        this.#settle(data, emit);
        break;
    }
    if (this.#stopReason !== null && this.#hasMetadata) this.#finish(emit);
  }

  end(emit: EmitEvent): void {
    if (this.#state === 'started' && this.#stopReason !== null) this.#finish(emit);
    this.#state = 'done';
  }

  /** Reads a buffered answer. */
  decodeBody(body: JsonObject, emit: EmitEvent): void {
    const { output } = body;
    if (!isObject(output)) {
      const { provider, model } = this.#context;
      const message = `${provider} sent a body without \`output\`: it is not an answer of Converse. Check the base URL.`;
      emit({ type: 'error', error: new LatticeError('LATTICE_MALFORMED_RESPONSE', message, { provider, model }) });
      return;
    }
    this.#start(emit);
    itemsOf(objectOf(output['message'])['content']).forEach((block, index) =>
      this.#readBlock(index, objectOf(block), emit),
    );
    this.#stopReason = textOf(body['stopReason']) || null;
    this.#settle(body, emit);
    this.#finish(emit);
  }

  #start(emit: EmitEvent): void {
    this.#state = 'started';
    const { provider, model, warnings, rateLimit, upstreamRequestId } = this.#context;
    // The wire names neither the answer nor the model.
    emit({ type: 'start', id: null, provider, model, warnings, rateLimit, upstreamRequestId });
  }

  #addDelta(index: number, delta: JsonObject, emit: EmitEvent): void {
    if (typeof delta['text'] === 'string') {
      this.#emitText(index, delta['text'], emit);
    } else if (isObject(delta['toolUse'])) {
      const toolUse = this.#toolUses.get(index);
      const argumentsText = textOf(delta['toolUse']['input']);
      if (toolUse === undefined || argumentsText === '') return;
      toolUse.input += argumentsText;
      emit({ type: 'tool-call-delta', index: contentPlace(index), argumentsText });
    } else if (isObject(delta['reasoningContent'])) {
      this.#emitReasoning(index, delta['reasoningContent'], emit);
    } else if (isObject(delta['citation'])) {
      this.#citations.push(delta['citation']);
    }
  }

  #readBlock(index: number, block: JsonObject, emit: EmitEvent): void {
    if (typeof block['text'] === 'string') {
      this.#emitText(index, block['text'], emit);
    } else if (isObject(block['toolUse'])) {
      const { input } = block['toolUse'];
      const toolUse = this.#openToolUse(index, block['toolUse'], emit);
      if (toolUse !== undefined && input !== undefined && input !== null) toolUse.input = JSON.stringify(input);
    } else if (isObject(block['reasoningContent'])) {
      const reasoning = block['reasoningContent'];
      this.#emitReasoning(index, { ...reasoning, ...objectOf(reasoning['reasoningText']) }, emit);
    } else if (isObject(block['citationsContent'])) {
      const { content, citations } = block['citationsContent'];
      for (const piece of itemsOf(content)) this.#emitText(index, textOf(objectOf(piece)['text']), emit);
      this.#citations.push(...itemsOf(citations));
    }
  }

  #emitText(index: number, text: string, emit: EmitEvent): void {
    if (text !== '') emit({ type: 'text-delta', index: contentPlace(index), text });
  }

  #emitReasoning(index: number, reasoning: JsonObject, emit: EmitEvent): void {
    const text = textOf(reasoning['text']);
    const signature = textOf(reasoning['signature']);
    const redactedData = textOf(reasoning['redactedContent']);
    if (text === '' && signature === '' && redactedData === '') return;
    emit({
      type: 'reasoning-delta',
      index: index * 2,
      text,
      ...(signature === '' ? {} : { signature }),
      ...(redactedData === '' ? {} : { redactedData }),
    });
  }

  #openToolUse(index: number, toolUse: JsonObject, emit: EmitEvent): ToolUse | undefined {
    const name = textOf(toolUse['name']);
    if (name === '' || toolUse['type'] === 'server_tool_use') return undefined;
    const id = textOf(toolUse['toolUseId']) || `tooluse_${randomUUID().replaceAll('-', '')}`;
    const opened = { id, name, input: '' };
    this.#toolUses.set(index, opened);
    emit({ type: 'tool-call-start', index: contentPlace(index), id, name });
    return opened;
  }

  #settle(data: JsonObject, emit: EmitEvent): void {
    if (isObject(data['usage'])) emit({ type: 'usage', usage: mapConverseUsage(data['usage']) });
    this.#keepMetadata(data, emit);
  }

  #keepMetadata(data: JsonObject, emit: EmitEvent): void {
    for (const name of metadataFields) {
      const value = data[name];
      if (value !== undefined && value !== null) emit({ type: 'metadata', metadata: { [name]: value } });
    }
  }

  #finish(emit: EmitEvent): void {
    this.#state = 'done';
    if (this.#citations.length > 0) emit({ type: 'metadata', metadata: { citations: this.#citations } });
    for (const [index, toolUse] of [...this.#toolUses].sort(([a], [b]) => a - b)) {
      const { id, name, argumentsText, arguments: parsed } = createToolCall(toolUse.id, toolUse.name, toolUse.input);
      emit({ type: 'tool-call-end', index: contentPlace(index), id, name, argumentsText, arguments: parsed });
    }
    const reason = this.#stopReason;
    const finishReason = reason === null ? 'other' : mapConverseStopReason(reason);
    emit({ type: 'finish', finishReason, rawFinishReason: reason });
  }
}

/** Some models put reasoning and text under one index: the reasoning takes the even place, the rest the odd one. */
function contentPlace(index: number): number {
  return index * 2 + 1;
}
