import type { JsonObject, LatticeError } from '@lattice-lock/contract';
import { BodyReader } from './body-reader.ts';
import { decodeOllamaChat, ollamaDialect } from './decode-ollama-chat.ts';
import { encodeOllamaBody, encodeOllamaStream } from './encode-ollama-chat.ts';
import type { SimulatedWireCodec } from './simulated-wire.ts';

function errorBody(error: LatticeError): JsonObject {
  return { error: error.message };
}

/** `POST /api/chat` as Ollama speaks it. */
export const ollamaChatWire: SimulatedWireCodec = {
  wire: 'ollama-chat',
  path: '/api/chat',
  streamContentType: 'application/x-ndjson',
  decode: (body) => decodeOllamaChat(new BodyReader(body, ollamaDialect)),
  // Ollama has no request ids and no limits; ours is sent so that records can be found by it.
  headers: (requestId) => ({ 'x-request-id': requestId }),
  encodeBody: encodeOllamaBody,
  encodeStream: encodeOllamaStream,
  errorBody,
  errorEvent: (error) => `${JSON.stringify(errorBody(error))}\n`,
  malformedEvent: () => '{"model":"simulated","message":{"role":"assist\n',
};
