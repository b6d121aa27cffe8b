import { BodyReader } from './body-reader.ts';
import { decodeOpenAIChat, openAIDialect } from './decode-openai-chat.ts';
import { chatBodyEncoder, openAIFlavour } from './encode-openai-chat.ts';
import { openAIErrorBody, openAIVendor } from './openai-vendor.ts';
import type { SimulatedWireCodec } from './simulated-wire.ts';
import { chatStreamEncoder } from './stream-openai-chat.ts';

/** `POST /v1/chat/completions` as OpenAI and its compatibles speak it. */
export const openAIChatWire: SimulatedWireCodec = {
  ...openAIVendor('openai-chat'),
  wire: 'openai-chat',
  serves: ({ path }) => path === '/v1/chat/completions',
  streamContentType: 'text/event-stream; charset=utf-8',
  decode: (body) => decodeOpenAIChat(new BodyReader(body, openAIDialect)),
  encodeBody: chatBodyEncoder(openAIFlavour),
  encodeStream: chatStreamEncoder(openAIFlavour),
  errorEvent: (error) => `data: ${JSON.stringify(openAIErrorBody(error))}\n\n`,
  malformedEvent: () => 'data: {"id":"chatcmpl-sim","object":"chat.completion.chunk","choices":[{"index":0,"del\n\n',
};
