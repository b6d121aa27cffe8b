import { taskKinds, type ModelInfo, type ModelPrice, type ModelRef, type TaskProfile } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedCostPicoUsd, ModelScorer, presetWeights, scoreTermNames, type ModelSignal } from './index.ts';

function model(id: string, more: Partial<ModelInfo> = {}): ModelInfo {
  return {
    provider: 'acme',
    model: id,
    name: id,
    family: null,
    released: '2026-01-01',
    status: 'current',
    contextTokens: 200_000,
    maxInputTokens: null,
    maxOutputTokens: 64_000,
    input: ['text'],
    output: ['text'],
    tools: true,
    structuredOutput: true,
    reasoning: false,
    reasoningControls: null,
    temperature: true,
    openWeights: false,
    aliases: [],
    prices: [],
    source: 'test',
    asOf: '2026-01-01',
    ...more,
  };
}

function profile(more: Partial<TaskProfile> = {}): TaskProfile {
  const kinds = Object.fromEntries(taskKinds.map((kind) => [kind, 0.1])) as TaskProfile['kinds'];
  const needs = { vision: false, files: false, tools: false, json: 'none', language: 'en' } as const;
  return {
    kind: 'qa',
    kinds,
    domain: 'general',
    domains: { general: 1 },
    difficulty: 0.4,
    difficultyConfidence: 0.5,
    needs,
    inputTokens: 1000,
    expectedOutputTokens: 500,
    evidence: [],
    ...more,
  };
}

const usd = (input: number, output: number): ModelPrice => ({
  inputPicoUsd: BigInt(Math.round(input * 1e6)),
  outputPicoUsd: BigInt(Math.round(output * 1e6)),
});

const scorer = new ModelScorer();
const weights = presetWeights.balanced;
const price = usd(1, 5);

function scoreOf(info: ModelInfo, task: TaskProfile, more: { price?: ModelPrice | null; signal?: ModelSignal } = {}) {
  const { signal } = more;
  const [scored] = scorer.score({
    models: [info],
    profile: task,
    weights,
    priceOf: () => (more.price === undefined ? price : more.price),
    ...(signal && { signals: { get: () => signal } }),
  });
  if (scored === undefined) throw new TypeError('not scored');
  return scored;
}

const termOf = (scored: ReturnType<typeof scoreOf>, name: (typeof scoreTermNames)[number]) => {
  const term = scored.terms.find((one) => one.name === name);
  if (term === undefined) throw new TypeError(`no term ${name}`);
  return term;
};

const anyPrice = fc
  .record({ input: fc.integer({ min: 0, max: 600_000_000 }), output: fc.integer({ min: 0, max: 600_000_000 }) })
  .map(({ input, output }): ModelPrice => ({ inputPicoUsd: BigInt(input), outputPicoUsd: BigInt(output) }));
const anyModel = fc
  .record({
    id: fc.constantFrom('big-opus', 'nano', 'llama-70b', 'flash', 'plain'),
    released: fc.constantFrom(null, '2023', '2025-06', '2026-06-30'),
    reasoning: fc.boolean(),
    status: fc.constantFrom('current', 'beta', 'deprecated'),
  } as const)
  .map(({ id, ...more }) => model(id, more));
const anyProfile = fc
  .record({
    difficulty: fc.double({ min: 0, max: 1, noNaN: true }),
    inputTokens: fc.integer({ min: 0, max: 3_000_000 }),
    expectedOutputTokens: fc.integer({ min: 1, max: 200_000 }),
  })
  .map(profile);
const anySignal = fc.record({
  successes: fc.nat(1000),
  failures: fc.nat(1000),
  firstTokenMs: fc.option(fc.nat(100_000)),
  outputTokensPerSecond: fc.option(fc.double({ min: 0.1, max: 5000, noNaN: true })),
});
const anyWeights = fc
  .record({ fit: fc.nat(100), cost: fc.nat(100), latency: fc.nat(100), reliability: fc.nat(100) })
  .filter((one) => one.fit + one.cost + one.latency + one.reliability > 0);

