import type { ChatEvent } from '@lattice-lock/contract';
import { AnswerDecoder, type ChatCodec, type DecodeContext } from '@lattice-lock/provider-kit';
import { decodeChatBody } from './chat-body-decoder.ts';
import { encodeChatRequest, type ChatDialect } from './chat-request-encoder.ts';
import { ChatStreamDecoder } from './chat-stream-decoder.ts';

/** The codec of OpenAI Chat Completions, in the dialect of one server. */
export function createChatCodec(dialect: ChatDialect): ChatCodec {
  return {
    framing: 'sse',
    encode: (request, context) => encodeChatRequest(request, context, dialect),
    decodeBody: (body, context, emit) => decodeChatBody(body, context, emit, dialect.createMetadata?.()),
    createStreamDecoder: (context) => new ChatStreamDecoder(context, dialect.createMetadata?.()),
  };
}

/**
 * Reads the bytes of a streamed chat completion into events. Errors of the answer are events; only what `body` itself
 * throws comes through.
 */
export async function* decodeChatStream(
  body: AsyncIterable<Uint8Array>,
  context: DecodeContext,
): AsyncGenerator<ChatEvent, void, undefined> {
  let events: ChatEvent[] = [];
  const decoder = new AnswerDecoder({
    codec: createChatCodec({ maxTokensField: 'max_tokens' }),
    context,
    headers: {},
    secrets: [],
    nowMs: 0,
    emit: (event) => events.push(event),
  });
  for await (const chunk of body) {
    decoder.push(chunk);
    yield* events;
    events = [];
    if (decoder.isOver) return;
  }
  decoder.end();
  yield* events;
}
