import {
  createUsage,
  LatticeError,
  tokenCount,
  type EmbeddingRequest,
  type JsonObject,
  type JsonValue,
} from '@lattice-lock/contract';
import { isObject, itemsOf, type EmbeddingCodec } from '@lattice-lock/provider-kit';
import { modelPath } from '../converse/converse-codec.ts';
import { embeddingFamilyOf } from './embedding-family.ts';

/**
 * Embedding models over InvokeModel, whose bodies are their makers': Titan and Nova take one text, Cohere a list.
 * Cohere counts its tokens in a header only, so its usage is unknown.
 */
export const invokeEmbeddingCodec: EmbeddingCodec = {
  encode: (request, { provider }) => {
    const warnings: string[] = [];
    const extra: JsonObject = { ...request.providerOptions?.['bedrock'], ...request.providerOptions?.[provider] };
    return {
      path: modelPath(request.model, 'invoke'),
      body: { ...bodyOf(request, warnings), ...extra },
      warnings,
    };
  },
  decode: (body, { provider, model }) => {
    const inputTokens = tokenCount(body['inputTextTokenCount'] ?? body['inputTokenCount']);
    const usage = createUsage({ inputTokens, totalTokens: inputTokens });
    return { model, vectors: vectorsOf(body).map((vector) => toVector(vector, provider)), usage };
  },
};

function bodyOf({ model, texts, dimensions, purpose }: EmbeddingRequest, warnings: string[]): JsonObject {
  const isQuery = purpose === 'query';
  const [text = ''] = texts;
  switch (embeddingFamilyOf(model)) {
    case 'titan':
      if (purpose !== undefined) warnings.push('Titan embeds questions and documents alike; `purpose` was left out.');
      return { inputText: text, ...(dimensions === undefined ? {} : { dimensions }) };
    case 'nova':
      return {
        taskType: 'SINGLE_EMBEDDING',
        singleEmbeddingParams: {
          embeddingPurpose: isQuery ? 'TEXT_RETRIEVAL' : 'GENERIC_INDEX',
          ...(dimensions === undefined ? {} : { embeddingDimension: dimensions }),
          text: { truncationMode: 'NONE', value: text },
        },
      };
    case 'cohere':
      return {
        texts,
        input_type: isQuery ? 'search_query' : 'search_document',
        ...(dimensions === undefined ? {} : { output_dimension: dimensions }),
      };
    case undefined: {
      const known = 'Known are amazon.titan-embed, amazon.nova embeddings and cohere.embed.';
      const message = `"${model}" is not an embedding model of Bedrock that this provider knows. ${known}`;
      throw new LatticeError('LATTICE_UNSUPPORTED', message, { provider: 'bedrock', model });
    }
  }
}

/** Titan: `embedding`; Nova: `embeddings: [{embedding}]`; Cohere: `embeddings: [[..]]` or `embeddings: {float: [[..]]}`. */
function vectorsOf(body: JsonObject): readonly JsonValue[] {
  const { embedding, embeddings } = body;
  if (embedding !== undefined) return [embedding];
  const list = isObject(embeddings) ? itemsOf(embeddings['float']) : itemsOf(embeddings);
  return list.map((entry) => (isObject(entry) ? (entry['embedding'] ?? null) : entry));
}

function toVector(vector: JsonValue, provider: string): Float32Array {
  if (Array.isArray(vector)) {
    const numbers = vector as readonly JsonValue[];
    if (numbers.every((value): value is number => typeof value === 'number')) return Float32Array.from(numbers);
  }
  const message = `${provider} sent an embedding that is not a list of numbers.`;
  throw new LatticeError('LATTICE_MALFORMED_RESPONSE', message, { provider, status: 200 });
}
