import { zstdCompressSync } from 'node:zlib';
import { taskKinds, type CandidateExplanation, type Decision, type TaskProfile } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packColumns, packColumnsAside } from './internal/decision-bytes.ts';
import { columnsOf } from './internal/decision-columns.ts';
import { unpackDecision } from './internal/decision-pack.ts';

const few = fc.constantFrom('', 'openai', 'is not configured', '\u0000', '"\\', '{"a":1}');
const text = fc.oneof(few, fc.string({ unit: 'grapheme', maxLength: 12 }));
const figure = fc.double({ noNaN: true, noDefaultInfinity: true });
const model = fc.record({ provider: text, model: text });
const term = fc.record({
  name: fc.constantFrom('fit', 'cost', 'latency', 'reliability'),
  value: figure,
  weight: figure,
  contribution: figure,
  detail: text,
  source: text,
});
const candidate = fc.oneof(
  fc.record({
    model,
    status: fc.constant('ranked'),
    rank: fc.nat(),
    score: figure,
    terms: fc.array(term, { maxLength: 5 }),
    expectedCostUsd: fc.option(text, { nil: null }),
  }),
  fc.record({
    model,
    status: fc.constant('filtered'),
    filter: fc.constantFrom('denied', 'needs-tools', 'too-expensive'),
    reason: text,
  }),
) as fc.Arbitrary<CandidateExplanation>;

const profile: TaskProfile = {
  kind: 'code',
  kinds: Object.fromEntries(taskKinds.map((kind) => [kind, 0.1])) as TaskProfile['kinds'],
  difficulty: 0.25,
  needs: { vision: false, files: false, tools: true, json: 'none', language: 'en' },
  inputTokens: 120,
  expectedOutputTokens: 300,
  evidence: [],
};

function decisionWith(candidates: readonly CandidateExplanation[]): Decision {
  return {
    id: 'd',
    requestId: null,
    createdAt: '2026-11-20T09:00:00.000Z',
    requested: 'auto',
    mode: 'selected',
    preset: 'balanced',
    weights: { fit: 0.4, cost: 0.3, latency: 0.2, reliability: 0.1 },
    profile,
    chosen: { provider: 'openai', model: 'm\u{1f30a}' },
    chain: [],
    candidates,
    margin: 0.1 + 0.2,
    simulated: false,
    attempts: [],
  };
}

describe('a packed decision', () => {
  it('comes back as it was, whatever its candidates say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(candidate, { maxLength: 30 }), async (candidates) => {
        const decision = decisionWith(candidates);
        expect(unpackDecision(packColumns(columnsOf(decision)))).toEqual(decision);
        expect(unpackDecision(await packColumnsAside(columnsOf(decision)))).toEqual(decision);
      }),
    );
  });

  it('is read in the form of the first version, too', () => {
    const decision = decisionWith([{ model: profileModel, status: 'filtered', filter: 'denied', reason: 'so' }]);
    expect(unpackDecision(zstdCompressSync(JSON.stringify(decision)))).toEqual(decision);
  });

  it('is refused by name when it is damaged', () => {
    const bytes = packColumns(columnsOf(decisionWith([])));
    expect(() => unpackDecision(bytes.subarray(0, bytes.length - 4))).toThrow(/damaged and cannot be read/);
  });
});

const profileModel = { provider: 'openai', model: 'm' };
