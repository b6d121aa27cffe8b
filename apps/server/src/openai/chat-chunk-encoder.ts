import type { Answer, JsonObject, ReasoningDeltaEvent, RunEvent, ToolCallEndEvent } from '@lattice-lock/contract';
import { answerMetadata } from './answer-metadata.ts';
import { wireFinishReasons, wireLogprobs, type CompletionContext } from './chat-completion.ts';
import { wireUsage } from './usage.ts';

/** What a stream of chunks is rendered with. */
export interface ChunkEncoderOptions extends CompletionContext {
  /** `stream_options.include_usage`: a last chunk without choices carries the usage. */
  readonly includeUsage: boolean;
}

interface OpenCall {
  readonly index: number;
  hasArguments: boolean;
}

const done = 'data: [DONE]\n\n';

/**
 * Writes a run as the SSE events of a streamed `chat.completion`. One encoder serves one stream: feed it every event
 * in order and send what it returns; an empty text means there is nothing to send. Errors are not its business.
 *
 * Strings are put together by hand, because this runs once per token: the head of every chunk is rendered once.
 */
export class ChatChunkEncoder {
  readonly #options: ChunkEncoderOptions;
  readonly #calls = new Map<number, OpenCall>();
  readonly #reasoning = new Map<number, string>();
  #proofs = 0;
  #head = '';
  #tail = '';
  #provider = '';
  #isOpen = false;
  #finishReason = 'stop';
  #metadata: JsonObject | null = null;

  constructor(options: ChunkEncoderOptions) {
    this.#options = options;
  }

  /** The next piece of the stream. */
  encode(event: RunEvent): string {
    switch (event.type) {
      case 'start':
        this.#begin(event.provider, event.model);
        return '';
      case 'text-delta':
        return this.#delta(`{"content":${JSON.stringify(event.text)}}`);
      case 'reasoning-delta':
        return this.#reasoningDelta(event);
      case 'refusal-delta':
        return this.#delta(`{"refusal":${JSON.stringify(event.text)}}`);
      case 'tool-call-start': {
        const call: OpenCall = { index: this.#calls.size, hasArguments: false };
        this.#calls.set(event.index, call);
        const declared = `{"name":${JSON.stringify(event.name)},"arguments":""}`;
        return this.#callDelta(call, `"id":${JSON.stringify(event.id)},"type":"function","function":${declared}`);
      }
      case 'tool-call-delta':
        return this.#callArguments(event.index, event.argumentsText);
      case 'tool-call-end':
        return this.#callEnd(event);
      case 'seam':
        return `${this.#open()}${this.#head}"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":null}]${this.#tail},"lattice":${JSON.stringify({ seam: { from: event.from, to: event.to } })}}\n\n`;
      case 'logprobs':
        return `${this.#open()}${this.#head}"choices":[{"index":0,"delta":{},"logprobs":${JSON.stringify(wireLogprobs(event.tokens))},"finish_reason":null}]${this.#tail}}\n\n`;
      case 'metadata':
        this.#metadata = { ...this.#metadata, ...event.metadata };
        return '';
      case 'finish':
        this.#finishReason = wireFinishReasons[event.finishReason];
        // Without a usage chunk this one carries the metadata, which are known when the run is accounted for.
        return this.#providerMetadata() + (this.#options.includeUsage ? `${this.#open()}${this.#finishChunk('')}` : '');
      case 'answer':
        return this.#close(event.answer);
      default:
        return '';
    }
  }

  #begin(provider: string, model: string): void {
    const { id, created, includeUsage } = this.#options;
    this.#provider = provider;
    this.#metadata = null;
    this.#head = `data: {"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${created},"model":${JSON.stringify(`${provider}/${model}`)},`;
    this.#tail = includeUsage ? ',"usage":null' : '';
  }

  /** The chunk that names the role goes ahead of the first one with content. */
  #open(): string {
    if (this.#isOpen) return '';
    this.#isOpen = true;
    return `${this.#head}"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]${this.#tail}}\n\n`;
  }

  #delta(delta: string): string {
    return `${this.#open()}${this.#head}"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":null}]${this.#tail}}\n\n`;
  }

  #callDelta(call: OpenCall, fields: string): string {
    return this.#delta(`{"tool_calls":[{"index":${call.index},${fields}}]}`);
  }

  #callArguments(index: number, text: string): string {
    const call = this.#calls.get(index);
    if (call === undefined || text === '') return '';
    call.hasArguments ||= text.trim() !== '';
    return this.#callDelta(call, `"function":{"arguments":${JSON.stringify(text)}}`);
  }

  /** Sends what no delta has sent: the arguments of a vendor that gives them whole, or `{}` for a call without any. */
  #callEnd(event: ToolCallEndEvent): string {
    const call = this.#calls.get(event.index);
    if (call === undefined || call.hasArguments) return '';
    return this.#callArguments(event.index, event.argumentsText.trim() === '' ? '{}' : event.argumentsText);
  }

  /** A vendor's proof is only good with the text it was made for, so the detail that carries it repeats that text. */
  #reasoningDelta(event: ReasoningDeltaEvent): string {
    const { text, signature, redactedData } = event;
    const whole = (this.#reasoning.get(event.index) ?? '') + text;
    this.#reasoning.set(event.index, whole);
    const content = text === '' ? '' : `"reasoning_content":${JSON.stringify(text)}`;
    if (signature === undefined && redactedData === undefined) return this.#delta(`{${content}}`);
    const proof =
      redactedData === undefined
        ? { type: 'reasoning.text', signature }
        : { type: 'reasoning.encrypted', data: redactedData };
    const detail = JSON.stringify([{ ...proof, index: this.#proofs, provider: this.#provider, text: whole }]);
    this.#proofs += 1;
    return this.#delta(`{${content}${content === '' ? '' : ','}"reasoning_details":${detail}}`);
  }

  /** Clients put deltas together by overwriting what they do not know, so it is sent once and whole. */
  #providerMetadata(): string {
    if (this.#metadata === null) return '';
    return this.#delta(`{"provider_metadata":${JSON.stringify({ [this.#provider]: this.#metadata })}}`);
  }

  #finishChunk(metadata: string): string {
    return `${this.#head}"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"${this.#finishReason}"}]${this.#tail}${metadata}}\n\n`;
  }

  #close(answer: Answer): string {
    const metadata = `,"lattice":${JSON.stringify(answerMetadata(answer, this.#options.warnings))}`;
    if (!this.#options.includeUsage) return `${this.#open()}${this.#finishChunk(metadata)}${done}`;
    const usage = JSON.stringify(wireUsage(answer.usage));
    return `${this.#head}"choices":[],"usage":${usage}${metadata}}\n\n${done}`;
  }
}
