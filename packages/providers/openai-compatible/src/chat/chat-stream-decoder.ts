import type { JsonObject } from '@lattice-lock/contract';
import { mapHttpError, type DecodeContext, type EmitEvent, type StreamDecoder } from '@lattice-lock/provider-kit';
import { fieldsOf, itemsOf, textOf, type Fields } from './chat-fields.ts';
import { mapChatFinishReason } from './chat-finish-reason.ts';
import { mapLogprobs } from './chat-logprobs.ts';
import type { ChatMetadata } from './chat-metadata.ts';
import { ChatToolCalls } from './chat-tool-calls.ts';
import { mapChatUsage } from './chat-usage.ts';

/** The wire has one channel of each kind, so the blocks have fixed places whatever arrives first. */
const reasoningBlock = 0;
const textBlock = 1;
const firstToolBlock = 2;

/**
 * Reads the chunks of one chat completion. `finish` waits for the end of the stream, because usage and errors come
 * after `finish_reason`.
 */
export class ChatStreamDecoder implements StreamDecoder {
  readonly #context: DecodeContext;
  readonly #metadata: ChatMetadata | undefined;
  readonly #annotations: JsonObject[] = [];
  readonly #toolCalls = new ChatToolCalls(firstToolBlock);
  #isStarted = false;
  #id: string | null = null;
  #model: string | null = null;
  #rawFinishReason: string | null = null;

  /** `metadata` collects what the vendor says beside the common words. */
  constructor(context: DecodeContext, metadata?: ChatMetadata) {
    this.#context = context;
    this.#metadata = metadata;
  }

  decode(data: JsonObject, _event: string | null, emit: EmitEvent): void {
    this.#id ??= textOf(data['id']);
    this.#model ??= textOf(data['model']);
    if (!this.#isStarted && this.#model !== null) this.#start(emit);
    this.#metadata?.add(data);
    for (const item of itemsOf(data['choices'])) {
      const choice = fieldsOf(item);
      if ((choice['index'] ?? 0) === 0) this.#choice(choice, emit);
    }
    const usage = mapChatUsage(data['usage']) ?? mapChatUsage(fieldsOf(data['x_groq'])['usage']);
    if (usage === null) return;
    this.#start(emit);
    emit({ type: 'usage', usage });
  }

  end(emit: EmitEvent): void {
    if (this.#rawFinishReason !== null) this.finish(emit);
  }

  /** Ends the answer as whole, also where the vendor gave no reason. */
  finish(emit: EmitEvent): void {
    this.#start(emit);
    this.#toolCalls.end(emit);
    const collected = this.#metadata?.collected() ?? null;
    const annotations = this.#annotations.length === 0 ? {} : { annotations: this.#annotations };
    if (collected !== null || this.#annotations.length > 0) {
      emit({ type: 'metadata', metadata: { ...annotations, ...collected } });
    }
    const rawFinishReason = this.#rawFinishReason;
    const finishReason = mapChatFinishReason(rawFinishReason, this.#toolCalls.count > 0);
    emit({ type: 'finish', finishReason, rawFinishReason });
  }

  #start(emit: EmitEvent): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { provider, model, warnings, rateLimit, upstreamRequestId } = this.#context;
    emit({
      type: 'start',
      id: this.#id,
      provider,
      model: this.#model ?? model,
      warnings,
      rateLimit,
      upstreamRequestId,
    });
  }

  #choice(choice: Fields, emit: EmitEvent): void {
    if (typeof choice['error'] === 'object' && choice['error'] !== null) {
      const { provider, model } = this.#context;
      const body = { error: choice['error'] };
      emit({ type: 'error', error: mapHttpError({ provider, model, status: 200, headers: {}, body, nowMs: 0 }) });
      return;
    }
    const delta = fieldsOf(choice['delta'] ?? choice['message']);
    this.#reasoning(textOf(delta['reasoning_content']) ?? textOf(delta['reasoning']), emit);
    this.#content(delta['content'], emit);
    const refusal = textOf(delta['refusal']);
    if (refusal !== null) {
      this.#start(emit);
      emit({ type: 'refusal-delta', text: refusal });
    }
    for (const call of itemsOf(delta['tool_calls'])) {
      this.#start(emit);
      this.#toolCalls.add(call, emit);
    }
    for (const annotation of itemsOf(delta['annotations'])) this.#annotations.push(fieldsOf(annotation) as JsonObject);
    if (choice['logprobs'] !== undefined && choice['logprobs'] !== null)
      this.#logprobs(fieldsOf(choice['logprobs']), emit);
    this.#rawFinishReason = textOf(choice['finish_reason']) ?? this.#rawFinishReason;
  }

  #logprobs(logprobs: Fields, emit: EmitEvent): void {
    const tokens = mapLogprobs(logprobs['content']);
    if (tokens.length === 0) return;
    this.#start(emit);
    emit({ type: 'logprobs', tokens });
  }

  /** Text, or as some servers send it, parts of text and of thinking. */
  #content(content: unknown, emit: EmitEvent): void {
    if (!Array.isArray(content)) {
      this.#text(textOf(content), emit);
      return;
    }
    for (const item of content) {
      const part = fieldsOf(item);
      if (part['type'] === 'text') this.#text(textOf(part['text']), emit);
      if (part['type'] !== 'thinking') continue;
      const { thinking } = part;
      if (!Array.isArray(thinking)) this.#reasoning(textOf(thinking), emit);
      else for (const piece of thinking) this.#reasoning(textOf(fieldsOf(piece)['text']), emit);
    }
  }

  #text(text: string | null, emit: EmitEvent): void {
    if (text === null) return;
    this.#start(emit);
    emit({ type: 'text-delta', index: textBlock, text });
  }

  #reasoning(text: string | null, emit: EmitEvent): void {
    if (text === null) return;
    this.#start(emit);
    emit({ type: 'reasoning-delta', index: reasoningBlock, text });
  }
}
