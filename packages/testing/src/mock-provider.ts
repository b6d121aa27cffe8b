import {
  ChatAccumulator,
  createToolCall,
  createUsage,
  LatticeError,
  toLatticeError,
  unknownUsage,
  type CallOptions,
  type ChatEvent,
  type ChatProvider,
  type ChatRequest,
  type ChatResult,
  type FinishReason,
  type JsonObject,
  type ProviderCapabilities,
  type ProviderStatus,
  type Usage,
} from '@lattice-lock/contract';

/** A scripted answer: the events are made from it. */
export interface MockAnswer {
  readonly text?: string;
  readonly reasoning?: { readonly text: string; readonly signature?: string };
  readonly toolCalls?: readonly {
    readonly id?: string;
    readonly name: string;
    readonly arguments: JsonObject | string;
  }[];
  readonly refusal?: string;
  readonly finishReason?: FinishReason;
  /** Unknown unless given. */
  readonly usage?: Partial<Usage>;
}

/**
 * What one call gets: an answer; its very events; an error before anything came; or a call that waits until it is
 * aborted. Events without a `finish` or an `error` at their end are a broken stream and are reported as one.
 */
export type MockStep =
  | { readonly answer: MockAnswer }
  | { readonly events: readonly ChatEvent[] }
  | { readonly error: LatticeError }
  | { readonly hang: true };

/** A call that the mock received. */
export interface MockCall {
  readonly method: 'chat' | 'stream';
  readonly request: ChatRequest;
  readonly options: CallOptions;
  /** Set once the call has ended. */
  readonly outcome: 'open' | 'finished' | 'failed' | 'aborted' | 'left';
}

type RecordedCall = { -readonly [Key in keyof MockCall]: MockCall[Key] };

/** How a mock is made. */
export interface MockProviderOptions {
  /** Default `mock`. */
  readonly id?: string;
  /** Merged over "can do everything". */
  readonly capabilities?: Partial<ProviderCapabilities>;
  /** What the calls get, in order; a function decides by the request. After the last step a call fails. */
  readonly script?: readonly MockStep[] | ((request: ChatRequest, call: number) => MockStep);
  /** Default available. */
  readonly health?: Partial<ProviderStatus>;
}

/** A provider that does what it was told, and remembers what it was asked. */
export interface MockProvider extends ChatProvider {
  readonly calls: readonly MockCall[];
  readonly healthChecks: number;
  readonly isClosed: boolean;
  /** Adds steps at the end of the script. */
  enqueue(...steps: readonly MockStep[]): void;
}

const everything: ProviderCapabilities = {
  streaming: true,
  tools: true,
  parallelTools: true,
  structuredOutput: 'native',
  images: true,
  files: true,
  reasoning: true,
  promptCache: true,
  seed: true,
  logprobs: false,
  embeddings: false,
  usage: 'always',
};

/** Makes a provider without a network, for unit tests; where the wire matters, start the simulator instead. */
export function createMockProvider(options: MockProviderOptions = {}): MockProvider {
  return new ScriptedProvider(options);
}

class ScriptedProvider implements MockProvider {
  readonly id: string;
  readonly capabilities: ProviderCapabilities;
  readonly #options: MockProviderOptions;
  readonly #queue: MockStep[];
  readonly #calls: RecordedCall[] = [];
  healthChecks = 0;
  isClosed = false;

  constructor(options: MockProviderOptions) {
    this.id = options.id ?? 'mock';
    this.capabilities = { ...everything, ...options.capabilities };
    this.#options = options;
    this.#queue = typeof options.script === 'function' ? [] : [...(options.script ?? [])];
  }

  get calls(): readonly MockCall[] {
    return this.#calls.map((call) => ({ ...call }));
  }

  enqueue(...steps: readonly MockStep[]): void {
    this.#queue.push(...steps);
  }

