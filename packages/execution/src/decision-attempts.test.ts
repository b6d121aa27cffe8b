import { taskKinds, type Decision } from '@lattice-lock/contract';
import { describe, expect, it, vi } from 'vitest';
import { decisionWithAttempts } from './decision-attempts.ts';

const model = { provider: 'xai', model: 'a' };

/** Every field that a decision can have: one that is forgotten on the way is one that is not stored. */
const whole: Required<Omit<Decision, 'candidates'>> = {
  id: 'd1',
  requestId: 'r1',
  createdAt: new Date(0).toISOString(),
  requested: 'auto',
  mode: 'selected',
  preset: 'balanced',
  weights: { fit: 1, cost: 0, latency: 0, reliability: 0 },
  profile: {
    kind: 'qa',
    kinds: Object.fromEntries(taskKinds.map((kind) => [kind, 0.1])) as Decision['profile']['kinds'],
    domain: 'general',
    domains: { general: 1 },
    difficulty: 0,
    difficultyConfidence: 0,
    needs: { vision: false, files: false, tools: false, json: 'none', language: 'en' },
    inputTokens: 7,
    expectedOutputTokens: 9,
    evidence: [],
  },
  chosen: model,
  chain: [model],
  margin: 0.5,
  simulated: false,
  attempts: [],
  basis: { maxOutputTokens: 9 },
  guide: [{ rule: 'pick', place: 'guide.md:1:1', text: 'a' }],
  route: {
    name: 'support',
    place: 'routes.yaml:1:1',
    score: 0.9,
    threshold: 0.5,
    example: 'help',
    embedder: 'local',
    action: { model },
  },
};

describe('a decision with what was tried', () => {
  it('keeps every field, and candidates that nobody has asked for yet', () => {
    const explain = vi.fn<() => Decision['candidates']>(() => []);
    const key: unique symbol = Symbol('origin');
    const decision: Decision & Record<typeof key, string> = {
      ...whole,
      [key]: 'kept',
      get candidates() {
        return explain();
      },
    };
    const copy = decisionWithAttempts(decision, []);
    expect(explain).not.toHaveBeenCalled();
    expect(copy).toEqual({ ...whole, [key]: 'kept', candidates: [] });
  });
});
