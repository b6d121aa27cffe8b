import type { LatticeError } from '@lattice-lock/contract';
import { BodyReader } from './body-reader.ts';
import { openAIDialect } from './decode-openai-chat.ts';
import { decodeOpenAIResponses } from './decode-openai-responses.ts';
import { encodeResponsesBody, encodeResponsesStream, responsesEvent } from './encode-openai-responses.ts';
import { openAIVendor } from './openai-vendor.ts';
import type { SimulatedWireCodec } from './simulated-wire.ts';

function errorEvent(error: LatticeError): string {
  const code = error.upstreamCode ?? 'server_error';
  return responsesEvent('error', { code, message: error.message, param: null, sequence_number: 0 });
}

/** `POST /v1/responses` as OpenAI speaks it. */
export const openAIResponsesWire: SimulatedWireCodec = {
  ...openAIVendor('openai-responses'),
  wire: 'openai-responses',
  serves: ({ path }) => path === '/v1/responses',
  owns: ({ path }) => path.startsWith('/v1/responses'),
  streamContentType: 'text/event-stream; charset=utf-8',
  decode: (body) => decodeOpenAIResponses(new BodyReader(body, openAIDialect)),
  encodeBody: encodeResponsesBody,
  encodeStream: encodeResponsesStream,
  errorEvent,
  malformedEvent: () => 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","del\n\n',
};
