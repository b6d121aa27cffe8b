import {
  ChatAccumulator,
  isContentEvent,
  toLatticeError,
  type CallOptions,
  type ChatEvent,
  type ChatProvider,
  type ChatRequest,
  type ChatResult,
  type Clock,
  type FinishEvent,
  type LatticeError,
  type ModelRef,
  type Usage,
} from '@lattice-lock/contract';

/** What one attempt needs. */
export interface AttemptInput {
  readonly turn: number;
  readonly attempt: number;
  /** How often this model was called before in this turn. */
  readonly retryCount: number;
  readonly model: ModelRef;
  readonly client: ChatProvider;
  readonly request: ChatRequest;
  readonly options: CallOptions;
  readonly isStreaming: boolean;
  readonly clock: Clock;
}

/**
 * One call of one model. Until the first content event nothing is shown, so that a failure before it can be mended by
 * another model without the reader noticing. `finish` is held back: the caller shows it once the attempt is accounted
 * for. State is kept on the object, so that an attempt the reader abandons can still be accounted for.
 */
export class Attempt {
  readonly input: AttemptInput;
  readonly startedAtMs: number;
  readonly #startedMonotonicMs: number;
  readonly #accumulator: ChatAccumulator;
  /** Events that are not shown yet. */
  #waiting: ChatEvent[] = [];
  /** Set when the attempt gave a whole answer. */
  result: ChatResult | null = null;
  /** Set when it failed. */
  error: LatticeError | null = null;
  finish: FinishEvent | null = null;
  /** True once a content event was shown. */
  hasShown = false;
  /** True once part of a tool call was shown. */
  hasBegunToolCall = false;
  firstTokenMs: number | null = null;
  /** The W3C `traceparent` of the call; set before it begins. */
  traceparent: string | undefined;

  constructor(input: AttemptInput) {
    this.input = input;
    this.startedAtMs = input.clock.now();
    this.#startedMonotonicMs = input.clock.monotonic();
    this.#accumulator = new ChatAccumulator(input.model);
  }

  /** Time since the start, ms. */
  get elapsedMs(): number {
    return Math.max(0, this.input.clock.monotonic() - this.#startedMonotonicMs);
  }

  /** What is known of the usage, of a broken answer too. */
  get usage(): Usage {
    return this.result?.usage ?? this.#accumulator.usage;
  }

  /** What has arrived, whole or not. */
  get partial(): ChatResult {
    return this.result ?? this.error?.partial ?? this.#accumulator.partial();
  }

  /** Runs the call to its end, showing nothing. Never throws. */
  async complete(): Promise<void> {
    const { client, request } = this.input;
    try {
      const result = await client.chat(request, this.#callOptions());
      this.firstTokenMs = this.elapsedMs;
      this.#succeed(result);
    } catch (error) {
      this.error = toLatticeError(error, this.input.model);
      if (this.error.partial !== undefined) this.#accumulator.add({ type: 'usage', usage: this.error.partial.usage });
    }
  }

  /** Runs the call, giving the events that may be shown, those that arrived together in one array. Never throws. */
  async *events(): AsyncGenerator<readonly ChatEvent[], void, undefined> {
    const { client, request } = this.input;
    try {
      for await (const batch of batchesOf(client, request, this.#callOptions())) {
        for (const event of batch) this.#take(event);
        if (!this.hasShown || this.#waiting.length === 0) continue;
        const shown = this.#waiting;
        this.#waiting = [];
        yield shown;
      }
      this.#succeed(this.#accumulator.result());
    } catch (error) {
      this.error = toLatticeError(error, this.input.model);
      return;
    }
    if (this.#waiting.length > 0) yield this.#waiting;
  }

  #take(event: ChatEvent): void {
    this.#accumulator.add(event);
    if (event.type === 'error' || event.type === 'finish') return;
    if (!this.hasShown && isContentEvent(event)) {
      this.hasShown = true;
      this.firstTokenMs = this.elapsedMs;
    }
    if (event.type === 'tool-call-start') this.hasBegunToolCall = true;
    this.#waiting.push(event);
  }

  #callOptions(): CallOptions {
    const { options } = this.input;
    return this.traceparent === undefined ? options : { ...options, traceparent: this.traceparent };
  }

  #succeed(result: ChatResult): void {
    this.result = result;
    this.finish = { type: 'finish', finishReason: result.finishReason, rawFinishReason: result.rawFinishReason };
  }
}

function batchesOf(
  client: ChatProvider,
  request: ChatRequest,
  options: CallOptions,
): AsyncIterable<readonly ChatEvent[]> {
  return client.streamBatches?.(request, options) ?? singly(client.stream(request, options));
}

async function* singly(events: AsyncIterable<ChatEvent>): AsyncGenerator<readonly ChatEvent[], void, undefined> {
  for await (const event of events) yield [event];
}
