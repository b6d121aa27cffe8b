import { LatticeError, unknownUsage, createUsage, type JsonObject } from '@lattice-lock/contract';
import { requestId, type ExchangeSettings } from './chat-exchange.ts';
import { answeringModel } from './deployed-model.ts';
import { embeddingDimensions, embeddingVector } from './embedding-vector.ts';
import type { Incoming } from './incoming.ts';
import { checkAccess, maskedHeaders, parseJsonObject, readBody } from './request-reading.ts';
import type { ServedOutcome } from './served-request.ts';
import type { SimulatorFault } from './simulator-reply.ts';
import { statusError } from './status-error.ts';
import { textTokens } from './token-rule.ts';
import type { SimulatedEmbeddings } from './wires/simulated-embeddings.ts';

/** One request for vectors, from its headers to its record. */
export class EmbeddingExchange {
  readonly #settings: ExchangeSettings;
  readonly #codec: SimulatedEmbeddings;
  readonly #incoming: Incoming;
  readonly #startedAtMs = Date.now();
  #body: JsonObject | null = null;
  #model = '';

  constructor(settings: ExchangeSettings, codec: SimulatedEmbeddings, incoming: Incoming) {
    this.#settings = settings;
    this.#codec = codec;
    this.#incoming = incoming;
  }

  /** Answers the request, or fails as a queued reply for `embeddings` says. */
  async run(): Promise<void> {
    const { request, response } = this.#incoming;
    response.on('error', () => undefined);
    try {
      await this.#answer();
    } catch (error) {
      if (request.destroyed && !request.complete) return this.#record('aborted', 0);
      if (!LatticeError.isInstance(error) || error.status === undefined) throw error;
      this.#refuse(error);
    }
  }

  async #answer(): Promise<void> {
    const { request, target } = this.#incoming;
    const { acceptedApiKeys, bodyLimitBytes, script, deployments } = this.#settings;
    const { wire, vendor } = this.#codec;
    checkAccess(target, vendor, acceptedApiKeys);
    const body = parseJsonObject(await readBody(request, bodyLimitBytes, wire));
    this.#body = body;
    const decoded = this.#codec.decode(body, target);
    this.#model = decoded.model;
    const model =
      this.#codec.hasDeployments === true ? answeringModel(wire, decoded.model, deployments) : decoded.model;
    const { fault } = script.takeEmbeddings(wire, decoded.model);
    if (fault !== undefined && fault.type !== 'slow') return this.#fail(fault);
    const dimensions = decoded.dimensions ?? embeddingDimensions(model);
    const vectors = decoded.texts.map((text) => embeddingVector(text, dimensions));
    const tokens = decoded.texts.map(textTokens);
    const encoded = this.#codec.encode(vectors, { request: decoded, answeringModel: model, body, target, tokens });
    const total = tokens.reduce((sum, count) => sum + count, 0);
    const usage = createUsage({ inputTokens: total, totalTokens: total });
    this.#record('complete', 200, usage, encoded.reported);
    this.#send(200, encoded.body, encoded.headers);
  }

  #fail(fault: SimulatorFault): void {
    if (fault.type === 'status') {
      this.#refuse(statusError(this.#codec.wire, fault.status, fault), fault.headers, fault.body);
      return;
    }
    this.#record('fault', 0);
    // A stalled request stays open until the client or the simulator ends it; any other break is a reset.
    if (fault.type !== 'stall') this.#incoming.resetConnection();
  }

  #refuse(error: LatticeError, headers?: Readonly<Record<string, string>>, body?: JsonObject | string): void {
    const { vendor } = this.#codec;
    const status = error.status ?? 500;
    this.#record('fault', status);
    this.#incoming.request.resume();
    const content = body ?? vendor.errorBody(error, requestId(this.#incoming.number));
    this.#send(status, content, { ...vendor.errorHeaders(error), ...headers });
  }

  #send(status: number, body: JsonObject | string, headers: Readonly<Record<string, string>> = {}): void {
    const { response, number } = this.#incoming;
    const isText = typeof body === 'string';
    response.writeHead(status, {
      'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
      ...this.#codec.vendor.headers(requestId(number), number),
      ...headers,
    });
    response.end(isText ? body : JSON.stringify(body));
  }

  #record(outcome: ServedOutcome, status: number, usage = unknownUsage, usageReported = unknownUsage): void {
    const { number, request } = this.#incoming;
    this.#settings.log.put({
      id: requestId(number),
      route: 'embeddings',
      wire: this.#codec.wire,
      model: this.#model,
      stream: false,
      status,
      headers: maskedHeaders(request.headers),
      body: this.#body,
      chat: null,
      images: [],
      files: [],
      outcome,
      usage,
      usageReported,
      usageSent: usageReported.inputTokens !== null,
      startedAtMs: this.#startedAtMs,
      closedAtMs: Date.now(),
    });
  }
}
