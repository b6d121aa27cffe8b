import type { JsonObject, LatticeError } from '@lattice-lock/contract';
import { bearerToken } from '../request-target.ts';
import { hashText } from '../seeded-random.ts';
import { retryAfterHeader, statusError } from '../status-error.ts';
import { BodyReader } from './body-reader.ts';
import { decodeOllamaChat, ollamaDialect } from './decode-ollama-chat.ts';
import { encodeOllamaBody, encodeOllamaStream } from './encode-ollama-chat.ts';
import { createdAt } from './model-list.ts';
import type { SimulatedWireCodec } from './simulated-wire.ts';

const defaultModels = ['llama3.2:3b', 'qwen3:4b'];

function describe(name: string): JsonObject {
  return {
    name,
    model: name,
    modified_at: createdAt,
    size: 2_019_393_189,
    digest: hashText(name).repeat(9).slice(0, 12),
    details: { format: 'gguf', family: 'simulated', parameter_size: '3.2B', quantization_level: 'Q4_K_M' },
  };
}

function probe(path: string, models: readonly string[]): JsonObject | undefined {
  switch (path) {
    case '/api/version':
      return { version: '0.13.0-lattice-lock-simulator' };
    case '/api/tags':
      return { models: models.map(describe) };
    case '/api/ps':
      return { models: [] };
    default:
      return undefined;
  }
}

function errorBody(error: LatticeError): JsonObject {
  return { error: error.message };
}

/** `POST /api/chat` as Ollama speaks it. */
export const ollamaChatWire: SimulatedWireCodec = {
  wire: 'ollama-chat',
  serves: ({ path }) => path === '/api/chat',
  owns: ({ path }) => path.startsWith('/api/'),
  streamContentType: 'application/x-ndjson',
  decode: (body) => decodeOllamaChat(new BodyReader(body, ollamaDialect)),
  // Ollama has no request ids and no limits; ours is sent so that records can be found by it.
  headers: (requestId) => ({ 'x-request-id': requestId }),
  credentialOf: bearerToken,
  unknownKey: () => statusError('ollama-chat', 401),
  probe: ({ method, path }, models = defaultModels) => (method === 'GET' ? probe(path, models) : undefined),
  encodeBody: encodeOllamaBody,
  encodeStream: encodeOllamaStream,
  errorBody,
  errorHeaders: retryAfterHeader,
  errorEvent: (error) => `${JSON.stringify(errorBody(error))}\n`,
  malformedEvent: () => '{"model":"simulated","message":{"role":"assist\n',
};
