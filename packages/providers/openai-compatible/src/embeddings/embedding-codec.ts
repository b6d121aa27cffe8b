import { createUsage, LatticeError, tokenCount, type EmbeddingRequest, type JsonObject } from '@lattice-lock/contract';
import type {
  DecodeContext,
  DecodedEmbeddings,
  EmbeddingCodec,
  EncodeContext,
  EncodedRequest,
} from '@lattice-lock/provider-kit';
import { fieldsOf, textOf } from '../chat/chat-fields.ts';

/** In what the servers of OpenAI's embedding wire differ. */
export interface EmbeddingDialect {
  /** Default `/embeddings`, below a base URL that includes `/v1`. */
  readonly path?: string;
  /** `base64` is a quarter of the bytes of `float` and decodes without parsing numbers; default `base64`. */
  readonly encodingFormat?: 'base64' | 'float';
}

/**
 * The codec of OpenAI's `POST /embeddings`. Vectors come as base64 of little-endian 32-bit floats, or as numbers from
 * servers that send them so whatever they are asked for; `index` gives their order.
 */
export function createEmbeddingCodec(dialect: EmbeddingDialect = {}): EmbeddingCodec {
  return {
    encode: (request, context) => encodeEmbeddingRequest(request, context, dialect),
    decode: decodeEmbeddings,
  };
}

/** OpenAI's own dialect of {@link createEmbeddingCodec}. */
export const openAIEmbeddingCodec: EmbeddingCodec = createEmbeddingCodec();

function encodeEmbeddingRequest(
  request: EmbeddingRequest,
  { provider }: EncodeContext,
  { path = '/embeddings', encodingFormat = 'base64' }: EmbeddingDialect,
): EncodedRequest {
  const body: JsonObject = {
    model: request.model,
    input: request.texts,
    encoding_format: encodingFormat === 'base64' ? encodingFormat : undefined,
    dimensions: request.dimensions,
    ...request.providerOptions?.[provider],
  };
  const warnings =
    request.purpose === undefined
      ? []
      : [`${provider} embeds queries and documents alike; purpose "${request.purpose}" was left out.`];
  return { path, body, warnings };
}

function decodeEmbeddings(body: JsonObject, { provider, model }: DecodeContext): DecodedEmbeddings {
  const { data } = body;
  if (!Array.isArray(data)) throw malformed(provider, 'has no "data"; is the base URL right?');
  const entries: readonly unknown[] = data;
  const vectors: (Float32Array | undefined)[] = Array.from(entries, () => undefined);
  for (const [place, item] of entries.entries()) {
    const entry = fieldsOf(item);
    const index = tokenCount(entry['index']) ?? place;
    if (index >= vectors.length || vectors[index] !== undefined) {
      throw malformed(provider, `has ${vectors.length} vectors, but index ${index} is none of a row of as many`);
    }
    vectors[index] = vectorOf(entry['embedding'], provider, index);
  }
  const usage = fieldsOf(body['usage']);
  const inputTokens = tokenCount(usage['prompt_tokens']) ?? tokenCount(usage['total_tokens']);
  return {
    model: textOf(body['model']) ?? model,
    vectors: vectors.filter((vector) => vector !== undefined),
    usage: createUsage({ inputTokens, totalTokens: tokenCount(usage['total_tokens']) ?? inputTokens }),
  };
}

function vectorOf(value: unknown, provider: string, index: number): Float32Array {
  if (Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === 'number')) {
    return Float32Array.from(value);
  }
  const vector = typeof value === 'string' ? floatsOf(value) : null;
  if (vector === null) throw malformed(provider, `has no readable vector at index ${index}`);
  return vector;
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Little-endian 32-bit floats in base64; `null` when the bytes are none or no whole number of floats. */
function floatsOf(base64: string): Float32Array | null {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0 || bytes.length % 4 !== 0) return null;
  if (!isLittleEndian) bytes.swap32();
  // A copy: a small buffer is a slice of Node's pool, which need not be aligned and is shared.
  const vector = new Float32Array(bytes.length / 4);
  new Uint8Array(vector.buffer).set(bytes);
  return vector;
}

function malformed(provider: string, what: string): LatticeError {
  const message = `The embedding answer of ${provider} ${what}.`;
  return new LatticeError('LATTICE_MALFORMED_RESPONSE', message, { provider, status: 200 });
}
