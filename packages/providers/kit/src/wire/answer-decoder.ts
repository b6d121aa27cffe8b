import {
  ChatAccumulator,
  LatticeError,
  type ChatEvent,
  type ChatResult,
  type ErrorCode,
  type FinishEvent,
  type JsonObject,
} from '@lattice-lock/contract';
import { excerpt, hasError, parseObject } from './answer-body.ts';
import type { Frame, FrameParser } from '../framing/frame.ts';
import { mapHttpError, maskSecrets } from '../errors/http-error.ts';
import { NdjsonParser } from '../framing/ndjson.ts';
import { SseParser } from '../framing/sse.ts';
import { FenceTrimmer } from './fence-trimmer.ts';
import type { AnswerCheck } from './schema-check.ts';
import type { ChatCodec, DecodeContext, StreamDecoder } from './wire-spec.ts';

/** What an answer is decoded with. */
export interface AnswerDecoderOptions {
  readonly codec: ChatCodec;
  readonly context: DecodeContext;
  /** Headers of the response, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly nowMs: number;
  /** What a text that ended naturally must pass before the answer counts as finished. */
  readonly check?: AnswerCheck | undefined;
  /** Takes every event in order; the last is `finish` or `error`. */
  emit(event: ChatEvent): void;
}

/** What the first bytes of a body say it is: a stream of frames, or one document. */
type BodyForm = 'unknown' | 'frames' | 'document';

/**
 * Decodes one answer, fed with the bytes of its body. Goes by what the body is, not by what was asked for: some servers
 * answer a stream request with one JSON document, and some the other way round. Never throws: an error is the last
 * event, and holds what had arrived.
 */
export class AnswerDecoder {
  readonly #options: AnswerDecoderOptions;
  readonly #accumulator: ChatAccumulator;
  readonly #decoder: StreamDecoder;
  readonly #parser: FrameParser;
  /** Where the text is JSON that was asked for in words. */
  readonly #trimmer: FenceTrimmer | undefined;
  #textIndex = 0;
  #form: BodyForm = 'unknown';
  #head = '';
  /** Bytes that wait for the rest of a document, or for the first that tells what they are. */
  #held: Uint8Array[] = [];
  #frames = 0;
  #isOver = false;

  constructor(options: AnswerDecoderOptions) {
    const { codec, context } = options;
    this.#options = options;
    this.#accumulator = new ChatAccumulator({ provider: context.provider, model: context.model });
    this.#decoder = codec.createStreamDecoder(context);
    this.#parser = parserOf(codec);
    this.#trimmer = options.check === undefined ? undefined : new FenceTrimmer();
  }

  /** True once `finish` or `error` was emitted; what follows is not read. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** True when the answer ended well. */
  get isFinished(): boolean {
    return this.#accumulator.isFinished;
  }

  /** What has arrived so far. */
  partial(): ChatResult {
    return this.#accumulator.partial();
  }

  /** @throws LatticeError the answer's own error. */
  result(): ChatResult {
    return this.#accumulator.result();
  }

