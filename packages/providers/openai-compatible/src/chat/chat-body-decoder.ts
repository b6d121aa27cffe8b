import { LatticeError, type JsonObject } from '@lattice-lock/contract';
import type { DecodeContext, EmitEvent } from '@lattice-lock/provider-kit';
import type { ChatMetadata } from './chat-metadata.ts';
import { ChatStreamDecoder } from './chat-stream-decoder.ts';

/**
 * Reads a buffered chat completion: the same events as its stream would give.
 *
 * @throws LatticeError `LATTICE_MALFORMED_RESPONSE` when there is no choice in it; its usage has been emitted by then.
 */
export function decodeChatBody(
  body: JsonObject,
  context: DecodeContext,
  emit: EmitEvent,
  metadata?: ChatMetadata,
): void {
  const decoder = new ChatStreamDecoder(context, metadata);
  decoder.decode(body, null, emit);
  const { choices } = body;
  if (!Array.isArray(choices) || choices.length === 0) {
    const what = Array.isArray(choices) ? 'without any choice' : 'that is no chat completion: it has no "choices"';
    const message = `${context.provider} answered 200 with a body ${what}; is the base URL right?`;
    throw new LatticeError('LATTICE_MALFORMED_RESPONSE', message, { status: 200 });
  }
  decoder.finish(emit);
}
