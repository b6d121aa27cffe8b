import {
  createUsage,
  LatticeError,
  tokenCount,
  type CallOptions,
  type EmbeddingProvider,
  type EmbeddingRequest,
  type EmbeddingResult,
  type JsonObject,
} from '@lattice-lock/contract';
import { connectionError, statusError } from './reference-errors.ts';
import type { Flaw } from './reference-flaws.ts';

/** Embeddings of the OpenAI wire over plain `fetch`, as small as the suite allows. */
export class ReferenceEmbeddings implements EmbeddingProvider {
  readonly id = 'reference';
  readonly #baseUrl: string;
  readonly #apiKey: string;
  readonly #flaw: Flaw | undefined;

  constructor(baseUrl: string, apiKey: string, flaw?: Flaw) {
    this.#baseUrl = baseUrl;
    this.#apiKey = apiKey;
    this.#flaw = flaw;
  }

  async embed({ model, texts, dimensions }: EmbeddingRequest, { signal }: CallOptions = {}): Promise<EmbeddingResult> {
    if (signal?.aborted === true) throw new LatticeError('LATTICE_ABORTED', 'The call was aborted.');
    const response = await fetch(`${this.#baseUrl}/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, input: texts, dimensions, encoding_format: 'float' }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: unknown) => {
      throw connectionError(error, false);
    });
    const text = await response.text();
    if (!response.ok) throw statusError(response.status, response.headers, text, this.#flaw);
    const body = JSON.parse(text) as JsonObject;
    const rows = [...(body.data as readonly { index: number; embedding: number[] }[])];
    rows.sort((one, two) => (this.#flaw === 'mixes-up-embeddings' ? two.index - one.index : one.index - two.index));
    const extra = this.#flaw === 'counts-one-token-too-many' ? 1 : 0;
    return {
      provider: this.id,
      model: String(body.model),
      vectors: rows.map(({ embedding }) => Float32Array.from(embedding)),
      usage: createUsage({ inputTokens: (tokenCount((body.usage as JsonObject).prompt_tokens) ?? 0) + extra }),
      warnings: [],
      rateLimit: null,
      upstreamRequestId: response.headers.get('x-request-id'),
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
