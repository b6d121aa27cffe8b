import type { ChatEvent, JsonObject } from '@lattice-lock/contract';
import { AnswerDecoder, type DecodeContext } from '@lattice-lock/provider-kit';
import { createGeminiCodec } from '../gemini/gemini-codec.ts';

/** One chunk of an answer, or a whole one: parts of the first candidate and fields beside it. */
export function chunk(parts: readonly JsonObject[], candidate: JsonObject = {}, more: JsonObject = {}): JsonObject {
  return {
    candidates: [{ content: { role: 'model', parts }, index: 0, ...candidate }],
    modelVersion: 'gemini-2.5-flash',
    responseId: 'zwCzaYWf-AbnoZ',
    ...more,
  };
}

/** A body as server-sent events, the way the vendor ends its lines. */
export const sse = (chunks: readonly JsonObject[]): string =>
  chunks.map((data) => `data: ${JSON.stringify(data)}\r\n\r\n`).join('');

/** The same without `alt=sse`: one array. */
export const jsonArray = (chunks: readonly JsonObject[]): string =>
  `[${chunks.map((data) => JSON.stringify(data, null, 2)).join('\n,\r\n')}\n]\n`;

const context: DecodeContext = {
  provider: 'google',
  model: 'gemini-asked',
  warnings: [],
  rateLimit: null,
  upstreamRequestId: null,
};

/** Every event of an answer whose body comes in these chunks; buffered when `isBuffered`. */
export function decodeEvents(body: readonly Uint8Array[] | string, isBuffered = false): ChatEvent[] {
  const events: ChatEvent[] = [];
  const decoder = new AnswerDecoder({
    codec: createGeminiCodec({ type: 'gemini' }),
    context,
    headers: {},
    secrets: [],
    nowMs: 0,
    emit: (event) => events.push(event),
  });
  if (isBuffered) {
    decoder.readWhole(String(body));
    return events;
  }
  for (const bytes of typeof body === 'string' ? [Buffer.from(body)] : body) decoder.push(bytes);
  decoder.end();
  return events;
}
