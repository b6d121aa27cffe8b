import {
  formatModelRef,
  type Decision,
  type ErrorCode,
  type ModelRef,
  type Outcome,
  type SelectionPreset,
} from '@lattice-lock/contract';
import { ModelScorer, OutcomeLearner, type Exploration } from '@lattice-lock/scoring';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guideLine, SampleCatalog, sampleGuide, sampleInput, sampleModel, usd } from './__fixtures__/sample-catalog.ts';
import { ModelSelector, replay } from './index.ts';
import { FitQuality } from './quality-source.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const clock = { now: () => now, monotonic: () => 0, sleep: async () => undefined };
const models = [
  sampleModel('one/nano', { released: '2024-06-01' }, usd(0.1, 0.4)),
  sampleModel('one/mid', { released: '2025-06-01' }, usd(1, 4)),
  sampleModel('two/opus', { released: '2026-06-01', reasoning: true }, usd(10, 50)),
  sampleModel('two/lite', { released: '2025-09-01' }, usd(0.3, 1)),
  sampleModel('three/free', { released: '2024-01-01' }, null),
];
const names = models.map(formatModelRef);
const catalog = new SampleCatalog(models);
const { kind, domain, difficulty } = sampleInput().profile;

const anyOutcomes = fc.array(
  fc.record({
    model: fc.nat(models.length - 1),
    score: fc.constantFrom(0, 0.3, 1),
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    times: fc.constantFrom(1, 3, 20),
  }),
  { maxLength: 12 },
);

let requests = 0;
function learn(learner: OutcomeLearner, outcomes: typeof anyOutcomes extends fc.Arbitrary<infer List> ? List : never) {
  for (const { model, score, key, times } of outcomes) {
    for (let time = 0; time < times; time += 1) learner.observe(outcomeOf(models[model] as ModelRef, score, key));
  }
}

function outcomeOf({ provider, model }: ModelRef, score: number, apiKeyId: string): Outcome {
  requests += 1;
  const task = { kind, domain, difficulty };
  const facts = { decisionId: null, signal: 'graded', source: 'user', atMs: now, comment: null } as const;
  return { requestId: `r${requests}`, model: { provider, model }, task, apiKeyId, score, ...facts };
}

const anyDraws = fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true }));
const anyChoice = fc.record({
  preset: fc.constantFrom<SelectionPreset>('balanced', 'cheap', 'best', 'fast'),
  minQuality: fc.constantFrom(undefined, 0.4, 0.5, 0.6),
  explores: fc.boolean(),
});

function houseOf(outcomes: OutcomeLearner, explores: boolean, draws: Iterator<number>) {
  const exploration: Exploration = { floor: 0.3, margin: 0.2, random: () => Number(draws.next().value) };
  const scorer = new ModelScorer({ outcomes, ...(explores && { exploration }) });
  return { scorer, quality: new FitQuality(scorer) };
}

describe('whatever is learned', () => {
  it('a model that is blocked, denied or too bad is never chosen nor fallen back to', () => {
    const anyBlocked = fc.subarray(names, { maxLength: 2 });
    const failures: readonly ErrorCode[] = ['LATTICE_OVERLOADED', 'LATTICE_CONTEXT_LENGTH', 'LATTICE_TIMEOUT'];
    fc.assert(
      fc.property(
        anyOutcomes,
        anyBlocked,
        anyBlocked,
        anyChoice,
        anyDraws,
        (outcomes, blocked, deny, choice, draws) => {
          const learner = new OutcomeLearner({ clock });
          learn(learner, outcomes);
          const { scorer, quality } = houseOf(learner, choice.explores, draws);
          const guide = sampleGuide({ blocked: blocked.map((name) => guideLine(name)) });
          const selector = new ModelSelector({ catalog, clock, scorer, quality, guide });
          const constraints = { deny, ...(choice.minQuality !== undefined && { minQuality: choice.minQuality }) };
          const target = { mode: 'auto', preset: choice.preset } as const;
          let decision: Decision;
          try {
            decision = selector.select(sampleInput({ target, constraints }));
          } catch (error) {
            expect(error).toMatchObject({ code: 'LATTICE_NO_CANDIDATE' });
            return;
          }
          const fallbacks = failures.flatMap((code) =>
            selector.getFallbackChain(decision, { failed: decision.chosen, code }),
          );
          for (const ref of [...decision.chain, ...fallbacks]) {
            expect([...blocked, ...deny]).not.toContain(formatModelRef(ref));
            const info = catalog.get(ref);
            const predicted = info && quality.qualityOf(info, decision.profile, catalog.priceAt(ref, now));
            expect(predicted?.value).toBeGreaterThanOrEqual(choice.minQuality ?? 0);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('a replay of stored decisions under the same configuration changes nothing', () => {
    fc.assert(
      fc.property(
        anyOutcomes,
        anyOutcomes,
        anyChoice,
        anyDraws,
        (before, after, { preset, minQuality, explores }, draws) => {
          const learner = new OutcomeLearner({ clock });
          learn(learner, before);
          const { scorer, quality } = houseOf(learner, explores, draws);
          const selector = new ModelSelector({ catalog, clock, scorer, quality });
          const constraints = minQuality === undefined ? {} : { minQuality };
          const stored: Decision[] = [];
          try {
            const decision = selector.select(sampleInput({ target: { mode: 'auto', preset }, constraints }));
            stored.push(JSON.parse(JSON.stringify(decision)) as Decision);
          } catch (error) {
            expect(error).toMatchObject({ code: 'LATTICE_NO_CANDIDATE' });
          }
          learn(learner, after);
          const { changed, decisions } = replay(stored, { catalog, scorer });
          expect(changed).toBe(0);
          expect(decisions.filter(({ isChainChanged }) => isChainChanged)).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