  async chat(request: ChatRequest, options: CallOptions = {}): Promise<ChatResult> {
    const accumulator = new ChatAccumulator({ provider: this.id, model: request.model });
    for await (const event of this.#run('chat', request, options)) accumulator.add(event);
    return accumulator.result();
  }

  stream(request: ChatRequest, options: CallOptions = {}): AsyncIterable<ChatEvent> {
    return this.#run('stream', request, options);
  }

  checkHealth(): Promise<ProviderStatus> {
    this.healthChecks += 1;
    return Promise.resolve({
      provider: this.id,
      state: 'available',
      checkedAt: new Date().toISOString(),
      latencyMs: 0,
      models: null,
      errorCode: null,
      message: 'The mock provider is available.',
      remedy: null,
      ...this.#options.health,
    });
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  async *#run(method: MockCall['method'], request: ChatRequest, options: CallOptions): AsyncGenerator<ChatEvent> {
    const call: RecordedCall = { method, request, options, outcome: 'open' };
    this.#calls.push(call);
    const accumulator = new ChatAccumulator({ provider: this.id, model: request.model });
    try {
      for await (const event of this.#play(request, options)) {
        accumulator.add(event);
        if (event.type === 'finish') call.outcome = 'finished';
        yield event;
      }
    } catch (caught) {
      call.outcome = options.signal?.aborted === true ? 'aborted' : 'failed';
      const error = toLatticeError(caught);
      const partial = error.partial ?? accumulator.partial();
      yield { type: 'error', error: error.with({ provider: this.id, model: request.model, partial }) };
    } finally {
      if (call.outcome === 'open') call.outcome = 'left';
    }
  }

  /** Yields up to and including `finish`; everything else is thrown. */
  async *#play(request: ChatRequest, { signal }: CallOptions): AsyncGenerator<ChatEvent> {
    const step = this.#step(request);
    if ('hang' in step) await untilAborted(signal);
    if ('error' in step) throw step.error;
    const events = 'events' in step ? step.events : 'answer' in step ? this.#events(request, step.answer) : [];
    for (const event of events) {
      // Other work gets its turn between events, as it does with a real socket.
      await Promise.resolve();
      if (signal?.aborted) throw abortError(signal);
      if (event.type === 'error') throw event.error;
      yield event;
      if (event.type === 'finish') return;
    }
    const message = `The stream of ${this.id}/${request.model} ended without its terminal event; the answer is not whole.`;
    throw new LatticeError('LATTICE_STREAM_INTERRUPTED', message, { retryable: true });
  }

  #step(request: ChatRequest): MockStep {
    if (this.isClosed) throw new LatticeError('LATTICE_CLOSED', `The provider "${this.id}" is closed.`);
    const { script } = this.#options;
    const step =
      this.#queue.shift() ?? (typeof script === 'function' ? script(request, this.#calls.length) : undefined);
    if (step !== undefined) return step;
    const message = `The script of the mock provider "${this.id}" has no step for call ${this.#calls.length}: enqueue one more.`;
    throw new LatticeError('LATTICE_INTERNAL', message);
  }

  *#events(request: ChatRequest, answer: MockAnswer): Iterable<ChatEvent> {
    const none = { warnings: [], rateLimit: null, upstreamRequestId: null };
    yield { type: 'start', id: `mock-${this.#calls.length}`, provider: this.id, model: request.model, ...none };
    let index = 0;
    if (answer.reasoning !== undefined) {
      const { text, signature } = answer.reasoning;
      yield { type: 'reasoning-delta', index, text, ...(signature === undefined ? {} : { signature }) };
      index += 1;
    }
    if (answer.text !== undefined) {
      for (const text of answer.text.match(/\s*\S+|\s+/gu) ?? []) yield { type: 'text-delta', index, text };
      index += 1;
    }
    if (answer.refusal !== undefined) yield { type: 'refusal-delta', text: answer.refusal };
    const calls = answer.toolCalls ?? [];
    for (const [place, call] of calls.entries())
      yield* toolCallEvents(index + place, `mock-call-${this.#calls.length}-${place}`, call);
    yield { type: 'usage', usage: answer.usage === undefined ? unknownUsage : createUsage(answer.usage) };
    const natural = answer.refusal !== undefined ? 'content-filter' : calls.length > 0 ? 'tool-calls' : 'stop';
    yield { type: 'finish', finishReason: answer.finishReason ?? natural, rawFinishReason: null };
  }
}

function* toolCallEvents(
  index: number,
  fallbackId: string,
  call: NonNullable<MockAnswer['toolCalls']>[number],
): Iterable<ChatEvent> {
  const text = typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
  const { type: _type, ...whole } = createToolCall(call.id ?? fallbackId, call.name, text);
  yield { type: 'tool-call-start', index, id: whole.id, name: whole.name };
  yield { type: 'tool-call-delta', index, argumentsText: whole.argumentsText };
  yield { type: 'tool-call-end', index, ...whole };
}

function abortError(signal: AbortSignal): LatticeError {
  return new LatticeError('LATTICE_ABORTED', 'The call was aborted.', { cause: signal.reason });
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    signal?.addEventListener('abort', () => reject(abortError(signal)), { once: true });
  });
}
