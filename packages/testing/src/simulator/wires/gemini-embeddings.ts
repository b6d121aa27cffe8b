import { createUsage, unknownUsage, type JsonObject } from '@lattice-lock/contract';
import { BodyReader } from './body-reader.ts';
import { geminiDialect } from './decode-gemini.ts';
import { geminiPath, geminiVendor } from './gemini-vendor.ts';
import type {
  DecodedEmbedding,
  EmbeddingContext,
  EncodedEmbedding,
  SimulatedEmbeddings,
} from './simulated-embeddings.ts';

const methods = new Set(['embedContent', 'batchEmbedContents', 'predict']);

function textOf(content: BodyReader): string {
  const parts = content.objects('parts');
  if (parts.length === 0) throw content.missing('parts');
  return parts.map((part) => part.string('text')).join('');
}

function decode(whole: JsonObject, model: string, method: string): DecodedEmbedding {
  const body = new BodyReader(whole, geminiDialect);
  if (method === 'predict') {
    const texts = body.objects('instances').map((instance) => instance.string('content'));
    if (texts.length === 0) throw body.missing('instances');
    return { model, texts, dimensions: body.optionalObject('parameters')?.optionalInteger('outputDimensionality', 1) };
  }
  if (method === 'embedContent') {
    const config = body.optionalObject('embedContentConfig') ?? body;
    return {
      model,
      texts: [textOf(body.object('content'))],
      dimensions: config.optionalInteger('outputDimensionality', 1),
    };
  }
  const requests = body.objects('requests');
  if (requests.length === 0) throw body.missing('requests');
  const stranger = requests.find((request) => !request.string('model').endsWith(`models/${model}`));
  if (stranger !== undefined) throw stranger.wrongValue('model', `models/${model}, as in the path`);
  return {
    model,
    texts: requests.map((request) => textOf(request.object('content'))),
    dimensions: requests[0]?.optionalInteger('outputDimensionality', 1),
  };
}

/** The Gemini API counts nothing; Vertex AI counts each text, or the request. */
function encode(vectors: readonly (readonly number[])[], { target, tokens }: EmbeddingContext): EncodedEmbedding {
  const { isVertex = false, method = '' } = geminiPath(target.path) ?? {};
  const total = tokens.reduce((sum, count) => sum + count, 0);
  const counted = createUsage({ inputTokens: total, totalTokens: total });
  if (method === 'predict') {
    const predictions = vectors.map((values, index) => ({
      embeddings: { values, statistics: { token_count: tokens[index] ?? 0, truncated: false } },
    }));
    return { body: { predictions }, reported: counted };
  }
  const entries = vectors.map((values) => ({ values }));
  const body: JsonObject = method === 'embedContent' ? { embedding: entries[0] ?? {} } : { embeddings: entries };
  if (!isVertex) return { body, reported: unknownUsage };
  return { body: { ...body, usageMetadata: { promptTokenCount: total } }, reported: counted };
}

/** `:batchEmbedContents` and `:embedContent` of the Gemini API, `:predict` of Vertex AI. */
export const geminiEmbeddings: SimulatedEmbeddings = {
  wire: 'gemini',
  vendor: geminiVendor,
  serves: ({ path }) => methods.has(geminiPath(path)?.method ?? ''),
  decode: (body, { path }) => {
    const found = geminiPath(path);
    return decode(body, found?.model ?? '', found?.method ?? '');
  },
  encode,
};
