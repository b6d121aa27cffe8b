import { LatticeError, type JsonObject } from '@lattice-lock/contract';
import type { DecodeContext, EmitEvent } from '@lattice-lock/provider-kit';
import { ResponsesStreamDecoder } from './responses-stream-decoder.ts';

/**
 * Reads a buffered response: the same events as its stream would give.
 *
 * @throws LatticeError `LATTICE_MALFORMED_RESPONSE` when it is none.
 */
export function decodeResponsesBody(
  body: JsonObject,
  context: DecodeContext,
  emit: EmitEvent,
  metadataFields: readonly string[] = [],
): void {
  const decoder = new ResponsesStreamDecoder(context, metadataFields);
  if (body['type'] === 'error') {
    decoder.decode(body, null, emit);
    return;
  }
  if (!Array.isArray(body['output']) && body['object'] !== 'response') {
    const message = `${context.provider} answered 200 with a body that is no response: it has no "output"; is the base URL right?`;
    throw new LatticeError('LATTICE_MALFORMED_RESPONSE', message, { status: 200 });
  }
  decoder.finish(body, emit);
}
