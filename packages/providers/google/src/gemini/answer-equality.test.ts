import { collectChat, type JsonObject } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunk, decodeEvents, jsonArray, sse } from '../__fixtures__/gemini-wire.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const args = fc.dictionary(text, fc.jsonValue()) as fc.Arbitrary<JsonObject>;
const signed = fc.option(fc.base64String({ minLength: 4 }), { nil: undefined });
const part: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ text }),
  fc.record({ text, thought: fc.constant(true) }),
  fc.record({ text, thoughtSignature: fc.base64String({ minLength: 4 }) }),
  fc.record({ functionCall: fc.record({ name: text, args }), thoughtSignature: signed }),
  fc.record({ functionCall: fc.record({ name: text, id: fc.uuid() }) }),
  fc.record({ executableCode: fc.record({ code: text }) }),
  fc.record({ text: fc.constant(''), thoughtSignature: fc.base64String({ minLength: 4 }) }),
);
const count = fc.nat(1_000_000);
const usage = fc.record(
  {
    promptTokenCount: count,
    candidatesTokenCount: count,
    thoughtsTokenCount: count,
    toolUsePromptTokenCount: count,
    cachedContentTokenCount: count,
    totalTokenCount: count,
  },
  { requiredKeys: ['totalTokenCount'] },
) as fc.Arbitrary<JsonObject>;
const finishReason = fc.constantFrom('STOP', 'MAX_TOKENS', 'SAFETY', 'MALFORMED_FUNCTION_CALL');
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

/** The chunks the vendor may stream the parts in: texts without a signature in pieces, the rest whole. */
function chunksOf(parts: readonly JsonObject[], end: JsonObject, more: JsonObject, sizes: Iterator<number>) {
  const pieces = parts.flatMap((whole): JsonObject[] => {
    const { text: words, thoughtSignature } = whole;
    if (typeof words !== 'string' || words === '' || thoughtSignature !== undefined) return [whole];
    return cutBy(words.length, (from, to) => ({ ...whole, text: words.slice(from, to) }), sizes);
  });
  const groups = cutBy(pieces.length, (from, to) => pieces.slice(from, to), sizes);
  return [...groups.map((group) => chunk(group)), chunk([], end, more)];
}

const collect = (events: ReturnType<typeof decodeEvents>) =>
  collectChat(events, { provider: 'google', model: 'gemini-asked' });

describe('one answer, buffered and streamed', () => {
  it('decodes to equal results as events, as an array or whole, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 6 }),
        usage,
        finishReason,
        seeds,
        fc.constantFrom('\n', '\r\n', 'array'),
        async (parts, usageMetadata, reason, sizes, form) => {
          const end = { finishReason: reason, groundingMetadata: { searched: true } };
          const whole = JSON.stringify(chunk(parts, end, { usageMetadata }));
          const chunks = chunksOf(parts, end, { usageMetadata }, sizes);
          const body = form === 'array' ? jsonArray(chunks) : sse(chunks).replaceAll('\r\n', form);
          const bytes = Buffer.from(body);
          const streamed = await collect(decodeEvents(cutBy(bytes.length, (a, b) => bytes.subarray(a, b), sizes)));
          expect(streamed).toEqual(await collect(decodeEvents(whole, true)));
          expect(await collect(decodeEvents(jsonArray(chunks), true))).toEqual(streamed);
          expect(await collect(decodeEvents(whole))).toEqual(streamed);
          expect(streamed.text).toBe(
            parts.map((each) => ('text' in each && each['thought'] !== true ? String(each['text']) : '')).join(''),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is never taken for whole when it ends early', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0, max: 0.999 }),
        fc.boolean(),
        async (parts, share, isArray) => {
          const chunks = [...parts.map((each) => chunk([each])), chunk([], { finishReason: 'STOP' })];
          const bytes = Buffer.from(isArray ? jsonArray(chunks) : sse(chunks));
          const end = Buffer.byteLength(isArray ? jsonArray(chunks.slice(0, -1)) : sse(chunks.slice(0, -1))) - 4;
          const cut = bytes.subarray(0, Math.max(6, Math.floor(end * share)));
          await expect(collect(decodeEvents([cut]))).rejects.toMatchObject({
            code: 'LATTICE_STREAM_INTERRUPTED',
            partial: { toolCalls: [], finishReason: 'other' },
          });
        },
      ),
    );
  });
});
