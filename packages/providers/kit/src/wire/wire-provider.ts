import {
  LatticeError,
  systemClock,
  toLatticeError,
  type CallOptions,
  type ChatEvent,
  type ChatProvider,
  type ChatRequest,
  type ChatResult,
  type Clock,
  type HttpResponse,
  type HttpTransport,
  type ProviderCapabilities,
  type ProviderStatus,
} from '@lattice-lock/contract';
import { createHealthCache, type HealthCache } from '../health/health-cache.ts';
import { mapHttpError, upstreamRequestIdOf } from '../errors/http-error.ts';
import { rateLimitInfo } from '../errors/rate-limit-info.ts';
import { createTransport } from '../transport/transport.ts';
import { abortError } from '../transport/transport-error.ts';
import { AnswerDecoder } from './answer-decoder.ts';
import { abandonedStatus, probeHealth } from '../health/health-probe.ts';
import type { ChatCodec, DecodeContext, WireCall, WireConnection, WireProviderSpec } from './wire-spec.ts';

/** A response whose status is good and whose body is the answer. */
interface OpenAnswer {
  readonly response: HttpResponse;
  readonly connection: WireConnection;
  readonly codec: ChatCodec;
  readonly context: DecodeContext;
}

/**
 * Makes a provider from what its vendor package says about itself. Everything that is the same for all vendors happens
 * here once: encode, send, judge status and content, decode, abort, broken streams, errors under a good status, health.
 */
export function createWireProvider(spec: WireProviderSpec): ChatProvider {
  return new WireProvider(spec);
}

class WireProvider implements ChatProvider {
  readonly id: string;
  readonly capabilities: ProviderCapabilities;
  readonly #spec: WireProviderSpec;
  readonly #transport: HttpTransport;
  readonly #clock: Clock;
  readonly #health: HealthCache;
  #connecting: Promise<WireConnection> | undefined;
  #connection: WireConnection | undefined;
  #isClosed = false;

