import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ChatAccumulator,
  collectChat,
  createUsage,
  LatticeError,
  type ChatEvent,
  type FinishReason,
  type StartEvent,
} from './index.ts';

const options = { provider: 'acme', model: 'm-1' };
const start: StartEvent = {
  type: 'start',
  id: 'a1',
  provider: 'acme',
  model: 'm-1-2026',
  warnings: [],
  rateLimit: null,
  upstreamRequestId: 'r1',
};
const finish = (finishReason: FinishReason): ChatEvent => ({ type: 'finish', finishReason, rawFinishReason: 'raw' });

type Block = { type: 'text' | 'reasoning' | 'tool'; chunks: string[] };
const block: fc.Arbitrary<Block> = fc.record({
  type: fc.constantFrom('text' as const, 'reasoning' as const, 'tool' as const),
  chunks: fc.array(fc.string({ minLength: 1, unit: 'binary' }), { minLength: 1, maxLength: 6 }),
});

function deltasOf(one: Block, index: number, chunks: readonly string[]): ChatEvent[] {
  if (one.type === 'text') return chunks.map((text) => ({ type: 'text-delta', index, text }));
  if (one.type === 'reasoning') return chunks.map((text) => ({ type: 'reasoning-delta', index, text }));
  return [
    { type: 'tool-call-start', index, id: `c${index}`, name: 'f' },
    ...chunks.map((argumentsText): ChatEvent => ({ type: 'tool-call-delta', index, argumentsText })),
  ];
}

/** Interleaves lists keeping the order within each. */
function interleave(lists: ChatEvent[][], picks: readonly number[]): ChatEvent[] {
  const queues = lists.map((list) => [...list]);
  const merged: ChatEvent[] = [];
  for (let step = 0; queues.some((queue) => queue.length > 0); step += 1) {
    const open = queues.filter((queue) => queue.length > 0);
    const next = open[(picks[step % Math.max(1, picks.length)] ?? 0) % open.length]?.shift();
    if (next !== undefined) merged.push(next);
  }
  return merged;
}

describe('ChatAccumulator', () => {
  it('gives the same result however the blocks are cut and interleaved', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(block, { maxLength: 5 }), fc.array(fc.nat(9)), async (blocks, picks) => {
        const usage: ChatEvent = { type: 'usage', usage: createUsage({ inputTokens: 1, outputTokens: 2 }) };
        const whole = blocks.flatMap((one, index) => deltasOf(one, index, [one.chunks.join('')]));
        const cut = interleave(
          blocks.map((one, index) => deltasOf(one, index, one.chunks)),
          picks,
        );
        const a = await collectChat([start, ...whole, usage, finish('stop')], options);
        const b = await collectChat([start, ...cut, usage, finish('stop')], options);
        expect(b).toEqual(a);
        const textOf = (type: string) => blocks.filter((one) => one.type === type).map((one) => one.chunks.join(''));
        expect(a.text).toBe(textOf('text').join(''));
        expect(a.reasoning).toBe(textOf('reasoning').join(''));
        expect(a.toolCalls).toHaveLength(textOf('tool').length);
      }),
    );
  });

  it('never takes a stream without its terminal event for an answer, and drops calls that may be cut', () => {
    const accumulator = new ChatAccumulator(options);
    for (const event of [
      start,
      { type: 'text-delta', index: 0, text: 'half an' } as const,
      { type: 'tool-call-start', index: 1, id: 'c', name: 'pay' } as const,
      { type: 'tool-call-delta', index: 1, argumentsText: '{"amount": 1' } as const,
    ]) {
      accumulator.add(event);
    }
    const error = catchError(() => accumulator.result());
    expect(error.code).toBe('LATTICE_STREAM_INTERRUPTED');
    expect(error.partial).toMatchObject({ text: 'half an', toolCalls: [], finishReason: 'other' });
  });

  it('throws the stream’s own error with what had arrived', () => {
    const accumulator = new ChatAccumulator(options);
    accumulator.add(start);
    accumulator.add({ type: 'text-delta', index: 0, text: 'so far' });
    accumulator.add({ type: 'error', error: new LatticeError('LATTICE_OVERLOADED', 'busy', { retryable: true }) });
    const error = catchError(() => accumulator.result());
    expect(error).toMatchObject({ code: 'LATTICE_OVERLOADED', retryable: true, partial: { text: 'so far' } });
  });

  it('keeps probabilities in order, and what the vendor says beside the common words', async () => {
    const token = (text: string) => ({ token: text, logprob: -0.5, top: [{ token: text, logprob: -0.5 }] });
    const result = await collectChat(
      [
        start,
        { type: 'metadata', metadata: { filter: { hate: 'safe' }, tier: 'a' } },
        { type: 'logprobs', tokens: [token('one')] },
        { type: 'logprobs', tokens: [token(' two')] },
        { type: 'metadata', metadata: { tier: 'b' } },
        finish('stop'),
      ],
      options,
    );
    expect(result.logprobs?.map((one) => one.token)).toEqual(['one', ' two']);
    expect(result.providerMetadata).toEqual({ filter: { hate: 'safe' }, tier: 'b' });
    expect(await collectChat([start, finish('stop')], options)).toMatchObject({
      logprobs: null,
      providerMetadata: null,
    });
  });

  it('keeps signatures, sealed reasoning and refusals, and parses arguments once', async () => {
    const result = await collectChat(
      [
        start,
        { type: 'reasoning-delta', index: 0, text: 'hm' },
        { type: 'reasoning-delta', index: 0, text: '', signature: 'sig' },
        { type: 'reasoning-delta', index: 1, text: '', redactedData: 'sealed' },
        { type: 'refusal-delta', text: 'no' },
        { type: 'tool-call-start', index: 2, id: 'c1', name: 'f' },
        { type: 'tool-call-end', index: 2, id: 'c1', name: 'f', argumentsText: '', arguments: {} },
        { type: 'tool-call-start', index: 3, id: 'c2', name: 'g' },
        { type: 'tool-call-delta', index: 3, argumentsText: '[1' },
        finish('tool-calls'),
      ],
      options,
    );
    expect(result.content.slice(0, 2)).toEqual([
      { type: 'reasoning', text: 'hm', signature: 'sig', provider: 'acme' },
      { type: 'reasoning', text: '', redactedData: 'sealed', provider: 'acme' },
    ]);
    expect(result).toMatchObject({ id: 'a1', model: 'm-1-2026', refusal: 'no', finishReason: 'tool-calls' });
    expect(result.toolCalls.map((call) => call.arguments)).toEqual([{}, null]);
  });
});

function catchError(action: () => unknown): LatticeError {
  try {
    action();
  } catch (error) {
    if (LatticeError.isInstance(error)) return error;
  }
  return expect.unreachable('a LatticeError was expected');
}
