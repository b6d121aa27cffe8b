import type { ChatCodec } from '@lattice-lock/provider-kit';
import { encodeGeminiRequest } from './encode-gemini-request.ts';
import { GeminiDecoder } from './gemini-decoder.ts';
import { GeminiFrameParser } from './gemini-frame-parser.ts';
import type { GeminiService } from './gemini-model.ts';

/** The wire of `generateContent`: one JSON document, or its pieces as server-sent events or as one JSON array. */
export function createGeminiCodec(service: GeminiService): ChatCodec {
  return {
    framing: () => new GeminiFrameParser(),
    encode: (request, context) => encodeGeminiRequest(request, context, service),
    decodeBody: (body, context, emit) => new GeminiDecoder(context).decodeBody(body, emit),
    createStreamDecoder: (context) => new GeminiDecoder(context),
  };
}
