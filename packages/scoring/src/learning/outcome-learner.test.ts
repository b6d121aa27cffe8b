import { taskKinds, type Clock, type ModelInfo, type Outcome, type TaskProfile } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelScorer, OutcomeLearner, presetWeights, type Exploration, type ScoredModel } from '../index.ts';

const dayMs = 86_400_000;
const startMs = Date.parse('2026-11-20T12:00:00Z');

class HandClock implements Clock {
  nowMs = startMs;
  now = () => this.nowMs;
  monotonic = () => this.nowMs;
  sleep = () => Promise.resolve();
}

function model(id: string, released: string): ModelInfo {
  const facts = { provider: 'acme', model: id, name: id, family: null, released, status: 'current' } as const;
  const limits = { contextTokens: 200_000, maxInputTokens: null, maxOutputTokens: null, asOf: '2026-01-01' };
  const abilities = {
    input: ['text'],
    output: ['text'],
    tools: true,
    structuredOutput: true,
    reasoning: false,
  } as const;
  const rest = { reasoningControls: null, temperature: true, openWeights: false, aliases: [], prices: [] };
  return { ...facts, ...limits, ...abilities, ...rest, source: 'test' };
}

/** By the prior the first is the best and the last the worst. */
const models = [model('newest', '2026-06-01'), model('middle', '2025-01-01'), model('oldest', '2023-06-01')] as const;

function task(more: Partial<TaskProfile> = {}): TaskProfile {
  return {
    kind: 'qa',
    kinds: Object.fromEntries(taskKinds.map((kind) => [kind, 0.1])) as TaskProfile['kinds'],
    domain: 'law',
    domains: { law: 1 },
    difficulty: 0.5,
    difficultyConfidence: 0.5,
    needs: { vision: false, files: false, tools: false, json: 'none', language: 'en' },
    inputTokens: 1000,
    expectedOutputTokens: 500,
    evidence: [],
    ...more,
  };
}

let count = 0;
function outcome(name: string, score: number, more: Partial<Outcome> = {}): Outcome {
  count += 1;
  return {
    requestId: `request-${count}`,
    decisionId: null,
    model: { provider: 'acme', model: name },
    task: { kind: 'qa', domain: 'law', difficulty: 0.5 },
    apiKeyId: 'key-a',
    score,
    signal: 'graded',
    source: 'user',
    atMs: startMs,
    comment: null,
    ...more,
  };
}

function learnerOf(outcomes: readonly Outcome[], options: ConstructorParameters<typeof OutcomeLearner>[0] = {}) {
  const learner = new OutcomeLearner({ clock: new HandClock(), ...options });
  for (const one of outcomes) learner.observe(one);
  return learner;
}

function rank(outcomes: OutcomeLearner | undefined, profile = task(), exploration?: Exploration) {
  const scorer = new ModelScorer({ ...(outcomes && { outcomes }), ...(exploration && { exploration }) });
  const input = { models, profile, weights: presetWeights.best, priceOf: () => null, mayExplore: true };
  return scorer.score(input);
}

const namesOf = (ranked: readonly ScoredModel[]) => ranked.map((one) => one.model.model);
const fitOf = (ranked: readonly ScoredModel[], name: string) => {
  const term = ranked.find((one) => one.model.model === name)?.terms.find((one) => one.name === 'fit');
  if (term === undefined) expect.fail(`${name} has no fit`);
  return term;
};
const repeat = (times: number, make: (at: number) => Outcome) =>
  Array.from({ length: times }, (_unused, at) => make(at));