  /** Takes the next bytes of the body. */
  push(chunk: Uint8Array): void {
    if (this.#isOver) return;
    try {
      if (this.#form === 'frames') {
        this.#decodeFrames(this.#parser.push(chunk));
        return;
      }
      this.#held.push(chunk);
      if (this.#form === 'unknown') this.#recognise(chunk);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** The body has ended. */
  end(): void {
    if (this.#isOver) return;
    try {
      if (this.#form === 'document') {
        const text = new TextDecoder().decode(Buffer.concat(this.#held));
        this.#decodeDocument(parseObject(text), text);
      } else {
        // A last frame that is no JSON was cut off with the stream; what came before it decides.
        this.#decodeFrames(this.#parser.end().filter(({ data }) => data === '[DONE]' || parseObject(data) !== null));
        if (this.#frames === 0 && this.#parser.isBinary !== true && isForeign(this.#head))
          throw this.#malformed('its stream holds no events', this.#head);
        if (!this.#isOver) this.#decoder.end(this.#emit);
      }
      if (!this.#isOver) throw this.#unfinished();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Takes the whole body at once. */
  readWhole(text: string): void {
    const first = firstMark(text);
    const body = first === '{' ? parseObject(text) : null;
    const isFramed =
      body === null && first !== undefined && first !== '<' && (first !== '{' || this.#hasWholeLine(text));
    if (isFramed) {
      this.push(Buffer.from(text));
      this.end();
      return;
    }
    try {
      this.#decodeDocument(body, text);
      if (!this.#isOver) throw this.#unfinished();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /**
   * Ends the answer with an error from outside: a broken connection, an abort. An answer whose terminal event came before
   * its connection broke is whole; what may follow that event is not known.
   */
  fail(error: LatticeError): void {
    if (this.#isOver) return;
    try {
      if (error.code === 'LATTICE_STREAM_INTERRUPTED' && this.#form === 'frames') this.#decoder.end(this.#emit);
    } catch (thrown) {
      this.#fail(thrown);
    }
    this.#fail(error);
  }

  /** JSON lines although one document was asked for; a first line that is cut is a document that is cut. */
  #hasWholeLine(text: string): boolean {
    return (
      !this.#isSse && this.#parser.isBinary !== true && parseObject(text.trimStart().split('\n', 1)[0] ?? '') !== null
    );
  }

  get #isSse(): boolean {
    return this.#options.codec.framing === 'sse';
  }

  readonly #emit = (event: ChatEvent): void => {
    if (this.#isOver) return;
    if (event.type === 'error') {
      this.#fail(event.error);
      return;
    }
    if (this.#trimmer !== undefined && event.type === 'text-delta') {
      this.#textIndex = event.index;
      this.#addText(this.#trimmer.push(event.text));
      return;
    }
    if (event.type === 'finish') {
      if (this.#trimmer !== undefined) this.#addText(this.#trimmer.end());
      const failure = this.#checked(event);
      if (failure !== null) {
        this.#fail(failure);
        return;
      }
      this.#isOver = true;
    }
    this.#add(event);
  };

  #add(event: ChatEvent): void {
    this.#accumulator.add(event);
    this.#options.emit(event);
  }

  #addText(text: string): void {
    if (text !== '') this.#add({ type: 'text-delta', index: this.#textIndex, text });
  }

  /** A text that was cut, filtered or refused, or that waits for tools, is not yet what was asked for. */
  #checked({ finishReason }: FinishEvent): LatticeError | null {
    const { check } = this.#options;
    if (check === undefined || (finishReason !== 'stop' && finishReason !== 'other')) return null;
    const { text, refusal } = this.#accumulator.partial();
    return refusal === null ? check(text) : null;
  }

  #fail(thrown: unknown): void {
    if (this.#isOver) return;
    if (this.#trimmer !== undefined) this.#addText(this.#trimmer.end());
    this.#isOver = true;
    const { provider, model } = this.#options.context;
    const error = LatticeError.isInstance(thrown)
      ? thrown
      : new LatticeError('LATTICE_INTERNAL', `Decoding the answer of ${provider}/${model} failed.`, { cause: thrown });
    const known = error.with({ provider, model, partial: error.partial ?? this.#accumulator.partial() });
    const event = { type: 'error', error: withoutSecrets(known, this.#options.secrets) } as const;
    this.#accumulator.add(event);
    this.#options.emit(event);
  }

  /** The first byte that is not blank decides; a byte order mark counts as blank. */
  #recognise(chunk: Uint8Array): void {
    this.#head += Buffer.from(chunk).toString('latin1');
    const first = firstMark(this.#head);
    if (first === undefined) return;
    const isJson = first === '{' || first === '[';
    const isDocument = first === '<' || (isJson && (this.#isSse || this.#parser.isBinary === true));
    this.#form = isDocument ? 'document' : 'frames';
    if (isDocument) return;
    for (const held of this.#held) this.#decodeFrames(this.#parser.push(held));
    this.#held = [];
  }

  #decodeFrames(frames: readonly Frame[]): void {
    for (const frame of frames) {
      if (this.#isOver) return;
      if (frame.data === '[DONE]') {
        this.#decoder.end(this.#emit);
        if (!this.#isOver) throw this.#unfinished();
        return;
      }
      // Some gateways keep a silent stream alive by events that say nothing.
      if (frame.data.trim() === '') continue;
      this.#frames += 1;
      const data = parseObject(frame.data);
      if (data === null) throw this.#malformed(`event ${this.#frames} of its stream is not a JSON object`, frame.data);
      if (hasError(data)) {
        // Tokens are billed for a broken answer too; some vendors count them in the error itself.
        if ('usage' in data) this.#decoder.decode(data, frame.event, this.#emit);
        throw this.#vendorError(data, 500);
      }
      this.#decoder.decode(data, frame.event, this.#emit);
    }
  }

  #decodeDocument(body: JsonObject | null, text: string): void {
    if (body === null) throw this.#malformed('the body is not a JSON object', text);
    const { codec, context } = this.#options;
    if (!hasError(body)) {
      codec.decodeBody(body, context, this.#emit);
      return;
    }
    if ('usage' in body) {
      codec.decodeBody(body, context, (event) => {
        if (event.type !== 'finish') this.#emit(event);
      });
    }
    throw this.#vendorError(body, 400);
  }

  /** An error that names no status: in a stream the server broke, as a whole body it refused. */
  #vendorError(body: JsonObject, assumedStatus: number): LatticeError {
    const { context, headers, secrets, nowMs } = this.#options;
    return mapHttpError({
      provider: context.provider,
      model: context.model,
      status: 200,
      assumedStatus,
      headers,
      body,
      nowMs,
      secrets,
    });
  }

  #malformed(what: string, text: string): LatticeError {
    const { provider } = this.#options.context;
    const message = `${provider} answered 200, but ${what}: ${excerpt(maskSecrets(text, this.#options.secrets))}`;
    return this.#error('LATTICE_MALFORMED_RESPONSE', message, false);
  }

  #unfinished(): LatticeError {
    const { provider, model } = this.#options.context;
    const message = `The answer of ${provider}/${model} ended without its terminal event; it is not whole.`;
    return this.#error('LATTICE_STREAM_INTERRUPTED', message, true);
  }

  #error(code: ErrorCode, message: string, retryable: boolean): LatticeError {
    const { upstreamRequestId } = this.#options.context;
    return new LatticeError(code, message, {
      retryable,
      status: 200,
      ...(upstreamRequestId === null ? {} : { upstreamRequestId }),
    });
  }
}

/** A codec that makes an error of what the vendor sent in mid-stream does not know the credentials. */
function withoutSecrets(error: LatticeError, secrets: readonly string[]): LatticeError {
  const message = maskSecrets(error.message, secrets);
  if (message === error.message) return error;
  const masked = error.with({ message });
  if (masked.stack !== undefined) masked.stack = maskSecrets(masked.stack, secrets);
  return masked;
}

function parserOf({ framing }: ChatCodec): FrameParser {
  if (typeof framing === 'function') return framing();
  return framing === 'sse' ? new SseParser() : new NdjsonParser();
}

function firstMark(text: string): string | undefined {
  return /[^\s\u00ef\u00bb\u00bf\ufeff]/.exec(text)?.[0];
}

const sseFields = ['data:', 'event:', 'id:', 'retry:'];

/** True for a text that neither server-sent events nor JSON lines begin with, not even when cut off. */
function isForeign(head: string): boolean {
  const text = head.replace(/^[\s\u00ef\u00bb\u00bf]+/, '');
  if (text === '' || text.startsWith('{') || text.startsWith(':')) return false;
  return !sseFields.some((field) => text.startsWith(field) || field.startsWith(text));
}
