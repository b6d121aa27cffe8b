import { collectChat, type ChatEvent, type ChatResult, type JsonObject } from '@lattice-lock/contract';
import { AnswerDecoder, type DecodeContext } from '@lattice-lock/provider-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { message, messageEvents, sse } from '../__fixtures__/message-wire.ts';
import { createMessagesCodec } from './messages-codec.ts';

const context: DecodeContext = {
  provider: 'anthropic',
  model: 'claude-asked',
  warnings: [],
  rateLimit: null,
  upstreamRequestId: null,
};

function decode(chunks: readonly Uint8Array[]): Promise<ChatResult> {
  const events: ChatEvent[] = [];
  const codec = createMessagesCodec({ apiVersion: '2026-10-21' });
  const decoder = new AnswerDecoder({
    codec,
    context,
    headers: {},
    secrets: [],
    nowMs: 0,
    emit: (event) => events.push(event),
  });
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  return collectChat(events, { provider: 'anthropic', model: 'claude-asked' });
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const input = fc.dictionary(text, fc.jsonValue()) as fc.Arbitrary<JsonObject>;
const block: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ type: fc.constant('text'), text }),
  fc.record({
    type: fc.constant('text'),
    text,
    citations: fc.array(fc.record({ cited_text: text }), { maxLength: 2 }),
  }),
  fc.record({ type: fc.constant('thinking'), thinking: text, signature: text }),
  fc.record({ type: fc.constant('redacted_thinking'), data: text }),
  fc.record({ type: fc.constant('tool_use'), id: fc.uuid(), name: text, input }),
  fc.record({ type: fc.constant('server_tool_use'), id: fc.uuid(), name: text, input }),
  fc.record({ type: fc.constant('web_search_tool_result'), content: fc.constant([]) }),
);
const count = fc.nat(1_000_000);
const usage = fc.record(
  {
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
    output_tokens_details: fc.record({ thinking_tokens: count }),
  },
  { requiredKeys: ['input_tokens', 'output_tokens'] },
) as fc.Arbitrary<JsonObject>;
const stopReason = fc.constantFrom('end_turn', 'tool_use', 'max_tokens', 'refusal', 'pause_turn');
const seeds = fc.infiniteStream(fc.nat(9));

/** Cuts a sequence at places that a stream of small numbers picks. */
function cutBy<T>(length: number, slice: (from: number, to: number) => T, sizes: Iterator<number>): T[] {
  const pieces: T[] = [];
  for (let from = 0; from < length;) {
    const to = from + 1 + (sizes.next().value as number);
    pieces.push(slice(from, to));
    from = to;
  }
  return pieces;
}

describe('one answer, buffered and streamed', () => {
  it('decodes to equal results wherever the texts and the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(block, { maxLength: 5 }),
        usage,
        stopReason,
        seeds,
        fc.constantFrom('\n', '\r\n'),
        async (content, usageFields, reason, sizes, newline) => {
          const whole = message(content, { usage: usageFields, stop_reason: reason });
          const events = messageEvents(whole, (piece) =>
            cutBy(piece.length, (from, to) => piece.slice(from, to), sizes),
          );
          const bytes = Buffer.from(events.map(sse).join('').replaceAll('\n', newline));
          const chunks = cutBy(bytes.length, (from, to) => bytes.subarray(from, to), sizes);
          const streamed = await decode(chunks);
          expect(streamed).toEqual(await decode([Buffer.from(JSON.stringify(whole))]));
          expect(streamed.usage.outputTokens).toBe(usageFields['output_tokens']);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is never taken for whole when the stream ends early', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(block, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0, max: 0.999 }),
        async (content, share) => {
          const events = messageEvents(message(content));
          // At most all before `message_delta`, which brings the stop reason.
          const kept = events.slice(0, Math.floor((events.length - 1) * share));
          const bytes = Buffer.from(kept.map(sse).join(''));
          await expect(decode([bytes])).rejects.toMatchObject({
            code: 'LATTICE_STREAM_INTERRUPTED',
            partial: { toolCalls: [], finishReason: 'other' },
          });
        },
      ),
    );
  });
});
