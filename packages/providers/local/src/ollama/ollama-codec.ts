import type { ChatCodec } from '@lattice-lock/provider-kit';
import { encodeOllamaRequest } from './encode-ollama-request.ts';
import { OllamaDecoder } from './ollama-decoder.ts';

/** Ollama's native wire: `POST /api/chat`, JSON lines. Raw fields are taken from `providerOptions.local`. */
export const ollamaCodec: ChatCodec = Object.freeze({
  framing: 'ndjson',
  encode: (request, { provider, stream }) =>
    encodeOllamaRequest(request, stream, {
      ...request.providerOptions?.['local'],
      ...request.providerOptions?.[provider],
    }),
  decodeBody: (body, context, emit) => new OllamaDecoder(context).decode(body, null, emit),
  createStreamDecoder: (context) => new OllamaDecoder(context),
} satisfies ChatCodec);
