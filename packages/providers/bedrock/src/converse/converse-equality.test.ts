import { collectChat, type ChatEvent, type ChatResult, type JsonObject } from '@lattice-lock/contract';
import { AnswerDecoder, type DecodeContext } from '@lattice-lock/provider-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer, answerEvents } from '../__fixtures__/converse-wire.ts';
import { converseCodec } from './converse-codec.ts';

const context: DecodeContext = {
  provider: 'bedrock',
  model: 'anthropic.claude-x',
  warnings: [],
  rateLimit: null,
  upstreamRequestId: null,
};

function decode(chunks: readonly Uint8Array[]): Promise<ChatResult> {
  const events: ChatEvent[] = [];
  const emit = (event: ChatEvent) => events.push(event);
  const decoder = new AnswerDecoder({ codec: converseCodec, context, headers: {}, secrets: [], nowMs: 0, emit });
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  return collectChat(events, { provider: 'bedrock', model: context.model });
}

function decodeBody(body: JsonObject): Promise<ChatResult> {
  const events: ChatEvent[] = [];
  converseCodec.decodeBody(body, context, (event) => events.push(event));
  return collectChat(events, { provider: 'bedrock', model: context.model });
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const input = fc.dictionary(text, fc.jsonValue()) as fc.Arbitrary<JsonObject>;
const toolUse = fc.record({ toolUseId: fc.uuid(), name: text, input });
const serverToolUse = fc.record({ toolUseId: fc.uuid(), name: text, input, type: fc.constant('server_tool_use') });
const citations = fc.array(fc.record({ title: text }), { maxLength: 2 });
const block: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ text }),
  fc.record({ toolUse }),
  fc.record({ toolUse: serverToolUse }),
  fc.record({ reasoningContent: fc.record({ reasoningText: fc.record({ text, signature: text }) }) }),
  fc.record({ reasoningContent: fc.record({ redactedContent: fc.base64String({ minLength: 4 }) }) }),
  fc.record({ citationsContent: fc.record({ content: fc.array(fc.record({ text })), citations }) }),
);
const count = fc.nat(1_000_000);
const usage = fc.record(
  {
    inputTokens: count,
    outputTokens: count,
    totalTokens: count,
    cacheReadInputTokens: count,
    cacheWriteInputTokens: count,
  },
  { requiredKeys: ['inputTokens', 'outputTokens'] },
) as fc.Arbitrary<JsonObject>;
const more = fc.record(
  {
    usage,
    stopReason: fc.constantFrom('end_turn', 'tool_use', 'max_tokens', 'guardrail_intervened', 'malformed_tool_use'),
    trace: fc.record({ guardrail: fc.record({ actionReason: text }) }),
    additionalModelResponseFields: fc.record({ stop_sequence: text }),
  },
  { requiredKeys: ['usage', 'stopReason'] },
) as fc.Arbitrary<JsonObject>;

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
        more,
        fc.infiniteStream(fc.nat(40)),
        async (content, fields, sizes) => {
          const whole = answer(content, fields);
          const events = answerEvents(whole, (piece) =>
            cutBy(piece.length, (from, to) => piece.slice(from, to), sizes),
          );
          const bytes = Buffer.concat(events);
          const chunks = cutBy(bytes.length, (from, to) => bytes.subarray(from, to), sizes);
          const streamed = await decode(chunks);
          expect(streamed).toEqual(await decodeBody(whole));
          expect(streamed.usage.outputTokens).toBe((fields['usage'] as JsonObject)['outputTokens']);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is never taken for whole when the stream ends before its stop', async () => {
    const whole = Buffer.concat(answerEvents(answer([{ text: 'one two three' }])).slice(0, -1));
    const lastLength = (answerEvents(answer([])).at(-2) ?? Buffer.alloc(0)).length;
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - lastLength), async (length) => {
        await expect(decode([whole.subarray(0, length)])).rejects.toMatchObject({
          code: 'LATTICE_STREAM_INTERRUPTED',
          retryable: true,
          partial: { toolCalls: [], finishReason: 'other' },
        });
      }),
    );
  });

  it('is damaged, not taken for another, when a bit of its stream is flipped', async () => {
    const bytes = Buffer.concat(answerEvents(answer([{ text: 'one' }])));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const damaged = Buffer.from(bytes);
        damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << bit), at);
        await expect(decode([damaged])).rejects.toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE' });
      }),
      { numRuns: 300 },
    );
  });
});
