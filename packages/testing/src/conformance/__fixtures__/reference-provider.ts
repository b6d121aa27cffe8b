import {
  ChatAccumulator,
  LatticeError,
  type CallOptions,
  type ChatEvent,
  type ChatProvider,
  type ChatRequest,
  type ChatResult,
  type JsonObject,
  type ProviderCapabilities,
  type ProviderStatus,
  type RateLimitInfo,
} from '@lattice-lock/contract';
import { ReferenceDecoder } from './reference-decoder.ts';
import { connectionError, statusError } from './reference-errors.ts';
import type { SpecimenParts } from '../provider/specimen-parts.ts';
import type { Flaw } from './reference-flaws.ts';
import { misbehaveAtStart } from './reference-misdeeds.ts';
import { encodeRequest } from './reference-wire.ts';

interface Opened {
  readonly response: Response;
  readonly watch: Watch;
}

/** Aborts a request when its caller does, or when nothing was heard for too long. */
class Watch {
  readonly controller = new AbortController();
  readonly #signal: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (signal?.aborted) this.#onAbort();
  }

  readonly #onAbort = () => this.controller.abort(new LatticeError('LATTICE_ABORTED', 'The call was aborted.'));

  /** Starts to wait again. */
  wait(limitMs = 30_000): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const message = 'Nothing was heard for too long.';
      this.controller.abort(new LatticeError('LATTICE_TIMEOUT', message, { retryable: true }));
    }, limitMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}

/**
 * A provider of the OpenAI chat wire over plain `fetch`, as small as the suite allows: it shows that the suite asks for
 * nothing that takes the house's kit, and with a flaw it shows that the suite notices.
 */
export class ReferenceProvider implements ChatProvider {
  readonly id = 'reference';
  readonly capabilities: ProviderCapabilities = {
    streaming: true,
    tools: true,
    parallelTools: true,
    structuredOutput: 'native',
    images: true,
    files: true,
    reasoning: true,
    promptCache: false,
    seed: true,
    logprobs: true,
    embeddings: true,
    usage: 'always',
  };
  readonly #baseUrl: string;
  readonly #apiKey: string;
  readonly #flaw: Flaw | undefined;
  readonly #parts: SpecimenParts;
  #status: { readonly value: ProviderStatus; readonly freshUntil: number } | undefined;
  #probe: Promise<ProviderStatus> | undefined;
  /** Present only to be wrong: the port lets it be absent. */
  readonly streamBatches?: (request: ChatRequest, options?: CallOptions) => AsyncIterable<readonly ChatEvent[]>;

  constructor(baseUrl: string, apiKey: string, parts: SpecimenParts, flaw?: Flaw) {
    this.#baseUrl = baseUrl;
    this.#apiKey = apiKey;
    this.#parts = parts;
    this.#flaw = flaw;
    if (flaw === 'loses-a-batch') this.streamBatches = (request, options) => this.#everyOther(request, options);
  }

