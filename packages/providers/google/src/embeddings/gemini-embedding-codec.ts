import {
  createUsage,
  LatticeError,
  tokenCount,
  type EmbeddingRequest,
  type JsonObject,
  type JsonValue,
  type Usage,
} from '@lattice-lock/contract';
import {
  isObject,
  itemsOf,
  objectOf,
  type DecodeContext,
  type DecodedEmbeddings,
  type EmbeddingCodec,
  type EncodedRequest,
} from '@lattice-lock/provider-kit';
import { rawFields } from '../gemini/encode-gemini-request.ts';
import { modelResource, type GeminiService } from '../gemini/gemini-model.ts';

/** What the vendor calls the two purposes. */
const taskTypes = { query: 'RETRIEVAL_QUERY', document: 'RETRIEVAL_DOCUMENT' } as const;

/**
 * Embeddings of the Gemini API (`batchEmbedContents`) and of Vertex AI (`predict`, and `embedContent` for the models
 * that are served only by it: those of Gemini after gemini-embedding-001, one text a call). Raw fields go into the item
 * of every text on the Gemini API, into the body on Vertex AI.
 */
export function createGeminiEmbeddingCodec(service: GeminiService): EmbeddingCodec {
  return {
    encode: (request, { provider }) => {
      const raw = rawFields(request.providerOptions, provider);
      if (service.type === 'gemini') return encodeBatch(request, service, raw);
      return isContentModel(request.model)
        ? encodeContent(request, service, raw)
        : encodePredict(request, service, raw);
    },
    decode: decodeEmbeddings,
  };
}

/** Models after gemini-embedding-001 take no task type: the vendor wants the task written into the text. */
function takesTaskType(model: string): boolean {
  return !/gemini-embedding-(?!001)/.test(model);
}

function isContentModel(model: string): boolean {
  return /gemini/.test(model) && !/gemini-embedding-001/.test(model);
}

function taskFields({ purpose, model }: EmbeddingRequest): { task: string | undefined; warnings: string[] } {
  if (purpose === undefined) return { task: undefined, warnings: [] };
  if (takesTaskType(model)) return { task: taskTypes[purpose], warnings: [] };
  const warning = `${model} takes no task type; purpose "${purpose}" was left out. Write the task into the text.`;
  return { task: undefined, warnings: [warning] };
}

function encodeBatch(request: EmbeddingRequest, service: GeminiService, raw: JsonObject): EncodedRequest {
  const { task, warnings } = taskFields(request);
  const resource = modelResource(request.model, service);
  const requests = request.texts.map((text) => ({
    model: resource,
    content: { parts: [{ text }] },
    taskType: task,
    outputDimensionality: request.dimensions,
    ...raw,
  }));
  return { path: `/${resource}:batchEmbedContents`, body: { requests }, warnings };
}

function encodePredict(request: EmbeddingRequest, service: GeminiService, raw: JsonObject): EncodedRequest {
  const { task, warnings } = taskFields(request);
  const body: JsonObject = {
    instances: request.texts.map((content) => ({ content, task_type: task })),
    parameters: request.dimensions === undefined ? undefined : { outputDimensionality: request.dimensions },
    ...raw,
  };
  return { path: `/${modelResource(request.model, service)}:predict`, body, warnings };
}

function encodeContent(request: EmbeddingRequest, service: GeminiService, raw: JsonObject): EncodedRequest {
  const { task, warnings } = taskFields(request);
  const [text, ...more] = request.texts;
  if (more.length > 0) {
    const message = `Vertex AI embeds one text a call with ${request.model}. Send the texts one by one.`;
    throw new LatticeError('LATTICE_UNSUPPORTED', message, { model: request.model });
  }
  const config = { taskType: task, outputDimensionality: request.dimensions };
  const body: JsonObject = {
    content: { parts: [{ text: text ?? '' }] },
    embedContentConfig: task === undefined && request.dimensions === undefined ? undefined : config,
    ...raw,
  };
  return { path: `/${modelResource(request.model, service)}:embedContent`, body, warnings };
}

/** The vendor names no model in these answers. */
function decodeEmbeddings(body: JsonObject, { provider, model }: DecodeContext): DecodedEmbeddings {
  const entries = isObject(body['embedding'])
    ? [body['embedding']]
    : 'predictions' in body
      ? itemsOf(body['predictions']).map((prediction) => objectOf(objectOf(prediction)['embeddings']))
      : itemsOf(body['embeddings']);
  if (entries.length === 0) throw malformed(provider, 'has no "embeddings"; is the base URL right?');
  const vectors = entries.map((entry, place) => vectorOf(objectOf(entry)['values'], provider, place));
  return { model, vectors, usage: usageOf(body, entries) };
}

function vectorOf(values: JsonValue | undefined, provider: string, place: number): Float32Array {
  if (Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'number')) {
    return Float32Array.from(values as readonly number[]);
  }
  throw malformed(provider, `has no readable vector at place ${place}`);
}

/** The Gemini API counts the request, Vertex AI each text; where nothing is counted the usage is unknown. */
function usageOf(body: JsonObject, entries: readonly JsonValue[]): Usage {
  const metadata = objectOf(body['usageMetadata']);
  let inputTokens = tokenCount(metadata['promptTokenCount']) ?? tokenCount(metadata['totalTokenCount']);
  if (inputTokens === null) {
    const counts = entries.map((entry) => {
      const statistics = objectOf(objectOf(entry)['statistics']);
      return tokenCount(statistics['token_count'] ?? statistics['tokenCount']);
    });
    if (counts.every((count) => count !== null)) inputTokens = counts.reduce((sum, count) => sum + count, 0);
  }
  return createUsage({ inputTokens, totalTokens: inputTokens });
}

function malformed(provider: string, what: string): LatticeError {
  const message = `The embedding answer of ${provider} ${what}.`;
  return new LatticeError('LATTICE_MALFORMED_RESPONSE', message, { provider, status: 200 });
}