describe('a score', () => {
  it('is the sum of its contributions, each a weight times a value from 0 to 1, and the weights add up to 1', () => {
    const inputs = fc.tuple(anyModel, anyProfile, fc.option(anyPrice), anyWeights, fc.option(anySignal));
    fc.assert(
      fc.property(inputs, ([info, task, itsPrice, itsWeights, signal]) => {
        const [scored] = scorer.score({
          models: [info],
          profile: task,
          weights: itsWeights,
          priceOf: () => itsPrice,
          ...(signal && { signals: { get: () => signal } }),
        });
        const terms = scored?.terms ?? [];
        expect(terms.map((term) => term.name)).toEqual(scoreTermNames);
        for (const { value, weight, contribution, detail, source } of terms) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
          expect(contribution).toBe(weight * value);
          expect(detail).not.toBe('');
          expect(source).not.toBe('');
        }
        const sum = (pick: (term: (typeof terms)[number]) => number) =>
          terms.reduce((total, term) => total + pick(term), 0);
        expect(sum((term) => term.contribution)).toBeCloseTo(scored?.score ?? Number.NaN, 9);
        expect(sum((term) => term.weight)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('orders the best first, and equals by cost and then by name, whatever order they come in', () => {
    const models = ['c', 'a', 'b'].map((id) => model(id));
    const order = (list: readonly ModelInfo[]) =>
      scorer.score({ models: list, profile: profile(), weights, priceOf: () => price }).map((one) => one.model.model);
    expect(order(models)).toEqual(['a', 'b', 'c']);
    expect(order(models.toReversed())).toEqual(['a', 'b', 'c']);
    const scores = scorer
      .score({
        models: [model('nano'), model('opus'), model('flash')],
        profile: profile(),
        weights,
        priceOf: () => price,
      })
      .map((one) => one.score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it.each([
    ['negative', { ...weights, cost: -1 }],
    ['not a number', { ...weights, fit: Number.NaN }],
    ['all 0', { fit: 0, cost: 0, latency: 0, reliability: 0 }],
  ])('refuses weights that are %s', (_name, wrong) => {
    const score = () => scorer.score({ models: [], profile: profile(), weights: wrong, priceOf: () => null });
    expect(score).toThrow(expect.objectContaining({ code: 'LATTICE_INVALID_REQUEST' }));
  });
});

describe('fit', () => {
  const strong = model('opus', { released: '2026-06-01', reasoning: true });
  const weak = model('nano', { released: '2024-06-01' });
  const gap = (difficulty: number) =>
    termOf(scoreOf(strong, profile({ difficulty }), { price: usd(10, 50) }), 'fit').value -
    termOf(scoreOf(weak, profile({ difficulty }), { price: usd(0.1, 0.4) }), 'fit').value;

  it('favours the strong model, far more so on a hard task than on an easy one', () => {
    expect(gap(0.1)).toBeGreaterThan(0);
    expect(gap(0.9)).toBeGreaterThan(gap(0.1) + 0.2);
  });

  it('never falls with a newer release, a higher price or reasoning, nor rises with difficulty', () => {
    const fit = (info: ModelInfo, difficulty = 0.5, itsPrice: ModelPrice | null = price) =>
      termOf(scoreOf(info, profile({ difficulty }), { price: itsPrice }), 'fit').value;
    expect(fit(model('a', { released: '2026' }))).toBeGreaterThan(fit(model('a', { released: '2024' })));
    expect(fit(model('a', { reasoning: true }))).toBeGreaterThan(fit(model('a')));
    expect(fit(model('a'), 0.5, usd(5, 25))).toBeGreaterThan(fit(model('a'), 0.5, usd(0.1, 0.4)));
    expect(fit(model('a'), 0.8)).toBeLessThan(fit(model('a'), 0.3));
    expect(fit(model('a'), 0.5, null)).toBeGreaterThan(0);
  });

  it("takes the user's own evidence before the prior, and says so", () => {
    const own = new ModelScorer({
      capabilityOf: (info) => (info.model === 'a' ? { value: 0.9, source: 'our evaluation' } : undefined),
    });
    const [first, second] = own.score({
      models: [model('b'), model('a')],
      profile: profile({ difficulty: 0.8 }),
      weights,
      priceOf: () => price,
    });
    expect(first?.model.model).toBe('a');
    expect(first?.terms[0]).toMatchObject({ source: expect.stringContaining('our evaluation') as string });
    expect(second?.terms[0]?.source).toContain('fit-fit-prior.mjs');
  });
});

describe('cost', () => {
  it('is exact for this request, with the tier that its input falls into', () => {
    const tiered: ModelPrice = { ...usd(2, 8), tiers: [{ aboveInputTokens: 5000, price: usd(4, 16) }] };
    const at = (inputTokens: number) => scoreOf(model('a'), profile({ inputTokens }), { price: tiered });
    expect(at(5000).expectedCostPicoUsd).toBe(5000n * 2_000_000n + 500n * 8_000_000n);
    expect(at(5001).expectedCostPicoUsd).toBe(5001n * 4_000_000n + 500n * 16_000_000n);
    expect(termOf(at(5000), 'cost').detail).toBe('$0.014 expected (5000 in, 500 out)');
    expect(termOf(at(5001), 'cost').value).toBeLessThan(termOf(at(5000), 'cost').value);
  });

  it('is 1 for free, falls with the price and is 0 for a fortune', () => {
    const value = (itsPrice: ModelPrice) => termOf(scoreOf(model('a'), profile(), { price: itsPrice }), 'cost').value;
    expect(value(usd(0, 0))).toBe(1);
    expect(value(usd(600, 600))).toBeLessThan(0.1);
    fc.assert(
      fc.property(anyPrice, anyPrice, (a, b) => {
        const costs = [a, b].map((one) => expectedCostPicoUsd(one, profile()) ?? 0n);
        if ((costs[0] ?? 0n) > (costs[1] ?? 0n)) expect(value(a)).toBeLessThanOrEqual(value(b));
      }),
    );
  });

  it('is neither free nor the worst when the price is unknown, and says unknown', () => {
    const unknown = scoreOf(model('a'), profile(), { price: null });
    expect(unknown.expectedCostPicoUsd).toBeNull();
    expect(termOf(unknown, 'cost')).toMatchObject({ detail: 'price unknown', source: 'assumption' });
    expect(termOf(unknown, 'cost').value).toBeLessThan(termOf(scoreOf(model('a'), profile()), 'cost').value);
    expect(termOf(unknown, 'cost').value).toBeGreaterThan(0);
  });

  it('names where the price was read', () => {
    const info = model('a', {
      prices: [{ from: null, until: null, price, source: 'a price page', asOf: '2026-07-02' }],
    });
    expect(termOf(scoreOf(info, profile()), 'cost').source).toBe('a price page (2026-07-02)');
  });
});

describe('latency', () => {
  it('is longer for reasoning and for larger models, and for longer answers', () => {
    const value = (info: ModelInfo, more: Partial<TaskProfile> = {}) =>
      termOf(scoreOf(info, profile(more)), 'latency').value;
    expect(value(model('a', { reasoning: true }))).toBeLessThan(value(model('a')));
    expect(value(model('opus'))).toBeLessThan(value(model('nano')));
    expect(value(model('a'), { expectedOutputTokens: 4000 })).toBeLessThan(value(model('a')));
    expect(termOf(scoreOf(model('a'), profile()), 'latency').source).toBe('assumption');
  });

  it('is what was seen as soon as something was', () => {
    const signal = { successes: 3, failures: 0, firstTokenMs: 200, outputTokensPerSecond: 1000 };
    const term = termOf(scoreOf(model('opus', { reasoning: true }), profile(), { signal }), 'latency');
    expect(term).toMatchObject({ detail: 'about 0.7 s for 500 tokens', source: 'measured: recent calls' });
    const slow = { ...signal, firstTokenMs: 30_000 };
    expect(termOf(scoreOf(model('opus'), profile(), { signal: slow }), 'latency').value).toBeLessThan(term.value);
  });
});

describe('reliability', () => {
  const signal = (successes: number, failures: number): ModelSignal => ({
    successes,
    failures,
    firstTokenMs: null,
    outputTokensPerSecond: null,
  });
  const value = (info: ModelInfo, seen?: ModelSignal) =>
    termOf(scoreOf(info, profile(), seen === undefined ? {} : { signal: seen }), 'reliability').value;

  it('begins with a belief, a lower one for beta models', () => {
    expect(value(model('a'))).toBe(0.95);
    expect(value(model('a', { status: 'beta' }))).toBe(0.9);
  });

  it('comes near to what was seen, the more was seen', () => {
    expect(value(model('a'), signal(0, 5))).toBeLessThan(value(model('a'), signal(0, 1)));
    expect(value(model('a'), signal(0, 1000))).toBeLessThan(0.03);
    expect(value(model('a'), signal(1000, 0))).toBeGreaterThan(0.99);
    expect(termOf(scoreOf(model('a'), profile(), { signal: signal(1, 3) }), 'reliability').source).toContain('Beta');
  });

  it('asks for the signal of each model', () => {
    const asked: ModelRef[] = [];
    const signals = {
      get: (ref: ModelRef) => {
        asked.push(ref);
        return undefined;
      },
    };
    scorer.score({ models: [model('a'), model('b')], profile: profile(), weights, priceOf: () => price, signals });
    expect(asked.map((ref) => ref.model)).toEqual(['a', 'b']);
  });
});

describe('presets', () => {
  it('prefer what their names promise', () => {
    const models = [model('opus', { released: '2026-06', reasoning: true }), model('nano', { released: '2025-06' })];
    const prices: Readonly<Record<string, ModelPrice>> = { opus: usd(10, 50), nano: usd(0.1, 0.4) };
    const best = (preset: keyof typeof presetWeights, difficulty: number) =>
      scorer.score({
        models,
        profile: profile({ difficulty }),
        weights: presetWeights[preset],
        priceOf: (info) => prices[info.model] ?? null,
      })[0]?.model.model;
    expect(best('cheap', 0.3)).toBe('nano');
    expect(best('fast', 0.3)).toBe('nano');
    expect(best('best', 0.3)).toBe('opus');
    expect(best('balanced', 0.2)).toBe('nano');
    expect(best('best', 0.9)).toBe('opus');
  });
});
