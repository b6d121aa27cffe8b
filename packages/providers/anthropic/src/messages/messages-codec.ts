import type { JsonObject } from '@lattice-lock/contract';
import type { ChatCodec } from '@lattice-lock/provider-kit';
import { encodeMessagesRequest } from './encode-messages-request.ts';
import { MessageDecoder } from './message-decoder.ts';

/** What the codec is told once, when the connection is made. */
export interface MessagesCodecOptions {
  /** The `anthropic-version` header in force. */
  readonly apiVersion: string;
  /** `max_tokens` for requests that set none. */
  readonly maxTokens?: number;
}

/** The Messages wire: `POST /v1/messages`, JSON or server-sent events with names. */
export function createMessagesCodec({ apiVersion, maxTokens }: MessagesCodecOptions): ChatCodec {
  return {
    framing: 'sse',
    encode: (request, { provider, stream }) => {
      const extra: JsonObject = { ...request.providerOptions?.['anthropic'], ...request.providerOptions?.[provider] };
      return {
        path: '/v1/messages',
        ...encodeMessagesRequest(request, {
          provider,
          stream,
          apiVersion,
          extra,
          ...(maxTokens === undefined ? {} : { maxTokens }),
        }),
      };
    },
    decodeBody: (body, context, emit) => new MessageDecoder(context).decodeBody(body, emit),
    createStreamDecoder: (context) => new MessageDecoder(context),
  };
}