  async *#everyOther(request: ChatRequest, options?: CallOptions): AsyncGenerator<readonly ChatEvent[]> {
    let count = 0;
    for await (const event of this.stream(request, options)) if (++count !== 3) yield [event];
  }

  async chat(request: ChatRequest, options: CallOptions = {}): Promise<ChatResult> {
    const accumulator = new ChatAccumulator({ provider: this.id, model: request.model });
    for await (const event of this.#events(request, options, false)) accumulator.add(event);
    return accumulator.result();
  }

  async *stream(request: ChatRequest, options: CallOptions = {}): AsyncGenerator<ChatEvent> {
    const gathered: ChatEvent[] = [];
    for await (const event of this.#events(request, options, true)) {
      if (event.type === 'error' && this.#flaw === 'throws-from-the-stream') throw event.error;
      if (this.#flaw === 'gathers-deltas' && event.type === 'text-delta') gathered.push(event);
      else if (event.type === 'finish' && gathered.length > 0) yield* [joined(gathered), event];
      else yield event;
    }
  }

  async *#events(request: ChatRequest, options: CallOptions, isStream: boolean): AsyncGenerator<ChatEvent> {
    await misbehaveAtStart(this.#flaw, request, options, this.#parts.logger, this.#apiKey);
    const accumulator = new ChatAccumulator({ provider: this.id, model: request.model });
    const decoder = new ReferenceDecoder(this.#flaw);
    let opened: Opened | undefined;
    const watch = new Watch(this.#flaw === 'ignores-the-signal' ? undefined : options.signal);
    try {
      opened = await this.#open(request, options, isStream, watch);
      let isStarted = false;
      for await (const chunk of this.#chunks(opened, options, isStream)) {
        const batch = isStarted ? [] : [this.#start(chunk, opened.response)];
        isStarted = true;
        for (const event of [...batch, ...decoder.chunk(chunk)]) {
          accumulator.add(event);
          yield event;
        }
      }
      yield* decoder.end();
    } catch (thrown) {
      const reason: unknown = watch.controller.signal.reason;
      const error = connectionError(reason ?? thrown, opened !== undefined);
      yield {
        type: 'error',
        error: error.with({ provider: this.id, model: request.model, partial: accumulator.partial() }),
      };
    } finally {
      watch.end();
      watch.controller.abort();
    }
  }

  async #open(request: ChatRequest, options: CallOptions, isStream: boolean, watch: Watch): Promise<Opened> {
    watch.controller.signal.throwIfAborted();
    if (this.#flaw !== 'never-times-out') watch.wait(options.firstByteTimeoutMs);
    const send = () =>
      fetch(`${this.#baseUrl}/chat/completions${this.#query()}`, {
        method: 'POST',
        headers: { ...this.#headers(), 'content-type': 'application/json' },
        body: JSON.stringify(encodeRequest(request, isStream, this.#flaw)),
        signal: watch.controller.signal,
        redirect: this.#flaw === 'follows-redirects' ? 'follow' : 'manual',
      });
    let response = await send();
    if (response.status >= 500 && this.#flaw === 'retries-by-itself') response = await send();
    if (response.status === 401 && this.#flaw === 'retries-a-401') response = await send();
    if (!response.ok) throw statusError(response.status, response.headers, await response.text(), this.#flaw);
    const type = response.headers.get('content-type') ?? '';
    if (!type.includes(isStream ? 'event-stream' : 'json')) {
      throw new LatticeError('LATTICE_MALFORMED_RESPONSE', `The vendor sent ${type}.`);
    }
    return { response, watch };
  }

  async *#chunks({ response, watch }: Opened, options: CallOptions, isStream: boolean): AsyncGenerator<JsonObject> {
    const decoder = new TextDecoder();
    let text = '';
    if (response.body === null) return;
    for await (const bytes of response.body) {
      if (this.#flaw !== 'never-times-out') watch.wait(options.idleTimeoutMs);
      text += decoder.decode(bytes as Uint8Array, { stream: this.#flaw !== 'decodes-chunks-apart' });
      if (!isStream) continue;
      const lines = text.split(this.#flaw === 'reads-lines-of-one-kind' ? '\n' : /\r?\n/);
      text = lines.pop() ?? '';
      for (const line of lines) yield* dataOf(line);
    }
    if (isStream) yield* dataOf(text);
    else yield parse(text);
  }

  #start(chunk: JsonObject, { headers }: Response): ChatEvent {
    const upstreamRequestId = headers.get('x-request-id');
    const about = { id: String(chunk.id), provider: this.id, model: String(chunk.model), warnings: [] };
    return { type: 'start', ...about, rateLimit: rateLimitOf(headers), upstreamRequestId };
  }

  #query(): string {
    return this.#flaw === 'puts-the-key-in-the-url' ? `?key=${this.#apiKey}` : '';
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#apiKey}` };
  }

  async checkHealth(options: { readonly fresh?: boolean } = {}): Promise<ProviderStatus> {
    if (this.#flaw === 'forgets-its-health') return this.#ask();
    const now = this.#flaw === 'remembers-its-health-forever' ? 0 : this.#parts.clock.monotonic();
    if (options.fresh !== true && this.#status !== undefined && now < this.#status.freshUntil) {
      return this.#status.value;
    }
    const probe = this.#flaw === 'shares-no-probe' ? this.#ask() : (this.#probe ??= this.#ask());
    const value = await probe;
    this.#probe = undefined;
    this.#status = { value, freshUntil: now + (value.state === 'available' ? 60_000 : 10_000) };
    return value;
  }

  async #ask(): Promise<ProviderStatus> {
    const about = { provider: this.id, checkedAt: new Date().toISOString(), latencyMs: 0, models: null };
    const good = { ...about, state: 'available' as const, errorCode: null, message: 'Good.', remedy: null };
    if (this.#flaw === 'is-always-healthy') return good;
    try {
      const response = await fetch(`${this.#baseUrl}/models`, { headers: this.#headers() });
      const text = await response.text();
      if (response.ok) return good;
      const errorCode = statusError(response.status, response.headers, text, undefined).code;
      const state = response.status === 401 ? 'unauthorized' : 'failing';
      return { ...about, state, errorCode, message: `Answered ${response.status}.`, remedy: 'Look at the key.' };
    } catch {
      const errorCode = 'LATTICE_CONNECTION_REFUSED';
      return { ...about, state: 'unreachable', errorCode, message: 'Nobody is there.', remedy: 'Look at the address.' };
    }
  }

  close(): Promise<void> {
    if (this.#flaw !== 'remembers-its-health-forever') this.#status = undefined;
    return Promise.resolve();
  }
}

/** The JSON of an SSE line; nothing for comments, names and the end mark. */
function* dataOf(line: string): Iterable<JsonObject> {
  const data = /^data: ?(.*)$/.exec(line)?.[1] ?? '';
  if (data !== '' && data !== '[DONE]') yield parse(data);
}

function parse(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    throw new LatticeError('LATTICE_MALFORMED_RESPONSE', 'The vendor sent something that is not JSON.');
  }
}

function rateLimitOf(headers: Headers): RateLimitInfo {
  const count = (name: string) => Number(headers.get(`x-ratelimit-${name}`));
  return {
    limitRequests: count('limit-requests'),
    limitTokens: count('limit-tokens'),
    remainingRequests: count('remaining-requests'),
    remainingTokens: count('remaining-tokens'),
    resetRequestsMs: null,
    resetTokensMs: null,
  };
}

function joined(events: readonly ChatEvent[]): ChatEvent {
  const text = events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
  return { type: 'text-delta', index: 0, text };
}
