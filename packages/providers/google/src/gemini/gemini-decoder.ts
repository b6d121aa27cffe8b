import { LatticeError, type JsonObject } from '@lattice-lock/contract';
import {
  isObject,
  itemsOf,
  objectOf,
  textOf,
  type DecodeContext,
  type EmitEvent,
  type StreamDecoder,
} from '@lattice-lock/provider-kit';
import { AnswerMetadata } from './answer-metadata.ts';
import { mapGeminiFinishReason } from './map-gemini-finish-reason.ts';
import { mapGeminiUsage } from './map-gemini-usage.ts';
import { readLogprobs } from './read-logprobs.ts';
import { ToolCallCollector } from './tool-call-collector.ts';

/**
 * Reads one answer of `generateContent`, streamed or buffered, into the same events: every chunk of a stream has the
 * form of a whole answer. The answer is whole when it ends with a `finishReason`, or with a blocked prompt. Only the
 * first candidate is read.
 */
export class GeminiDecoder implements StreamDecoder {
  readonly #context: DecodeContext;
  readonly #calls = new ToolCallCollector();
  readonly #metadata = new AnswerMetadata();
  #answerId = '';
  #isStarted = false;
  #isOver = false;
  #usage: JsonObject | undefined;
  #finishReason = '';
  #blockReason = '';
  /** The place of the block that is being written, and its kind; `null` when the next part begins a block of its own. */
  #index = -1;
  #block: 'text' | 'reasoning' | null = null;

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(data: JsonObject, _event: string | null, emit: EmitEvent): void {
    if (this.#isOver) return;
    if (!this.#isStarted) this.#start(data, emit);
    const { candidates, promptFeedback, usageMetadata } = data;
    if (isObject(usageMetadata)) this.#addUsage(usageMetadata, emit);
    if (isObject(promptFeedback)) {
      this.#blockReason = textOf(promptFeedback['blockReason']) || this.#blockReason;
      this.#metadata.set('promptFeedback', promptFeedback);
    }
    for (const candidate of itemsOf(candidates)) {
      if (isObject(candidate) && (candidate['index'] ?? 0) === 0) this.#addCandidate(candidate, emit);
    }
  }

  end(emit: EmitEvent): void {
    const reason = this.#finishReason || this.#blockReason;
    if (this.#isOver || reason === '') return;
    this.#isOver = true;
    this.#calls.finish(emit);
    this.#metadata.emitTo(emit);
    emit({
      type: 'finish',
      finishReason: this.#finishReason === '' ? 'content-filter' : mapGeminiFinishReason(reason, this.#calls.hasCalls),
      rawFinishReason: reason,
    });
  }

  /** Reads a buffered answer. */
  decodeBody(body: JsonObject, emit: EmitEvent): void {
    if (!('candidates' in body || 'promptFeedback' in body || 'usageMetadata' in body)) {
      const { provider, model } = this.#context;
      const message = `${provider} sent a body without \`candidates\`: it is not an answer of generateContent. Check the base URL.`;
      emit({ type: 'error', error: new LatticeError('LATTICE_MALFORMED_RESPONSE', message, { provider, model }) });
      return;
    }
    this.decode(body, null, emit);
    this.end(emit);
  }

  #start(data: JsonObject, emit: EmitEvent): void {
    this.#isStarted = true;
    this.#answerId = textOf(data['responseId']);
    const { provider, model, warnings, rateLimit, upstreamRequestId } = this.#context;
    emit({
      type: 'start',
      id: this.#answerId || null,
      provider,
      model: textOf(data['modelVersion']) || model,
      warnings,
      rateLimit,
      upstreamRequestId,
    });
  }

  /** Counts are running totals; one that a later chunk leaves out still holds. */
  #addUsage(metadata: JsonObject, emit: EmitEvent): void {
    this.#usage = this.#usage === undefined ? metadata : merged(this.#usage, metadata);
    emit({ type: 'usage', usage: mapGeminiUsage(this.#usage) });
  }

  #addCandidate(candidate: JsonObject, emit: EmitEvent): void {
    const { content, logprobsResult } = candidate;
    for (const part of itemsOf(objectOf(content)['parts'])) if (isObject(part)) this.#addPart(part, emit);
    if (isObject(logprobsResult)) {
      const tokens = readLogprobs(logprobsResult);
      if (tokens.length > 0) emit({ type: 'logprobs', tokens });
    }
    this.#metadata.addCandidate(candidate);
    this.#finishReason = textOf(candidate['finishReason']) || this.#finishReason;
  }

  #addPart(part: JsonObject, emit: EmitEvent): void {
    this.#metadata.addPart(part);
    const signature = textOf(part['thoughtSignature']);
    const { text, functionCall } = part;
    if (isObject(functionCall)) this.#addCall(functionCall, signature, emit);
    else if (typeof text === 'string' && part['thought'] === true) this.#addThought(text, signature, emit);
    else if (typeof text === 'string' || (signature !== '' && !hasOtherContent(part))) {
      this.#addText(textOf(text), signature, emit);
    }
  }

  /** A part with a signature stays a block of its own: the vendor asks not to merge it with others. */
  #addText(text: string, signature: string, emit: EmitEvent): void {
    if (signature !== '') this.#addSignature(this.#nextIndex(), signature, emit);
    if (text !== '') emit({ type: 'text-delta', index: this.#indexFor('text'), text });
    if (signature !== '') this.#block = null;
  }

  #addThought(text: string, signature: string, emit: EmitEvent): void {
    if (signature === '') {
      if (text !== '') emit({ type: 'reasoning-delta', index: this.#indexFor('reasoning'), text });
      return;
    }
    emit({ type: 'reasoning-delta', index: this.#nextIndex(), text, signature });
  }

  /** The place before the call's is kept for its signature, which may come with a later piece. */
  #addCall(functionCall: JsonObject, signature: string, emit: EmitEvent): void {
    if (!this.#calls.continues(functionCall)) {
      this.#nextIndex();
      this.#index += 1;
    }
    if (signature !== '') this.#addSignature(this.#index - 1, signature, emit);
    this.#calls.add(functionCall, this.#index, this.#answerId, emit);
  }

  #addSignature(index: number, signature: string, emit: EmitEvent): void {
    emit({ type: 'reasoning-delta', index, text: '', signature });
  }

  #indexFor(block: 'text' | 'reasoning'): number {
    if (this.#block === block) return this.#index;
    const index = this.#nextIndex();
    this.#block = block;
    return index;
  }

  #nextIndex(): number {
    this.#block = null;
    this.#index += 1;
    return this.#index;
  }
}

/** Parts of the vendor's own tools carry signatures too; those go back with the part, in the metadata. */
function hasOtherContent(part: JsonObject): boolean {
  return Object.keys(part).some((name) => name !== 'thoughtSignature' && name !== 'thought');
}

/** Mostly a chunk names every count again; then nothing is to be copied. */
function merged(before: JsonObject, now: JsonObject): JsonObject {
  for (const name in before) if (!(name in now)) return { ...before, ...now };
  return now;
}
