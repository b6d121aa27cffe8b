import type { LatticeError, JsonObject } from '@lattice-lock/contract';
import { BodyReader } from './body-reader.ts';
import { decodeOpenAIChat, openAIDialect } from './decode-openai-chat.ts';
import { encodeOpenAIChatBody, encodeOpenAIChatStream } from './encode-openai-chat.ts';
import type { SimulatedWireCodec } from './simulated-wire.ts';

const requestLimit = 10_000;
const tokenLimit = 2_000_000;

/** OpenAI's error types by status. */
function typeOf(status: number): string {
  if (status === 429) return 'rate_limit_exceeded';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

function errorBody(error: LatticeError): JsonObject {
  const status = error.status ?? 500;
  const isQuota = error.upstreamCode === 'insufficient_quota';
  return {
    error: {
      message: error.message,
      type: isQuota ? 'insufficient_quota' : typeOf(status),
      param: error.issues[0]?.path ?? null,
      code: error.upstreamCode ?? null,
    },
  };
}

/** `POST /v1/chat/completions` as OpenAI and its compatibles speak it. */
export const openAIChatWire: SimulatedWireCodec = {
  wire: 'openai-chat',
  path: '/v1/chat/completions',
  streamContentType: 'text/event-stream; charset=utf-8',
  decode: (body) => decodeOpenAIChat(new BodyReader(body, openAIDialect)),
  headers: (requestId, served) => ({
    'x-request-id': requestId,
    'openai-version': '2020-10-01',
    'openai-processing-ms': '12',
    'x-ratelimit-limit-requests': String(requestLimit),
    'x-ratelimit-limit-tokens': String(tokenLimit),
    'x-ratelimit-remaining-requests': String(requestLimit - 1 - (served % (requestLimit - 1))),
    'x-ratelimit-remaining-tokens': String(tokenLimit - 100),
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-reset-tokens': '1.2s',
  }),
  encodeBody: encodeOpenAIChatBody,
  encodeStream: encodeOpenAIChatStream,
  errorBody,
  errorEvent: (error) => `data: ${JSON.stringify(errorBody(error))}\n\n`,
  malformedEvent: () => 'data: {"id":"chatcmpl-sim","object":"chat.completion.chunk","choices":[{"index":0,"del\n\n',
};
