import {
  createToolCall,
  LatticeError,
  type ChatEvent,
  type JsonObject,
  type TokenLogprob,
} from '@lattice-lock/contract';
import type { Flaw } from './reference-flaws.ts';
import { decodeFinish, decodeUsage } from './reference-wire.ts';

interface Call {
  id: string;
  name: string;
  argumentsText: string;
}

/** The block indexes of this provider: text first, then the calls by their own index. */
const textIndex = 0;
const firstCallIndex = 1;

/** Decodes the chunks of a stream, or a whole body as one chunk whose `message` is a delta. */
export class ReferenceDecoder {
  readonly #flaw: Flaw | undefined;
  readonly #calls = new Map<number, Call>();
  #lastCall = 0;
  #finishWord: string | undefined;
  #usage: JsonObject | undefined;

  constructor(flaw: Flaw | undefined) {
    this.#flaw = flaw;
  }

  *chunk(chunk: JsonObject): Iterable<ChatEvent> {
    const error = chunk.error as JsonObject | undefined;
    if (error !== undefined) {
      const message = 'The stream holds an error of the vendor.';
      throw new LatticeError('LATTICE_UPSTREAM', message, { retryable: true });
    }
    if (chunk.usage !== undefined && chunk.usage !== null) this.#usage = chunk.usage as JsonObject;
    const choice = (chunk.choices as readonly JsonObject[] | undefined)?.[0];
    if (choice === undefined) return;
    const delta = (choice.delta ?? choice.message) as JsonObject;
    if (typeof delta.content === 'string' && delta.content !== '') {
      yield { type: 'text-delta', index: textIndex, text: delta.content };
    }
    const told = (choice.logprobs as JsonObject | null | undefined)?.content;
    if (Array.isArray(told) && this.#flaw !== 'loses-logprobs')
      yield { type: 'logprobs', tokens: (told as readonly WireLogprob[]).map(logprobOf) };
    if (typeof delta.refusal === 'string') yield { type: 'refusal-delta', text: delta.refusal };
    for (const [place, call] of ((delta.tool_calls ?? []) as readonly JsonObject[]).entries()) {
      yield* this.#call(call, typeof call.index === 'number' ? call.index : place);
    }
    if (typeof choice.finish_reason === 'string') this.#finishWord = choice.finish_reason;
  }

  *#call(delta: JsonObject, sentIndex: number): Iterable<ChatEvent> {
    const target = delta.function as JsonObject;
    const isNew = typeof delta.id === 'string';
    const place = !isNew && this.#flaw === 'merges-arguments-by-arrival' ? this.#lastCall : sentIndex;
    const index = firstCallIndex + place;
    if (isNew) {
      this.#lastCall = place;
      const call = { id: delta.id as string, name: target.name as string, argumentsText: '' };
      this.#calls.set(place, call);
      yield { type: 'tool-call-start', index, id: call.id, name: call.name };
    }
    const piece = target.arguments as string;
    const call = this.#calls.get(place);
    if (call === undefined || piece === '') return;
    call.argumentsText += piece;
    yield { type: 'tool-call-delta', index, argumentsText: piece };
  }

  /** @throws LatticeError when no finish reason came */
  *end(): Iterable<ChatEvent> {
    const isCut = this.#finishWord === undefined;
    if (isCut && this.#flaw !== 'swallows-cut-streams') {
      throw new LatticeError('LATTICE_STREAM_INTERRUPTED', 'The stream ended too early.', { retryable: true });
    }
    const word = this.#finishWord ?? 'stop';
    if (!isCut) {
      for (const [place, call] of this.#calls) {
        const { type: _type, ...whole } = createToolCall(call.id, call.name, call.argumentsText);
        yield { type: 'tool-call-end', index: firstCallIndex + place, ...whole };
      }
    }
    yield { type: 'usage', usage: decodeUsage(this.#usage, this.#flaw) };
    yield { type: 'finish', finishReason: decodeFinish(word, this.#calls.size > 0), rawFinishReason: word };
  }
}

function logprobOf({ token, logprob, top_logprobs: top }: WireLogprob): TokenLogprob {
  return { token, logprob, top: (top ?? []).map((other) => ({ token: other.token, logprob: other.logprob })) };
}

interface WireLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly top_logprobs?: readonly WireLogprob[];
}