describe('own outcomes', () => {
  it('turn the choice where the prior is wrong, and nowhere else', () => {
    const learner = learnerOf([
      ...repeat(100, () => outcome('newest', 0.1)),
      ...repeat(100, () => outcome('oldest', 0.9)),
    ]);
    expect(namesOf(rank(undefined))).toEqual(['newest', 'middle', 'oldest']);
    expect(namesOf(rank(learner))[0]).toBe('middle');
    const several = learnerOf([
      ...repeat(100, (at) => outcome('newest', 0.1, { apiKeyId: `key-${at % 4}` })),
      ...repeat(100, (at) => outcome('oldest', 0.9, { apiKeyId: `key-${at % 4}` })),
    ]);
    expect(namesOf(rank(several))[0]).toBe('oldest');
    for (const elsewhere of [task({ domain: 'physics' }), task({ kind: 'code' })]) {
      const plain = rank(undefined, elsewhere);
      expect(rank(several, elsewhere).map(({ score, terms }) => ({ score, terms }))).toEqual(
        plain.map(({ score, terms }) => ({ score, terms })),
      );
    }
  });

  it('are told with what they rest on', () => {
    const learner = learnerOf(repeat(212, (at) => outcome('newest', 0.25, { apiKeyId: `key-${at % 3}` })));
    const { detail, source } = fitOf(rank(learner), 'newest');
    expect(detail).toMatch(
      /^0\.\d\d \+- 0\.\d\d; learned 0\.25 from 212 outcomes, 3 keys: counts 64 %, one key at most 21 %/,
    );
    expect(detail).toContain('; predicted 0.');
    expect(source).toMatch(/^own outcomes; fitted/);
    const predicted = rank(undefined).find((one) => one.model.model === 'newest');
    const learned = rank(learner).find((one) => one.model.model === 'newest');
    expect(learned?.qualityError).toBeLessThan(predicted?.qualityError ?? 0);
  });

  it('are of the model, whoever serves it, and tell less at another difficulty', () => {
    const learner = learnerOf(
      repeat(20, () => outcome('oldest', 1, { model: { provider: 'other', model: 'Oldest' } })),
    );
    const gain = (difficulty: number) =>
      fitOf(rank(learner, task({ difficulty })), 'oldest').value -
      fitOf(rank(undefined, task({ difficulty })), 'oldest').value;
    expect(gain(0.5)).toBeGreaterThan(0.1);
    const few = learnerOf(repeat(3, () => outcome('oldest', 1)));
    const share = (difficulty: number) => few.learned('oldest', { kind: 'qa', domain: 'law', difficulty })?.share ?? 0;
    expect(share(0.5)).toBeGreaterThan(share(0.9));
    expect(share(0.9)).toBeGreaterThan(0);
  });

  it('count little while they are few: one judgement may be a slip', () => {
    const share = (times: number) =>
      learnerOf(repeat(times, () => outcome('newest', 0))).learned('newest', task())?.share ?? 0;
    expect([1, 5, 20, 200].map((times) => Math.round(share(times) * 100))).toEqual([3, 19, 32, 39]);
  });

  it('fade, so that a model that became better is believed again', () => {
    const clock = new HandClock();
    const learner = learnerOf(
      repeat(30, () => outcome('newest', 0)),
      { clock, halfLifeMs: dayMs },
    );
    const learned = () => learner.learned('newest', task());
    expect(learned()?.score).toBe(0);
    clock.nowMs += 3 * dayMs;
    for (const one of repeat(30, () => outcome('newest', 1, { atMs: clock.nowMs }))) learner.observe(one);
    expect(learned()?.score).toBeCloseTo(8 / 9, 5);
    const before = learned()?.share ?? 0;
    clock.nowMs += 20 * dayMs;
    learner.settle();
    expect(learned()?.share).toBeLessThan(before / 10);
  });

  it('count in a window of the latest, and not at all without model or task', () => {
    const learner = learnerOf([], { window: 10 });
    for (const one of repeat(50, (at) => outcome('newest', at < 40 ? 0 : 1, { atMs: startMs + at })))
      learner.observe(one);
    expect(learner.learned('newest', task())).toMatchObject({ score: 1, outcomes: 10, keys: 1 });
    expect(learner.size).toBe(10);
    learner.observe(outcome('middle', 1, { task: null }));
    learner.observe(outcome('middle', 1, { model: null }));
    expect(learner.learned('middle', task())).toBeNull();
    learner.reset();
    expect([learner.size, learner.learned('newest', task())]).toEqual([0, null]);
  });
});

const anyOutcome = fc
  .record({
    request: fc.nat(30),
    name: fc.constantFrom('newest', 'middle', 'oldest'),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    key: fc.constantFrom('a', 'b', 'c', null),
    difficulty: fc.double({ min: 0, max: 1, noNaN: true }),
    source: fc.constantFrom('user' as const, 'judge' as const),
  })
  .map(({ request, name, score, key, difficulty, source }) =>
    outcome(name, score, {
      requestId: `r${request}`,
      apiKeyId: key,
      source,
      task: { kind: 'qa', domain: 'law', difficulty },
    }),
  );
const anyOutcomes = fc
  .array(anyOutcome, { maxLength: 60 })
  .map((list) => list.map((one, at): Outcome => ({ ...one, atMs: startMs - at * 1000 })));

