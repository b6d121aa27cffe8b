import type { ChatEvent, FinishEvent, StartEvent } from './chat-events.ts';
import type { ChatResult, TokenLogprob } from './chat-result.ts';
import { LatticeError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { createToolCall, type AssistantPart, type ToolCallPart } from './messages.ts';
import { unknownUsage, type Usage } from './usage.ts';

interface Block {
  readonly type: 'text' | 'reasoning' | 'tool-call';
  id: string;
  name: string;
  signature: string | undefined;
  redactedData: string | undefined;
  chunks: string[];
}

/** What the accumulator needs to know that the stream may not say. */
export interface AccumulatorOptions {
  readonly provider: string;
  /** The requested model; replaced by the one that `start` names. */
  readonly model: string;
}

/**
 * Turns events into a {@link ChatResult}. It is the only way an answer is put together in this house: a buffered body
 * is decoded into the same events first, so the same answer sent either way gives equal results.
 */
export class ChatAccumulator {
  readonly #options: AccumulatorOptions;
  readonly #blocks = new Map<number, Block>();
  readonly #refusal: string[] = [];
  #start: StartEvent | undefined;
  #finish: FinishEvent | undefined;
  #error: LatticeError | undefined;
  #usage: Usage = unknownUsage;
  readonly #logprobs: TokenLogprob[] = [];
  #metadata: JsonObject | null = null;

  constructor(options: AccumulatorOptions) {
    this.#options = options;
  }

  /** Takes the next event. */
  add(event: ChatEvent): void {
    switch (event.type) {
      case 'start':
        this.#start = event;
        break;
      case 'text-delta':
        this.#block(event.index, 'text').chunks.push(event.text);
        break;
      case 'refusal-delta':
        this.#refusal.push(event.text);
        break;
      case 'reasoning-delta': {
        const block = this.#block(event.index, 'reasoning');
        block.chunks.push(event.text);
        if (event.signature !== undefined) block.signature = (block.signature ?? '') + event.signature;
        if (event.redactedData !== undefined) block.redactedData = (block.redactedData ?? '') + event.redactedData;
        break;
      }
      case 'tool-call-start': {
        const block = this.#block(event.index, 'tool-call');
        block.id = event.id;
        block.name = event.name;
        break;
      }
      case 'tool-call-delta':
        this.#block(event.index, 'tool-call').chunks.push(event.argumentsText);
        break;
      case 'tool-call-end': {
        const block = this.#block(event.index, 'tool-call');
        block.id = event.id;
        block.name = event.name;
        block.chunks = [event.argumentsText];
        break;
      }
      case 'usage':
        this.#usage = event.usage;
        break;
      case 'logprobs':
        this.#logprobs.push(...event.tokens);
        break;
      case 'metadata':
        this.#metadata = { ...this.#metadata, ...event.metadata };
        break;
      case 'finish':
        this.#finish = event;
        break;
      case 'error':
        this.#error = event.error;
        break;
    }
  }

  /** The usage known so far. */
  get usage(): Usage {
    return this.#usage;
  }

  /** True once `finish` came. */
  get isFinished(): boolean {
    return this.#finish !== undefined;
  }

  /** What has arrived so far, whole or not. A broken answer says `other`, never `stop`, and holds no tool calls: they may be cut. */
  partial(): ChatResult {
    return this.#build(this.#finish !== undefined);
  }

  /**
   * The whole answer.
   *
   * @throws LatticeError the stream's own error, or `LATTICE_STREAM_INTERRUPTED` when no `finish` came; `partial` holds
   * what had arrived.
   */
  result(): ChatResult {
    if (this.#error !== undefined) {
      throw this.#error.partial === undefined ? this.#error.with({ partial: this.partial() }) : this.#error;
    }
    if (this.#finish === undefined) {
      const { provider, model } = this.#options;
      throw new LatticeError(
        'LATTICE_STREAM_INTERRUPTED',
        `The stream of ${provider}/${model} ended without its terminal event; the answer is not whole.`,
        { retryable: true, provider, model, partial: this.partial() },
      );
    }
    return this.#build(true);
  }

  #block(index: number, type: Block['type']): Block {
    const known = this.#blocks.get(index);
    if (known !== undefined) return known;
    const block: Block = { type, id: '', name: '', signature: undefined, redactedData: undefined, chunks: [] };
    this.#blocks.set(index, block);
    return block;
  }

  #build(isWhole: boolean): ChatResult {
    const content: AssistantPart[] = [];
    for (const [, block] of [...this.#blocks].sort(([a], [b]) => a - b)) {
      if (block.type === 'tool-call' && !isWhole) continue;
      const part = partOfBlock(block, this.#start?.provider ?? this.#options.provider);
      if (part !== null) content.push(part);
    }
    const refusal = this.#refusal.join('');
    return {
      id: this.#start?.id ?? null,
      provider: this.#start?.provider ?? this.#options.provider,
      model: this.#start?.model ?? this.#options.model,
      content,
      text: joined(content, 'text'),
      reasoning: joined(content, 'reasoning'),
      refusal: refusal === '' ? null : refusal,
      toolCalls: content.filter((part): part is ToolCallPart => part.type === 'tool-call'),
      finishReason: this.#finish?.finishReason ?? 'other',
      rawFinishReason: this.#finish?.rawFinishReason ?? null,
      usage: this.#usage,
      logprobs: this.#logprobs.length === 0 ? null : this.#logprobs,
      providerMetadata: this.#metadata,
      warnings: this.#start?.warnings ?? [],
      rateLimit: this.#start?.rateLimit ?? null,
      upstreamRequestId: this.#start?.upstreamRequestId ?? null,
    };
  }
}

function partOfBlock(block: Block, provider: string): AssistantPart | null {
  const text = block.chunks.join('');
  if (block.type === 'tool-call') return createToolCall(block.id, block.name, text);
  if (block.type === 'text') return text === '' ? null : { type: 'text', text };
  if (text === '' && block.signature === undefined && block.redactedData === undefined) return null;
  return {
    type: 'reasoning',
    text,
    provider,
    ...(block.signature === undefined ? {} : { signature: block.signature }),
    ...(block.redactedData === undefined ? {} : { redactedData: block.redactedData }),
  };
}

function joined(content: readonly AssistantPart[], type: 'text' | 'reasoning'): string {
  return content.map((part) => (part.type === type ? part.text : '')).join('');
}

/**
 * Reads a stream to its end.
 *
 * @throws LatticeError as {@link ChatAccumulator.result} does.
 */
export async function collectChat(
  events: AsyncIterable<ChatEvent> | Iterable<ChatEvent>,
  options: AccumulatorOptions,
): Promise<ChatResult> {
  const accumulator = new ChatAccumulator(options);
  for await (const event of events) accumulator.add(event);
  return accumulator.result();
}