  constructor(spec: WireProviderSpec) {
    this.#spec = spec;
    this.id = spec.options.id ?? spec.id;
    this.capabilities = spec.capabilities;
    this.#transport = spec.options.transport ?? createTransport();
    this.#clock = spec.options.clock ?? systemClock;
    this.#health = createHealthCache({
      clock: this.#clock,
      probe: (signal) =>
        probeHealth({
          spec,
          provider: this.id,
          clock: this.#clock,
          connect: () => this.#connect(),
          send: (connection, call) => this.#send(connection, call, {}, { signal, ...probeTimeouts }),
        }),
    });
  }

  async chat(request: ChatRequest, options: CallOptions = {}): Promise<ChatResult> {
    let decoder: AnswerDecoder | undefined;
    try {
      const answer = await this.#open(request, options, false);
      decoder = this.#decoder(answer, ignoreEvent);
      decoder.readWhole(await answer.response.text());
    } catch (thrown) {
      const error = this.#typed(thrown, request, options.signal, decoder !== undefined);
      if (decoder === undefined) throw error;
      decoder.fail(error);
    }
    return decoder.result();
  }

  async *stream(request: ChatRequest, options: CallOptions = {}): AsyncGenerator<ChatEvent, void, undefined> {
    for await (const batch of this.streamBatches(request, options)) for (const event of batch) yield event;
  }

  async *streamBatches(
    request: ChatRequest,
    options: CallOptions = {},
  ): AsyncGenerator<readonly ChatEvent[], void, undefined> {
    let events: ChatEvent[] = [];
    let decoder: AnswerDecoder | undefined;
    let chunks: AsyncIterator<Uint8Array> | undefined;
    let isRead = false;
    try {
      const answer = await this.#open(request, options, true);
      decoder = this.#decoder(answer, (event) => events.push(event));
      chunks = answer.response.body[Symbol.asyncIterator]();
      while (!decoder.isOver) {
        const next = await chunks.next();
        isRead = next.done === true;
        if (next.done === true) decoder.end();
        else decoder.push(next.value);
        if (events.length === 0) continue;
        const batch = events;
        events = [];
        yield batch;
      }
    } catch (thrown) {
      const error = this.#typed(thrown, request, options.signal, decoder !== undefined);
      isRead = true;
      if (decoder === undefined) yield [{ type: 'error', error }];
      else decoder.fail(error);
      if (events.length > 0) yield events;
    } finally {
      if (!isRead && chunks !== undefined) await leave(chunks, decoder?.isFinished === true);
    }
  }

  async checkHealth(
    options: { readonly fresh?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<ProviderStatus> {
    try {
      return await this.#health.check(options);
    } catch {
      return abandonedStatus(this.id, this.#clock);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#health.reset();
    if (this.#spec.options.transport === undefined) await this.#transport.close();
  }

  #decoder({ response, connection, codec, context }: OpenAnswer, emit: (event: ChatEvent) => void): AnswerDecoder {
    const { secrets } = connection;
    return new AnswerDecoder({ codec, context, headers: response.headers, secrets, nowMs: this.#clock.now(), emit });
  }

  /** From the moment a good status came, a broken connection is a broken answer. */
  #typed(thrown: unknown, request: ChatRequest, signal: AbortSignal | undefined, isOpen: boolean): LatticeError {
    const about = { provider: this.id, model: request.model };
    if (signal?.aborted) return abortError(signal.reason).with(about);
    const error = toLatticeError(thrown, about).with(about);
    if (!isOpen || error.code !== 'LATTICE_CONNECTION_RESET') return error;
    const message = `The answer of ${this.id}/${request.model} broke off: ${error.message}`;
    return new LatticeError('LATTICE_STREAM_INTERRUPTED', message, { ...about, retryable: true, cause: error });
  }

  async #open(request: ChatRequest, options: CallOptions, stream: boolean): Promise<OpenAnswer> {
    if (this.#isClosed) {
      throw new LatticeError('LATTICE_CLOSED', `The provider ${this.id} is closed; create a new one.`);
    }
    if (options.signal?.aborted) throw abortError(options.signal.reason);
    const connection = this.#connection ?? (await this.#connect());
    const codec = typeof connection.codec === 'function' ? connection.codec(request) : connection.codec;
    const encoded = codec.encode(request, { provider: this.id, stream });
    const body = JSON.stringify(encoded.body);
    const call: WireCall = { method: 'POST', path: encoded.path, body, stream, requestId: options.requestId };
    const response = await this.#send(connection, call, encoded.headers ?? {}, options);
    const nowMs = this.#clock.now();
    if (response.status < 200 || response.status > 299) {
      throw mapHttpError({
        provider: this.id,
        model: request.model,
        status: response.status,
        headers: response.headers,
        body: await response.text(maxErrorBytes),
        nowMs,
        secrets: connection.secrets,
      });
    }
    const context: DecodeContext = {
      provider: this.id,
      model: request.model,
      warnings: encoded.warnings,
      rateLimit: rateLimitInfo(response.headers, nowMs),
      upstreamRequestId: upstreamRequestIdOf(response.headers),
    };
    return { response, connection, codec, context };
  }

  async #send(
    connection: WireConnection,
    call: WireCall,
    headers: Readonly<Record<string, string>>,
    options: CallOptions,
  ): Promise<HttpResponse> {
    const target = await connection.prepare(call);
    const { firstByteTimeoutMs = this.#spec.options.firstByteTimeoutMs } = options;
    const { idleTimeoutMs = this.#spec.options.idleTimeoutMs } = options;
    return this.#transport.request({
      method: call.method,
      url: target.url,
      headers: {
        accept: call.stream ? 'text/event-stream, application/x-ndjson, application/json' : 'application/json',
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...target.headers,
        ...headers,
        ...(options.traceparent === undefined ? {} : { traceparent: options.traceparent }),
        ...lowerCased(this.#spec.options.headers),
      },
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(firstByteTimeoutMs === undefined ? {} : { firstByteTimeoutMs }),
      ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
    });
  }

  #connect(): Promise<WireConnection> {
    this.#connecting ??= Promise.resolve()
      .then(() => this.#spec.connect(this.#transport))
      .then(
        (connection) => (this.#connection = connection),
        (thrown: unknown) => {
          this.#connecting = undefined;
          throw toLatticeError(thrown, { provider: this.id });
        },
      );
    return this.#connecting;
  }
}

/** A health check is for people and for routing: it does not wait as long as an answer may take. */
const probeTimeouts = { firstByteTimeoutMs: 10_000, idleTimeoutMs: 10_000 } as const;

/** How long the end of a finished stream may take before its socket is given up instead of kept alive. */
const drainMs = 1000;

/** After a whole answer the rest of the body is read aside, so that the socket can be used again; else it is closed. */
async function leave(chunks: AsyncIterator<Uint8Array>, isFinished: boolean): Promise<void> {
  if (!isFinished) {
    await chunks.return?.();
    return;
  }
  void drain(chunks);
}

async function drain(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  const timer = setTimeout(() => void chunks.return?.(), drainMs);
  timer.unref();
  try {
    while ((await chunks.next()).done !== true);
  } catch {
    // The answer was whole; how its connection ends is of no interest.
  } finally {
    clearTimeout(timer);
  }
}

const ignoreEvent = () => undefined;

const maxErrorBytes = 1024 * 1024;

function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
