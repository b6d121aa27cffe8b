import type {
  CallOptions,
  ChatEvent,
  ChatProvider,
  ChatRequest,
  ChatResult,
  HttpResponse,
  ProviderCapabilities,
  ProviderStatus,
} from '@lattice-lock/contract';
import { createHealthCache, type HealthCache } from '../health/health-cache.ts';
import { abandonedStatus, probeHealth } from '../health/health-probe.ts';
import { upstreamRequestIdOf } from '../errors/http-error.ts';
import { rateLimitInfo } from '../errors/rate-limit-info.ts';
import { AnswerDecoder } from './answer-decoder.ts';
import type { AnswerCheck } from './schema-check.ts';
import { WireClient } from './wire-client.ts';
import type { ChatCodec, DecodeContext, WireConnection, WireProviderSpec } from './wire-spec.ts';

/** A response whose status is good and whose body is the answer. */
interface OpenAnswer {
  readonly response: HttpResponse;
  readonly connection: WireConnection;
  readonly codec: ChatCodec;
  readonly context: DecodeContext;
  readonly check: AnswerCheck | undefined;
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
  readonly #client: WireClient;
  readonly #health: HealthCache;

  constructor(spec: WireProviderSpec) {
    const client = new WireClient(spec);
    this.#client = client;
    this.id = client.id;
    this.capabilities = spec.capabilities;
    this.#health = createHealthCache({
      clock: client.clock,
      probe: (signal) =>
        probeHealth({
          spec,
          provider: client.id,
          clock: client.clock,
          connect: async () => client.connection(),
          send: (connection, call) => client.send(connection, call, {}, { signal, ...probeTimeouts }),
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
      const error = this.#client.typedError(thrown, request.model, options.signal, decoder !== undefined);
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
      const error = this.#client.typedError(thrown, request.model, options.signal, decoder !== undefined);
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
      return abandonedStatus(this.id, this.#client.clock);
    }
  }

  async close(): Promise<void> {
    this.#health.reset();
    await this.#client.close();
  }

  #decoder(answer: OpenAnswer, emit: (event: ChatEvent) => void): AnswerDecoder {
    const { response, connection, codec, context, check } = answer;
    const { secrets } = connection;
    const nowMs = this.#client.clock.now();
    return new AnswerDecoder({ codec, context, headers: response.headers, secrets, nowMs, check, emit });
  }

  async #open(request: ChatRequest, call: CallOptions, stream: boolean): Promise<OpenAnswer> {
    this.#client.checkOpen(call.signal);
    const standing = this.#client.connection();
    const connection = standing instanceof Promise ? await standing : standing;
    const codec = typeof connection.codec === 'function' ? connection.codec(request) : connection.codec;
    const encoded = codec.encode(request, { provider: this.id, stream });
    const check = encoded.loadAnswerCheck === undefined ? undefined : await encoded.loadAnswerCheck();
    const response = await this.#client.ask(connection, encoded, { model: request.model, stream, call });
    const context: DecodeContext = {
      provider: this.id,
      model: request.model,
      warnings: encoded.warnings,
      rateLimit: rateLimitInfo(response.headers, this.#client.clock.now()),
      upstreamRequestId: upstreamRequestIdOf(response.headers),
    };
    return { response, connection, codec, context, check };
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
