import type { ChatCodec } from '@lattice-lock/provider-kit';
import { decodeResponsesBody } from './responses-body-decoder.ts';
import { encodeResponsesRequest, type ResponsesDialect } from './responses-request-encoder.ts';
import { ResponsesStreamDecoder } from './responses-stream-decoder.ts';

/** The codec of OpenAI Responses, in the dialect of one server. */
export function createResponsesCodec(dialect: ResponsesDialect = {}): ChatCodec {
  const { metadataFields } = dialect;
  return {
    framing: 'sse',
    encode: (request, context) => encodeResponsesRequest(request, context, dialect),
    decodeBody: (body, context, emit) => decodeResponsesBody(body, context, emit, metadataFields),
    createStreamDecoder: (context) => new ResponsesStreamDecoder(context, metadataFields),
  };
}
