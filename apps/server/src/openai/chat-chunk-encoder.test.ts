import { createUsage, type ChatEvent, type FinishReason } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runOf } from '../__fixtures__/answers.ts';
import { ChatChunkEncoder } from './chat-chunk-encoder.ts';
import { chatCompletion } from './chat-completion.ts';

interface Delta {
  readonly role?: string;
  readonly content?: string;
  readonly refusal?: string;
  readonly reasoning_content?: string;
  readonly reasoning_details?: readonly { readonly index: number }[];
  readonly provider_metadata?: unknown;
  readonly tool_calls?: readonly {
    readonly index: number;
    readonly id?: string;
    readonly function?: { readonly name?: string; readonly arguments?: string };
  }[];
}
interface Chunk {
  readonly object: string;
  readonly model: string;
  readonly choices: readonly {
    readonly delta: Delta;
    readonly finish_reason: string | null;
    readonly logprobs: { readonly content: readonly unknown[] } | null;
  }[];
  readonly usage?: unknown;
  readonly lattice?: unknown;
}

const context = { id: 'chatcmpl-1', created: 1_700_000_000, warnings: [] };
const start: ChatEvent = {
  type: 'start',
  id: null,
  provider: 'acme',
  model: 'm-1',
  warnings: [],
  rateLimit: null,
  upstreamRequestId: null,
};
const usage: ChatEvent = {
  type: 'usage',
  usage: createUsage({ inputTokens: 10, outputTokens: 5, reasoningTokens: 2 }),
};
const finish = (finishReason: FinishReason): ChatEvent => ({ type: 'finish', finishReason, rawFinishReason: 'raw' });

function streamOf(content: readonly ChatEvent[], includeUsage: boolean) {
  const { events, answer } = runOf([start, ...content]);
  const encoder = new ChatChunkEncoder({ ...context, includeUsage });
  const text = events.map((event) => encoder.encode(event)).join('');
  const lines = text.split('\n\n');
  expect(lines.splice(-2)).toEqual(['data: [DONE]', '']);
  const chunks = lines.map((line) => {
    expect(line.startsWith('data: ')).toBe(true);
    return JSON.parse(line.slice(6)) as Chunk;
  });
  return { chunks, answer };
}

/** Puts chunks together as a client does. */
function messageOf(chunks: readonly Chunk[]) {
  const joined = (pick: (delta: Delta) => string | undefined) =>
    chunks.map((chunk) => chunk.choices.map(({ delta }) => pick(delta) ?? '').join('')).join('');
  const calls: { id: string; name: string; arguments: string }[] = [];
  const details: unknown[] = [];
  for (const { delta } of chunks.flatMap((chunk) => chunk.choices)) {
    for (const detail of delta.reasoning_details ?? []) details[detail.index] = detail;
    for (const call of delta.tool_calls ?? []) {
      const known = (calls[call.index] ??= { id: call.id ?? '', name: call.function?.name ?? '', arguments: '' });
      known.arguments += call.function?.arguments ?? '';
    }
  }
  return {
    content: joined((delta) => delta.content),
    refusal: joined((delta) => delta.refusal),
    reasoning: joined((delta) => delta.reasoning_content),
    calls,
    details,
    finish: chunks
      .flatMap((chunk) => chunk.choices.map((choice) => choice.finish_reason))
      .filter((one) => one !== null),
  };
}

const text = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' });
type Block = readonly ['text' | 'reasoning' | 'signed' | 'sealed' | 'tool' | 'whole tool', readonly string[]];
const block: fc.Arbitrary<Block> = fc.tuple(
  fc.constantFrom('text', 'reasoning', 'signed', 'sealed', 'tool', 'whole tool'),
  fc.array(text, { maxLength: 4 }),
);

function eventsOf([type, texts]: Block, index: number): ChatEvent[] {
  if (type === 'text') return texts.map((one) => ({ type: 'text-delta', index, text: one }));
  if (type === 'tool' || type === 'whole tool') {
    const argumentsText = texts.join('');
    const [id, name] = [`c${index}`, 'f'];
    return [
      { type: 'tool-call-start', index, id, name },
      ...(type === 'tool' ? texts : []).map((one): ChatEvent => ({
        type: 'tool-call-delta',
        index,
        argumentsText: one,
      })),
      { type: 'tool-call-end', index, id, name, argumentsText, arguments: null },
    ];
  }
  const said = texts.map((one): ChatEvent => ({ type: 'reasoning-delta', index, text: one }));
  if (type === 'signed') said.push({ type: 'reasoning-delta', index, text: '', signature: 'proof' });
  if (type === 'sealed') said.push({ type: 'reasoning-delta', index, text: '', redactedData: 'sealed' });
  return said;
}

