import { collectChat, LatticeError, type ChatEvent, type ChatRequest, type ModelPrice } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMockProvider, type MockStep } from '../index.ts';
import { inputTokens } from '../simulator/token-rule.ts';
import { createCostBudget, worstInputTokens, type PriceBook } from './index.ts';

/** $1 and $10 per million tokens. */
const price: ModelPrice = { inputPicoUsd: 1_000_000n, outputPicoUsd: 10_000_000n };
const prices: PriceBook = { priceAt: ({ model }) => (model === 'dark' ? null : price) };
const usage = { inputTokens: 1000, outputTokens: 500 };
/** 1000 x $1 + 500 x $10 per million. */
const realCost = 6_000_000n;

function setUp(script: readonly MockStep[], limits = {}) {
  const mock = createMockProvider({ script });
  const budget = createCostBudget({ prices, inputTokens: () => 1000, ...limits });
  return { mock, budget, provider: budget.wrap(mock) };
}

/** Worst case: 1000 x $1 + 900 x $10 per million is one cent. */
const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], maxOutputTokens: 900 };
const answers = (count: number) => Array.from({ length: count }, () => ({ answer: { text: 'Yes', usage } }));

async function refusal(call: Promise<unknown>): Promise<LatticeError> {
  const error: unknown = await call.then(
    () => expect.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  if (!LatticeError.isInstance(error)) expect.fail(String(error));
  expect(error.code).toBe('LATTICE_BUDGET');
  return error;
}

describe('a cost budget', () => {
  it('refuses a call before it is made when its worst case does not fit', async () => {
    const { mock, budget, provider } = setUp(answers(9), { perTestUsd: 0.02 });
    for (let count = 0; count < 2; count += 1) await provider.chat(request);
    expect(budget.spent()).toEqual({ testNanoUsd: 2n * realCost, suiteNanoUsd: 2n * realCost });
    const error = await refusal(provider.chat(request));
    expect(error.message).toContain('may cost $0.01, but this test has $0.008 of $0.02 left');
    expect(mock.calls).toHaveLength(2);
    budget.startTest();
    await provider.chat(request);
    expect(budget.spent()).toEqual({ testNanoUsd: realCost, suiteNanoUsd: 3n * realCost });
  });

  it('bounds the suite over all its tests, by default ten cents and two dollars', async () => {
    const { budget, provider } = setUp(answers(9), { perSuiteUsd: 0.015 });
    await provider.chat(request);
    budget.startTest();
    expect((await refusal(provider.chat(request))).message).toContain('the suite has $0.009 of $0.015');
    const large = { ...request, maxOutputTokens: 9901 };
    expect((await refusal(setUp([]).provider.chat(large))).message).toContain('$0.1 of $0.1 left');
  });

  it('counts calls that run at the same time by their worst case', async () => {
    const { mock, budget, provider } = setUp(answers(9), { perTestUsd: 0.025 });
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => provider.chat(request)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(mock.calls).toHaveLength(2);
    expect(budget.spent().testNanoUsd).toBe(2n * realCost);
  });

  it('tells a refusal as an event of the stream, and counts a stream when it ends', async () => {
    const { budget, provider } = setUp(answers(2), { perTestUsd: 0.012 });
    const result = await collectChat(provider.stream(request), { provider: 'mock', model: 'm' });
    expect([result.text, budget.spent().testNanoUsd]).toEqual(['Yes', realCost]);
    const events: ChatEvent[] = [];
    for await (const event of provider.stream(request)) events.push(event);
    expect(events).toMatchObject([{ type: 'error', error: { code: 'LATTICE_BUDGET', provider: 'mock' } }]);
  });

  it('takes the worst case for a cost that nobody knows, and nothing for a call that was refused', async () => {
    const error = (status?: number) =>
      new LatticeError('LATTICE_UPSTREAM', 'no', status === undefined ? {} : { status });
    const { budget, provider } = setUp([{ answer: { text: 'Yes' } }, { error: error() }, { error: error(429) }]);
    await provider.chat(request);
    expect(budget.spent().testNanoUsd).toBe(10_000_000n);
    await provider.chat(request).catch(() => undefined);
    expect(budget.spent().testNanoUsd).toBe(20_000_000n);
    await provider.chat(request).catch(() => undefined);
    expect(budget.spent().testNanoUsd).toBe(20_000_000n);
  });

  it('keeps the worst case of a stream that is left', async () => {
    const { budget, provider } = setUp(answers(1));
    for await (const event of provider.stream(request)) if (event.type === 'text-delta') break;
    expect(budget.spent().testNanoUsd).toBe(10_000_000n);
  });

  it('refuses what has no bound', async () => {
    const { provider } = setUp(answers(9));
    const { maxOutputTokens: _limit, ...unbounded } = request;
    expect((await refusal(provider.chat(unbounded))).message).toContain('maxOutputTokens');
    expect((await refusal(provider.chat({ ...request, model: 'dark' }))).message).toContain('mock/dark is not known');
    expect(() => createCostBudget({ prices, perTestUsd: -1 })).toThrow(/perTestUsd is -1/);
  });

  it('never spends more than its limit, whatever is asked', async () => {
    const calls = fc.array(fc.record({ asked: fc.nat(9000), used: fc.nat(9000) }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(calls, async (list) => {
        const script = list.map(({ asked, used }) => ({
          answer: { text: 'x', usage: { inputTokens: 1000, outputTokens: Math.min(asked, used) } },
        }));
        const { budget, mock, provider } = setUp([], { perTestUsd: 0.1 });
        for (const [index, { asked }] of list.entries()) {
          mock.enqueue(script[index] as MockStep);
          const before = mock.calls.length;
          await provider.chat({ ...request, maxOutputTokens: asked }).catch(() => undefined);
          // What was refused is still in the script.
          if (mock.calls.length === before) break;
          expect(budget.spent().testNanoUsd <= 100_000_000n).toBe(true);
        }
      }),
    );
  });
});

describe('worstInputTokens', () => {
  it('is more than a tokenizer counts', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 200 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(texts, (list) => {
        const messages = list.map((content) => ({ role: 'user' as const, content }));
        const tools = [{ name: 'look_up', parameters: { type: 'object', properties: { word: { type: 'string' } } } }];
        const asked: ChatRequest = { model: 'm', messages, tools };
        expect(worstInputTokens(asked)).toBeGreaterThan(inputTokens(asked));
      }),
    );
  });

  it('counts images and files', () => {
    const source = { type: 'base64' as const, mediaType: 'application/pdf', data: 'A'.repeat(9000) };
    const content = [
      { type: 'image' as const, source },
      { type: 'file' as const, source },
    ];
    expect(worstInputTokens({ model: 'm', messages: [{ role: 'user', content }] })).toBeGreaterThan(13_000);
  });
});
