import {
  LatticeError,
  type CallOptions,
  type EmbeddingProvider,
  type EmbeddingRequest,
  type EmbeddingResult,
  type HttpResponse,
} from '@lattice-lock/contract';
import { mapHttpError, maskSecrets, upstreamRequestIdOf } from '../errors/http-error.ts';
import { rateLimitInfo } from '../errors/rate-limit-info.ts';
import { excerpt, hasError, parseObject } from './answer-body.ts';
import type { EmbeddingCodec } from './embedding-codec.ts';
import { WireClient } from './wire-client.ts';
import type { EncodedRequest, WireConnection, WireProviderSpec } from './wire-spec.ts';

/**
 * Makes an embedding provider from what its vendor package says about itself; the connection's `embeddings` says how
 * requests are written and answers read. `embed` throws `LATTICE_UNSUPPORTED` where the connection has none, and
 * `LATTICE_MALFORMED_RESPONSE` when the vendor sends another number of vectors than texts were given.
 */
export function createWireEmbeddings(spec: WireProviderSpec): EmbeddingProvider {
  return new WireEmbeddings(new WireClient(spec));
}

class WireEmbeddings implements EmbeddingProvider {
  readonly id: string;
  readonly #client: WireClient;

  constructor(client: WireClient) {
    this.#client = client;
    this.id = client.id;
  }

  async embed(request: EmbeddingRequest, options: CallOptions = {}): Promise<EmbeddingResult> {
    let isOpen = false;
    try {
      this.#client.checkOpen(options.signal);
      if (request.texts.length === 0) throw this.#error('LATTICE_INVALID_REQUEST', 'There is no text to embed.');
      const connection = await this.#client.connection();
      const codec = connection.embeddings;
      if (codec === undefined) throw this.#error('LATTICE_UNSUPPORTED', `${this.id} has no embeddings.`);
      const encoded = codec.encode(request, { provider: this.id, stream: false });
      const asked = { model: request.model, stream: false, call: options };
      const response = await this.#client.ask(connection, encoded, asked);
      isOpen = true;
      const text = await response.text(maxBodyBytes);
      return this.#read({ request, connection, codec, encoded, response, text });
    } catch (thrown) {
      throw this.#client.typedError(thrown, request.model, options.signal, isOpen);
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #read({ request, connection, codec, encoded, response, text }: Answer): EmbeddingResult {
    const { secrets } = connection;
    const { headers } = response;
    const nowMs = this.#client.clock.now();
    const body = parseObject(text);
    if (body === null) {
      const what = excerpt(maskSecrets(text, secrets));
      throw this.#error('LATTICE_MALFORMED_RESPONSE', `${this.id} answered 200 with no JSON object: ${what}`);
    }
    if (hasError(body)) {
      throw mapHttpError({ provider: this.id, status: 200, assumedStatus: 400, headers, body, nowMs, secrets });
    }
    const context = {
      provider: this.id,
      model: request.model,
      warnings: encoded.warnings,
      rateLimit: rateLimitInfo(headers, nowMs),
      upstreamRequestId: upstreamRequestIdOf(headers),
    };
    const { model, vectors, usage } = codec.decode(body, context);
    if (vectors.length !== request.texts.length) {
      const message = `${this.id} sent ${vectors.length} vectors for ${request.texts.length} texts.`;
      throw this.#error('LATTICE_MALFORMED_RESPONSE', message);
    }
    return { ...context, model, vectors, usage };
  }

  #error(
    code: 'LATTICE_INVALID_REQUEST' | 'LATTICE_UNSUPPORTED' | 'LATTICE_MALFORMED_RESPONSE',
    message: string,
  ): LatticeError {
    return new LatticeError(code, message, {
      provider: this.id,
      ...(code === 'LATTICE_MALFORMED_RESPONSE' ? { status: 200 } : {}),
    });
  }
}

interface Answer {
  readonly request: EmbeddingRequest;
  readonly connection: WireConnection;
  readonly codec: EmbeddingCodec;
  readonly encoded: EncodedRequest;
  readonly response: HttpResponse;
  readonly text: string;
}

/** 2048 vectors of 3072 numbers in base64 are 34 MB. */
const maxBodyBytes = 256 * 1024 * 1024;
