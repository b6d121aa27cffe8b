import assert from 'node:assert/strict';
import {
  taskKinds,
  unknownUsage,
  type AttemptRecord,
  type CandidateExplanation,
  type Decision,
  type DecisionStore,
  type TaskProfile,
} from '@lattice-lock/contract';
import type { ConformanceCheck } from '../conformance-check.ts';
import { noonMs } from './sample-entries.ts';

type Check = ConformanceCheck<DecisionStore>;

const candidates: readonly CandidateExplanation[] = [
  {
    model: { provider: 'openai', model: 'gpt-5-mini' },
    status: 'ranked',
    rank: 1,
    score: 0.1 + 0.2,
    terms: [{ name: 'fit', value: 0.5, weight: 1, contribution: 0.5, detail: 'half', source: 'assumption' }],
    expectedCostUsd: '0.0021',
  },
  {
    model: { provider: 'local', model: 'qwen3:4b' },
    status: 'filtered',
    filter: 'context-too-small',
    reason: 'needs 9,000 tokens, has 8,192 — “too small”',
  },
];

const profile: TaskProfile = {
  kind: 'code',
  kinds: Object.fromEntries(taskKinds.map((kind) => [kind, kind === 'code' ? 1 : 0])) as TaskProfile['kinds'],
  domain: 'general',
  domains: { general: 1 },
  difficulty: 0.25,
  difficultyConfidence: 0.5,
  needs: { vision: false, files: false, tools: true, json: 'schema', language: 'de' },
  inputTokens: 120,
  expectedOutputTokens: 300,
  evidence: [{ id: 'fence', kind: 'code', weight: 2, match: '```ts' }],
};

const attempt: AttemptRecord = {
  turn: 1,
  attempt: 1,
  model: { provider: 'openai', model: 'gpt-5-mini' },
  status: 'failed',
  errorCode: 'LATTICE_OVERLOADED',
  errorMessage: 'The service is overloaded.',
  httpStatus: 529,
  startedAt: new Date(noonMs).toISOString(),
  durationMs: 81.5,
  firstTokenMs: null,
  usage: unknownUsage,
  costNanoUsd: null,
};

function decision(id: string, ageMinutes = 0): Decision {
  return {
    id,
    requestId: null,
    createdAt: new Date(noonMs - ageMinutes * 60_000).toISOString(),
    requested: 'auto',
    mode: 'selected',
    preset: 'balanced',
    weights: { fit: 0.4, cost: 0.3, latency: 0.2, reliability: 0.1 },
    profile,
    chosen: { provider: 'openai', model: 'gpt-5-mini' },
    chain: [{ provider: 'openai', model: 'gpt-5-mini' }],
    candidates,
    margin: null,
    simulated: true,
    attempts: [],
  };
}

/** A decision as the selector makes it: its candidates are worked out when they are first looked at. */
function lazyDecision(id: string): Decision {
  const { candidates: _candidates, ...rest } = decision(id);
  return {
    ...rest,
    get candidates() {
      return candidates;
    },
  };
}

const kept: Check = {
  id: 'kept',
  title: 'a decision comes back whole, also one whose candidates are worked out late',
  async run(store) {
    await store.save(decision('eager'));
    await store.save(lazyDecision('lazy'));
    assert.deepEqual(plain(await store.get('eager')), plain(decision('eager')));
    assert.deepEqual(plain(await store.get('lazy')), plain(decision('lazy')));
    assert.equal(await store.get('nobody'), undefined);
    assert.equal(await store.get("' OR '1'='1"), undefined);
  },
};

const replaced: Check = {
  id: 'replaced',
  title: 'a decision that is saved again, after its run, takes the place of the first',
  async run(store) {
    await store.save(decision('a'));
    await store.save({ ...decision('a'), attempts: [attempt] });
    assert.deepEqual((await store.get('a'))?.attempts, [attempt]);
    assert.deepEqual(ids(await store.list()), ['a']);
  },
};

const listed: Check = {
  id: 'listed',
  title: 'the newest come first, at most as many as asked for',
  async run(store) {
    for (const age of [2, 0, 3, 1]) await store.save(decision(`d${age}`, age));
    assert.deepEqual(ids(await store.list()), ['d0', 'd1', 'd2', 'd3']);
    assert.deepEqual(ids(await store.list(2)), ['d0', 'd1']);
  },
};

const bounded: Check = {
  id: 'bounded',
  title: 'a list without a limit has at most 100',
  async run(store) {
    await Promise.all(Array.from({ length: 120 }, (_unused, age) => store.save(decision(`d${age}`, age))));
    const list = await store.list();
    assert.equal(list.length, 100);
    assert.equal(list[0]?.id, 'd0');
  },
};

function ids(list: readonly Decision[]): readonly string[] {
  return list.map((entry) => entry.id);
}

/** As JSON tells it: a decision is serialisable. */
function plain(value: Decision | undefined): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** Decisions. */
export const decisionStoreChecks: readonly Check[] = [kept, replaced, listed, bounded];