describe('ChatChunkEncoder', () => {
  it('says in chunks what the whole body says', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), fc.boolean(), (blocks, includeUsage) => {
        const { chunks, answer } = streamOf([...blocks.flatMap(eventsOf), usage, finish('stop')], includeUsage);
        const whole = chatCompletion(answer, context) as {
          usage: unknown;
          model: string;
          lattice: unknown;
          choices: { finish_reason: string; message: Record<string, unknown> }[];
        };
        const message = whole.choices[0]?.message ?? {};
        const streamed = messageOf(chunks);
        expect(streamed.content).toBe(message['content'] ?? '');
        expect(streamed.reasoning).toBe(message['reasoning_content'] ?? '');
        expect(streamed.details).toEqual(message['reasoning_details'] ?? []);
        expect(streamed.finish).toEqual([whole.choices[0]?.finish_reason]);
        const calls = (message['tool_calls'] ?? []) as { id: string; function: { name: string; arguments: string } }[];
        expect(streamed.calls.map(({ id, name }) => [id, name])).toEqual(
          calls.map((call) => [call.id, call.function.name]),
        );
        for (const [index, call] of streamed.calls.entries()) {
          expect(call.arguments.trim()).toBe(calls[index]?.function.arguments.trim());
        }
        const last = chunks.at(-1);
        expect(last?.lattice).toEqual(whole.lattice);
        if (includeUsage) expect(last).toMatchObject({ choices: [], usage: whole.usage });
        else expect(last?.usage).toBeUndefined();
        expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
        for (const chunk of chunks)
          expect(chunk).toMatchObject({ object: 'chat.completion.chunk', model: whole.model });
      }),
    );
  });

  it.each([true, false])(
    'says once what the vendor says beside, and probabilities as they come (usage: %s)',
    (asked) => {
      const token = (text: string) => ({ token: text, logprob: -0.5, top: [{ token: 'x', logprob: -1 }] });
      const { chunks, answer } = streamOf(
        [
          { type: 'text-delta', index: 0, text: 'ab' },
          { type: 'metadata', metadata: { citations: [1], state: { step: 1 } } },
          { type: 'logprobs', tokens: [token('a')] },
          { type: 'logprobs', tokens: [token('b')] },
          { type: 'metadata', metadata: { state: { step: 2 } } },
          finish('stop'),
        ],
        asked,
      );
      const whole = chatCompletion(answer, context) as unknown as {
        choices: { message: { provider_metadata: unknown }; logprobs: { content: unknown[] } }[];
      };
      const choices = chunks.flatMap((chunk) => chunk.choices);
      expect(choices.flatMap(({ delta }) => delta.provider_metadata ?? [])).toEqual([
        { acme: { citations: [1], state: { step: 2 } } },
      ]);
      expect(whole.choices[0]?.message.provider_metadata).toEqual({ acme: { citations: [1], state: { step: 2 } } });
      const streamed = choices.flatMap(({ logprobs }) => logprobs?.content ?? []);
      expect(streamed).toEqual(whole.choices[0]?.logprobs.content);
      expect(streamed[0]).toEqual({
        token: 'a',
        logprob: -0.5,
        bytes: null,
        top_logprobs: [{ token: 'x', logprob: -1, bytes: null }],
      });
    },
  );

  it('holds the last chunk back until the run is accounted for', () => {
    const { events } = runOf([start, { type: 'text-delta', index: 0, text: 'a' }, finish('length')]);
    const encoder = new ChatChunkEncoder({ ...context, includeUsage: false });
    const texts = events.map((event) => encoder.encode(event));
    expect(texts.slice(0, -1).join('')).not.toContain('"finish_reason":"length"');
    expect(texts.at(-1)).toContain('"finish_reason":"length"');
  });

  it('says null for a usage that the vendor did not report', () => {
    const { chunks } = streamOf([{ type: 'text-delta', index: 0, text: 'a' }, finish('stop')], true);
    expect(chunks.at(-1)?.usage).toBeNull();
  });

  it('marks the seam where another model goes on', () => {
    const encoder = new ChatChunkEncoder({ ...context, includeUsage: false });
    encoder.encode(start);
    encoder.encode({ type: 'text-delta', index: 0, text: 'a' });
    const from = { provider: 'acme', model: 'm-1' };
    const to = { provider: 'other', model: 'm-2' };
    const seam = encoder.encode({ type: 'seam', from, to });
    expect(JSON.parse(seam.slice(6))).toMatchObject({ choices: [{ delta: {} }], lattice: { seam: { from, to } } });
    encoder.encode({ ...start, provider: 'other', model: 'm-2' });
    expect(encoder.encode({ type: 'text-delta', index: 1, text: 'b' })).toContain('"model":"other/m-2"');
  });

  it('cannot be broken by line ends in a text', () => {
    const { chunks } = streamOf(
      [{ type: 'text-delta', index: 0, text: 'a\n\ndata: [DONE]\r\n\u2028' }, finish('stop')],
      false,
    );
    expect(messageOf(chunks).content).toBe('a\n\ndata: [DONE]\r\n\u2028');
  });
});
