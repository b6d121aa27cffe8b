import type { ChatRequest, JsonObject, JsonValue } from '@lattice-lock/contract';
import { withSchemaFallback, type ChatCodec } from '@lattice-lock/provider-kit';
import { enforcesSchemas } from './enforces-schemas.ts';
import { encodeMessagesRequest } from './encode-messages-request.ts';
import { MessageDecoder } from './message-decoder.ts';

/** What the codec is told once, when the connection is made. */
export interface MessagesCodecOptions {
  /** The `anthropic-version` header in force. */
  readonly apiVersion: string;
  /** `max_tokens` for requests that set none. */
  readonly maxTokens?: number;
  /** Beta features that every request switches on already, as the `anthropic-beta` header has them. */
  readonly betas?: string;
}

/**
 * The Messages wire: `POST /v1/messages`, JSON or server-sent events with names. JSON that the vendor or the model does
 * not enforce is asked for in the instructions and checked. `betas` among the raw fields go into the header.
 */
export function createMessagesCodec(options: MessagesCodecOptions): ChatCodec {
  const isNative = ({ model, responseFormat }: ChatRequest) =>
    responseFormat?.type === 'json-schema' && enforcesSchemas(model);
  return withSchemaFallback(createPlainCodec(options), { support: 'none', isNative });
}

function createPlainCodec({ apiVersion, maxTokens, betas: known }: MessagesCodecOptions): ChatCodec {
  return {
    framing: 'sse',
    encode: (request, { provider, stream }) => {
      const own = { ...request.providerOptions?.['anthropic'], ...request.providerOptions?.[provider] };
      const { betas, ...extra }: JsonObject = own;
      return {
        path: '/v1/messages',
        ...betaHeader(known, betas),
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

/** Added to those in force, because a second header of the name would replace the first. */
function betaHeader(known: string | undefined, betas: JsonValue | undefined): { headers?: Record<string, string> } {
  if (!Array.isArray(betas) || betas.length === 0) return {};
  const all = new Set([...(known ?? '').split(','), ...betas.map(String)].map((beta) => beta.trim()));
  all.delete('');
  return { headers: { 'anthropic-beta': [...all].join(',') } };
}
