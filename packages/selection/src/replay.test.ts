import { createUsage, formatModelRef, type AttemptRecord, type Decision, type ModelRef } from '@lattice-lock/contract';
import { ModelScorer } from '@lattice-lock/scoring';
import { describe, expect, it } from 'vitest';
import { guideLine, SampleCatalog, sampleGuide, sampleInput, sampleModel, usd } from './__fixtures__/sample-catalog.ts';
import { ModelSelector, replay, type ReplayOptions } from './index.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const clock = { now: () => now, monotonic: () => 0, sleep: async () => undefined };
const models = [
  sampleModel('one/nano', { released: '2025-06-01' }, usd(0.1, 0.4)),
  sampleModel('two/opus', { released: '2026-06-01', reasoning: true }, usd(10, 50)),
  sampleModel('three/free', { released: '2024-01-01' }, null),
];
const catalog = new SampleCatalog(models);
const attempt = (model: ModelRef, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  turn: 1,
  attempt: 1,
  model,
  status: 'ok',
  errorCode: null,
  errorMessage: null,
  httpStatus: 200,
  startedAt: '2026-11-20T12:00:00.000Z',
  durationMs: 10,
  firstTokenMs: 5,
  usage: createUsage({ inputTokens: 2000, outputTokens: 100 }),
  costNanoUsd: '240000',
  ...more,
});
function past(attempts: readonly AttemptRecord[] = []): Decision {
  const made = new ModelSelector({ catalog, clock }).select(sampleInput({ requestId: 'r1' }));
  return JSON.parse(JSON.stringify({ ...made, attempts })) as Decision;
}
const under = (decisions: readonly Decision[], more: Partial<ReplayOptions> = {}) =>
  replay(decisions, { catalog, scorer: new ModelScorer(), ...more });
const best = { mode: 'auto', preset: 'best' } as const;

describe('a replay', () => {
  it('says which decisions change, and what the same tokens would have cost at the prices of then', () => {
    const answered = past([attempt({ provider: 'one', model: 'nano' })]);
    const report = under([answered, past()], { resolve: () => best });
    expect(report).toMatchObject({ changed: 2, unchanged: 0, impossible: 0 });
    expect(report.decisions.map(({ now: made, cost }) => [formatModelRef(made?.chosen ?? models[0]!), cost])).toEqual([
      ['two/opus', { by: 'usage', before: 240_000n, after: 25_000_000n }],
      ['two/opus', { by: 'expectation', before: 220_000n, after: 25_000_000n }],
    ]);
    expect(report.before).toEqual({ nanoUsd: 460_000n, unknownEntries: 0 });
    expect(report.after).toEqual({ nanoUsd: 50_000_000n, unknownEntries: 0 });
  });

  it('leaves an unknown cost unknown', () => {
    const report = under([past([attempt({ provider: 'one', model: 'nano' }, { costNanoUsd: null })])], {
      operatorConstraints: { allow: ['three/*'] },
    });
    expect(report.decisions[0]?.cost).toEqual({ by: 'usage', before: null, after: null });
    expect(report.after).toEqual({ nanoUsd: 0n, unknownEntries: 1 });
  });

  it('counts decisions that no model could take any more, and says why', () => {
    const guide = sampleGuide({ blocked: [guideLine('*')] });
    const report = under([past()], { guide });
    expect(report).toMatchObject({ changed: 1, impossible: 1 });
    expect(report.decisions[0]).toMatchObject({ now: null, error: { code: 'LATTICE_NO_CANDIDATE' }, isChanged: true });
    expect(report.decisions[0]?.error?.message).toContain('3 by blocked');
  });

  it('follows the price of the time, whatever it is now', () => {
    const period = (from: string | null, until: string | null, price: number) => ({
      from,
      until,
      price: usd(price, price),
      source: 'test',
      asOf: '2026-01-01',
    });
    const change = '2026-12-01T00:00:00Z';
    const priced = new SampleCatalog([
      { ...models[0]!, prices: [period(null, change, 1), period(change, null, 100)] },
      { ...models[1]!, prices: [period(null, change, 2), period(change, null, 0.01)] },
    ]);
    const [before] = under([past()], { catalog: priced, resolve: () => best }).decisions;
    expect(before?.cost).toEqual({ by: 'expectation', before: 1_300_000n, after: 2_600_000n });
    const later = { ...past(), createdAt: '2026-12-02T00:00:00.000Z' };
    const [after] = under([later], { catalog: priced, resolve: () => best }).decisions;
    expect(after?.cost).toEqual({ by: 'expectation', before: 130_000_000n, after: 13_000n });
  });

  it("takes the operator's weights, and tells a decision without a basis from one that is exact", () => {
    const { basis, ...bare } = past();
    expect(basis).toEqual({});
    const weights = { fit: 1, cost: 0, latency: 0, reliability: 0 };
    const report = under([bare, past()], { weights });
    expect(report.decisions.map(({ isExact, isChanged }) => [isExact, isChanged])).toEqual([
      [false, true],
      [true, true],
    ]);
    expect(under([bare]).changed).toBe(0);
  });

  it('predicts anew when asked to', () => {
    const failing = { successes: 0, failures: 500, firstTokenMs: null, outputTokensPerSecond: null };
    const signals = { get: ({ model }: ModelRef) => (model === 'nano' ? failing : undefined) };
    const weights = { reliability: 1, fit: 0, latency: 0 };
    const decision = new ModelSelector({ catalog, clock }).select(sampleInput({ signals, weights }));
    expect(decision.chosen.model).not.toBe('nano');
    expect(under([decision]).changed).toBe(0);
    expect(under([decision], { rescore: true }).decisions[0]?.now?.chosen.model).toBe('nano');
  });
});
