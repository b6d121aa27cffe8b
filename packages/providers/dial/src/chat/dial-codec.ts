import type { ChatCodec } from '@lattice-lock/provider-kit';
import { createChatCodec, decodeChatBody } from '@lattice-lock/provider-openai-compatible';
import { DialDecoder } from './dial-decoder.ts';
import { encodeDialRequest, type DialDialect } from './encode-dial-request.ts';

/** The codec of DIAL: Chat Completions below the path of a deployment, with DIAL's own fields. */
export function createDialCodec(dialect: DialDialect): ChatCodec {
  const chat = createChatCodec({ maxTokensField: 'max_tokens' });
  return {
    framing: 'sse',
    encode: (request, context) => encodeDialRequest(request, context, dialect),
    decodeBody: (body, context, emit) =>
      new DialDecoder(chat.createStreamDecoder(context)).decodeBody(body, emit, (told) =>
        decodeChatBody(body, context, told),
      ),
    createStreamDecoder: (context) => new DialDecoder(chat.createStreamDecoder(context)),
  };
}
