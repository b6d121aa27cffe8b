import { createUsage, unknownUsage, type JsonObject } from '@lattice-lock/contract';
import { bedrockPath, bedrockVendor } from './bedrock-vendor.ts';
import { BodyReader } from './body-reader.ts';
import { bedrockDialect } from './decode-bedrock-converse.ts';
import type {
  DecodedEmbedding,
  EmbeddingContext,
  EncodedEmbedding,
  SimulatedEmbeddings,
} from './simulated-embeddings.ts';

/** Makers of embedding models, each with bodies of its own. */
function makerOf(model: string): 'titan' | 'cohere' | 'nova' | undefined {
  if (!model.includes('embed')) return undefined;
  return (['titan', 'cohere', 'nova'] as const).find((maker) => model.includes(maker));
}

function decode(whole: JsonObject, model: string): DecodedEmbedding {
  const body = new BodyReader(whole, bedrockDialect);
  switch (makerOf(model)) {
    case 'cohere': {
      const texts = body.strings('texts');
      if (texts.length === 0) throw body.missing('texts');
      body.word('input_type', ['search_document', 'search_query', 'classification', 'clustering', 'image']);
      return { model, texts, dimensions: body.optionalInteger('output_dimension', 1) };
    }
    case 'nova': {
      body.word('taskType', ['SINGLE_EMBEDDING']);
      const params = body.object('singleEmbeddingParams');
      params.string('embeddingPurpose');
      const text = params.object('text');
      text.word('truncationMode', ['START', 'END', 'NONE']);
      return { model, texts: [text.string('value')], dimensions: params.optionalInteger('embeddingDimension', 1) };
    }
    default:
      return { model, texts: [body.string('inputText')], dimensions: body.optionalInteger('dimensions', 1) };
  }
}

/** Titan counts in the body; the others only in a header. */
function encode(
  vectors: readonly (readonly number[])[],
  { request, body, tokens }: EmbeddingContext,
): EncodedEmbedding {
  const total = tokens.reduce((sum, count) => sum + count, 0);
  const headers = { 'x-amzn-bedrock-input-token-count': String(total) };
  switch (makerOf(request.model)) {
    case 'cohere': {
      const isTyped = Array.isArray(body.embedding_types);
      const embeddings = isTyped ? { float: vectors } : vectors;
      const response_type = isTyped ? 'embeddings_by_type' : 'embeddings_floats';
      return { body: { id: 'sim', texts: request.texts, embeddings, response_type }, headers, reported: unknownUsage };
    }
    case 'nova': {
      const embeddings = vectors.map((embedding) => ({ embeddingType: 'TEXT', embedding }));
      return { body: { embeddings }, headers, reported: unknownUsage };
    }
    default: {
      const [embedding = []] = vectors;
      const reported = createUsage({ inputTokens: total, totalTokens: total });
      return { body: { embedding, inputTextTokenCount: total }, headers, reported };
    }
  }
}

/** `POST /model/{id}/invoke` for the embedding models of Amazon and Cohere. */
export const bedrockEmbeddings: SimulatedEmbeddings = {
  wire: 'bedrock-converse',
  vendor: bedrockVendor,
  serves: ({ path }) => {
    const found = bedrockPath(path);
    return found?.action === 'invoke' && found.isKnown && makerOf(found.model) !== undefined;
  },
  decode: (body, { path }) => decode(body, bedrockPath(path)?.model ?? ''),
  encode,
};
