import {
  LatticeError,
  systemClock,
  toLatticeError,
  type CallOptions,
  type Clock,
  type HttpResponse,
  type HttpTransport,
} from '@lattice-lock/contract';
import { mapHttpError } from '../errors/http-error.ts';
import { createTransport } from '../transport/transport.ts';
import { abortError } from '../transport/transport-error.ts';
import type { EncodedRequest, WireCall, WireConnection, WireProviderSpec } from './wire-spec.ts';

/** What a request is for, beside its own words. */
export interface AskOptions {
  readonly model: string;
  readonly stream: boolean;
  readonly call: CallOptions;
}

const maxErrorBytes = 1024 * 1024;

/**
 * One vendor's connection and the calls over it: what chat, embeddings and health checks share. Connects on first use,
 * sends, and turns whatever fails into a typed error.
 */
export class WireClient {
  readonly id: string;
  readonly clock: Clock;
  readonly #spec: WireProviderSpec;
  readonly #transport: HttpTransport;
  #connecting: Promise<WireConnection> | undefined;
  #connection: WireConnection | undefined;
  #isClosed = false;

  constructor(spec: WireProviderSpec) {
    this.#spec = spec;
    this.id = spec.options.id ?? spec.id;
    this.clock = spec.options.clock ?? systemClock;
    this.#transport = spec.options.transport ?? createTransport();
  }

  /** @throws LatticeError `LATTICE_CLOSED`, or the caller's own cancellation. */
  checkOpen(signal: AbortSignal | undefined): void {
    if (this.#isClosed) {
      throw new LatticeError('LATTICE_CLOSED', `The provider ${this.id} is closed; create a new one.`);
    }
    if (signal?.aborted) throw abortError(signal.reason);
  }

  /** The connection, without waiting once it stands. */
  connection(): WireConnection | Promise<WireConnection> {
    return this.#connection ?? this.#connect();
  }

  /** Sends a request and gives its answer with a good status. @throws LatticeError what the vendor answered otherwise. */
  async ask(connection: WireConnection, encoded: EncodedRequest, options: AskOptions): Promise<HttpResponse> {
    const { model, stream, call } = options;
    const body = JSON.stringify(encoded.body);
    const response = await this.send(
      connection,
      { method: 'POST', path: encoded.path, body, stream, requestId: call.requestId },
      encoded.headers ?? noHeaders,
      call,
    );
    const { status, headers } = response;
    if (status >= 200 && status <= 299) return response;
    throw mapHttpError({
      provider: this.id,
      model,
      status,
      headers,
      body: await response.text(maxErrorBytes),
      nowMs: this.clock.now(),
      secrets: connection.secrets,
    });
  }

  /** Sends a call as it is, whatever the answer. */
  async send(
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

  /** Whatever a call threw, typed. From the moment a good status came, a broken connection is a broken answer. */
  typedError(thrown: unknown, model: string, signal: AbortSignal | undefined, isOpen: boolean): LatticeError {
    const about = { provider: this.id, model };
    if (signal?.aborted) return abortError(signal.reason).with(about);
    const error = toLatticeError(thrown, about).with(about);
    if (!isOpen || error.code !== 'LATTICE_CONNECTION_RESET') return error;
    const message = `The answer of ${this.id}/${model} broke off: ${error.message}`;
    return new LatticeError('LATTICE_STREAM_INTERRUPTED', message, { ...about, retryable: true, cause: error });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#spec.options.transport === undefined) await this.#transport.close();
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

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

function lowerCased(headers: Readonly<Record<string, string>> = noHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
