import { randomUUID } from 'node:crypto';
import {
  createToolCall,
  createUsage,
  isUnknownUsage,
  tokenCount,
  type FinishReason,
  type JsonObject,
  type JsonValue,
  type ToolCallPart,
} from '@lattice-lock/contract';
import type { DecodeContext, EmitEvent, StreamDecoder } from '@lattice-lock/provider-kit';
import { mapOllamaLogprobs } from './map-ollama-logprobs.ts';

/**
 * Places of the parts in an answer. A buffered answer has lost the order in which a stream brought them, so both use
 * this one: thinking, text, calls.
 */
const reasoningIndex = 0;
const textIndex = 1;
const firstCallIndex = 2;

/**
 * Reads an answer of `/api/chat`: JSON lines, or one such object for a buffered answer. Tool calls come whole, often
 * without an id. `done: true` ends the answer and brings the counts, of which the prompt's can be missing.
 */
export class OllamaDecoder implements StreamDecoder {
  readonly #context: DecodeContext;
  readonly #calls: ToolCallPart[] = [];
  #isStarted = false;

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(data: JsonObject, _event: string | null, emit: EmitEvent): void {
    if (!this.#isStarted) this.#start(data, emit);
    const message = objectOf(data['message']);
    const { content, thinking, tool_calls: calls } = message;
    if (typeof thinking === 'string' && thinking !== '') {
      emit({ type: 'reasoning-delta', index: reasoningIndex, text: thinking });
    }
    if (typeof content === 'string' && content !== '') {
      emit({ type: 'text-delta', index: textIndex, text: content });
    }
    const tokens = data['logprobs'] === undefined ? [] : mapOllamaLogprobs(data['logprobs']);
    if (tokens.length > 0) emit({ type: 'logprobs', tokens });
    if (Array.isArray(calls)) for (const call of calls as readonly JsonValue[]) this.#addCall(objectOf(call), emit);
    if (data['done'] === true) this.#finish(data, emit);
  }

  end(): void {
    // Nothing to do: only a line with `done: true` makes an answer whole.
  }

  #start({ model }: JsonObject, emit: EmitEvent): void {
    this.#isStarted = true;
    const { provider, warnings, rateLimit, upstreamRequestId } = this.#context;
    emit({
      type: 'start',
      id: null,
      provider,
      model: typeof model === 'string' && model !== '' ? model : this.#context.model,
      warnings,
      rateLimit,
      upstreamRequestId,
    });
  }

  #addCall({ id, function: named }: JsonObject, emit: EmitEvent): void {
    const { name, arguments: input } = objectOf(named);
    const callId = typeof id === 'string' && id !== '' ? id : `call_${randomUUID().replaceAll('-', '')}`;
    const call = createToolCall(callId, typeof name === 'string' ? name : '', argumentsTextOf(input));
    const index = firstCallIndex + this.#calls.length;
    this.#calls.push(call);
    emit({ type: 'tool-call-start', index, id: call.id, name: call.name });
    emit({ type: 'tool-call-delta', index, argumentsText: call.argumentsText });
  }

  #finish(data: JsonObject, emit: EmitEvent): void {
    const usage = createUsage({
      inputTokens: tokenCount(data['prompt_eval_count']),
      outputTokens: tokenCount(data['eval_count']),
    });
    if (!isUnknownUsage(usage)) emit({ type: 'usage', usage });
    for (const [place, { id, name, argumentsText, arguments: parsed }] of this.#calls.entries()) {
      emit({ type: 'tool-call-end', index: firstCallIndex + place, id, name, argumentsText, arguments: parsed });
    }
    const timings = timingsOf(data);
    if (timings !== null) emit({ type: 'metadata', metadata: timings });
    const { done_reason: reason } = data;
    const rawFinishReason = typeof reason === 'string' && reason !== '' ? reason : null;
    emit({ type: 'finish', finishReason: finishReasonOf(rawFinishReason, this.#calls.length > 0), rawFinishReason });
  }
}

const timingFields = ['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration'] as const;

/** How long loading, reading and writing took, ns; `null` where the server does not say. */
function timingsOf(data: JsonObject): JsonObject | null {
  let timings: Record<string, number> | null = null;
  for (const field of timingFields) {
    const value = data[field];
    if (typeof value === 'number') (timings ??= {})[field] = value;
  }
  return timings;
}

/** Servers before `done_reason` only said that they were done; `load` and `unload` answer requests without messages. */
function finishReasonOf(reason: string | null, hasCalls: boolean): FinishReason {
  if (reason === null || reason === 'stop') return hasCalls ? 'tool-calls' : 'stop';
  return reason === 'length' ? 'length' : 'other';
}

function argumentsTextOf(input: JsonValue | undefined): string {
  if (typeof input === 'string') return input;
  return input === undefined || input === null ? '' : JSON.stringify(input);
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