describe('whatever the outcomes', () => {
  it('terms add up to the score, with exploration or without', () => {
    fc.assert(
      fc.property(
        anyOutcomes,
        fc.boolean(),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (list, explores, draws) => {
          const exploration = { floor: 0.2, margin: 0.1, random: () => draws.next().value };
          for (const one of rank(learnerOf(list), task(), explores ? exploration : undefined)) {
            const sum = one.terms.reduce((total, { contribution }) => total + contribution, 0);
            expect(sum).toBeCloseTo(one.score, 9);
            expect(one.terms.every(({ value }) => value >= 0 && value <= 1)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('their order and their repetition change nothing', () => {
    const both = anyOutcomes.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
    );
    fc.assert(
      fc.property(both, ([list, shuffled]) => {
        const figures = (learner: OutcomeLearner) => models.map((one) => learner.learned(one.model, task()));
        const [first, second] = [figures(learnerOf(list)), figures(learnerOf(shuffled))];
        for (const [at, one] of first.entries()) {
          expect(second[at]?.outcomes).toBe(one?.outcomes);
          expect(second[at]?.score ?? 0).toBeCloseTo(one?.score ?? 0, 9);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('one key moves a figure by its bound at most, and less the more others there are', () => {
    const attack = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(anyOutcomes, attack, fc.constantFrom(0, 0.1, 0.4, 0.8), (list, scores, maxKeyShare) => {
        const attacks = scores.map((score) => outcome('newest', score, { apiKeyId: 'attacker' }));
        const [without, attacked] = [
          learnerOf(list, { maxKeyShare }),
          learnerOf([...list, ...attacks], { maxKeyShare }),
        ];
        const moved = Math.abs(fitOf(rank(attacked), 'newest').value - fitOf(rank(without), 'newest').value);
        expect(moved).toBeLessThanOrEqual(maxKeyShare + 1e-9);
        expect(attacked.learned('newest', task())?.largestKeyShare ?? 0).toBeLessThanOrEqual(maxKeyShare + 1e-9);
      }),
      { numRuns: 60 },
    );
    const honest = repeat(90, (at) => outcome('newest', 0.9, { apiKeyId: `honest-${at % 9}` }));
    const attacks = repeat(500, () => outcome('newest', 0, { apiKeyId: 'attacker' }));
    const moved =
      fitOf(rank(learnerOf(honest)), 'newest').value - fitOf(rank(learnerOf([...honest, ...attacks])), 'newest').value;
    expect(moved).toBeLessThan(0.12);
  });
});

describe('exploration', () => {
  it('tries models within its margin and above its floor alone, and none where it is not asked for', () => {
    fc.assert(
      fc.property(
        anyOutcomes,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        fc.constantFrom(0, 0.05, 0.3),
        fc.constantFrom(0.2, 0.6),
        (list, draws, margin, floor) => {
          const means = rank(learnerOf(list));
          const meanOf = (name: string | undefined) => means.find((one) => one.model.model === name);
          const best = means[0];
          const [chosen] = rank(learnerOf(list), task(), { margin, floor, random: () => draws.next().value });
          const mean = meanOf(chosen?.model.model);
          expect(mean?.score).toBeGreaterThanOrEqual((best?.score ?? 1) - margin - 1e-12);
          if (mean !== best) expect(mean?.quality).toBeGreaterThanOrEqual(floor);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('finds a model that is better than was thought, and says that it tries one', () => {
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const learner = learnerOf([]);
    const truth: Readonly<Record<string, number>> = { newest: 0.5, middle: 0.9, oldest: 0.3 };
    let details = '';
    for (let at = 0; at < 400; at += 1) {
      const [chosen] = rank(learner, task(), { margin: 0.3, floor: 0.1, random });
      const name = chosen?.model.model ?? '';
      details += chosen?.terms[0]?.detail ?? '';
      learner.observe(outcome(name, random() < (truth[name] ?? 0) ? 1 : 0, { apiKeyId: `key-${at % 8}` }));
    }
    expect(details).toContain('tried as ');
    expect(namesOf(rank(learner))[0]).toBe('middle');
  });
});

describe('the choice by own outcomes', () => {
  it('is over categories not below the best single model, but for what learning costs', () => {
    let seed = 11;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const truth: Readonly<Record<string, readonly number[]>> = {
      newest: [0.3, 0.8, 0.6, 0.7],
      middle: [0.8, 0.5, 0.6, 0.65],
      oldest: [0.5, 0.4, 0.55, 0.3],
    };
    const domains = ['law', 'physics', 'history', 'finance'];
    const learner = learnerOf([]);
    let routed = 0;
    const rounds = 1200;
    for (let at = 0; at < rounds; at += 1) {
      const domain = domains[at % 4] ?? '';
      const [chosen] = rank(learner, task({ domain }));
      const quality = truth[chosen?.model.model ?? '']?.[at % 4] ?? 0;
      routed += quality / rounds;
      const facts = { apiKeyId: `key-${at % 6}`, task: { kind: 'qa', domain, difficulty: 0.5 } } as const;
      learner.observe(outcome(chosen?.model.model ?? '', random() < quality ? 1 : 0, facts));
    }
    const means = Object.values(truth).map((list) => list.reduce((sum, one) => sum + one / 4, 0));
    expect(routed).toBeGreaterThan(Math.max(...means) - 0.02);
  });
});
