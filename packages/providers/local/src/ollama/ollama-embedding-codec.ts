import { createUsage, LatticeError, tokenCount, type JsonObject } from '@lattice-lock/contract';
import type { DecodeContext, DecodedEmbeddings, EmbeddingCodec } from '@lattice-lock/provider-kit';

/**
 * Ollama's `POST /api/embed`: texts in, one list of numbers each in their order, and the tokens read. Raw fields
 * (`truncate`, `keep_alive`, `options`) are taken from `providerOptions.local`.
 */
export const ollamaEmbeddingCodec: EmbeddingCodec = Object.freeze({
  encode: ({ model, texts, dimensions, purpose, providerOptions }, { provider }) => ({
    path: '/api/embed',
    body: { model, input: texts, dimensions, ...providerOptions?.['local'], ...providerOptions?.[provider] },
    warnings:
      purpose === undefined ? [] : [`Ollama embeds queries and documents alike; purpose "${purpose}" was left out.`],
  }),
  decode: decodeEmbeddings,
} satisfies EmbeddingCodec);

function decodeEmbeddings(body: JsonObject, { provider, model }: DecodeContext): DecodedEmbeddings {
  const { embeddings } = body;
  if (!Array.isArray(embeddings) || !embeddings.every(isVector)) {
    const message = `The embedding answer of ${provider} has no readable \`embeddings\`; is it Ollama?`;
    throw new LatticeError('LATTICE_MALFORMED_RESPONSE', message, { provider, status: 200 });
  }
  const inputTokens = tokenCount(body['prompt_eval_count']);
  return {
    model: typeof body['model'] === 'string' && body['model'] !== '' ? body['model'] : model,
    vectors: embeddings.map((vector) => Float32Array.from(vector)),
    usage: createUsage({ inputTokens, totalTokens: inputTokens }),
  };
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === 'number');
}
