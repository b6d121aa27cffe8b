import assert from 'node:assert/strict';
import type { Outcome, OutcomeStore } from '@lattice-lock/contract';
import type { ConformanceCheck } from '../conformance-check.ts';
import { noonMs } from './sample-entries.ts';

type Check = ConformanceCheck<OutcomeStore>;

function outcome(requestId: string, more: Partial<Outcome> = {}): Outcome {
  return {
    requestId,
    decisionId: `decision of ${requestId}`,
    model: { provider: 'openai', model: 'gpt-5-mini' },
    task: { kind: 'code', domain: 'computing', difficulty: 0.1 + 0.2 },
    apiKeyId: 'key-a',
    score: 0.1 + 0.7,
    signal: 'graded',
    source: 'user',
    atMs: noonMs,
    comment: null,
    ...more,
  };
}

const kept: Check = {
  id: 'kept',
  title: 'an outcome comes back as it was written',
  async run(store) {
    const plain = outcome('a', { decisionId: null, model: null, task: null, apiKeyId: null, atMs: noonMs + 1 });
    const wordy = outcome('b', { comment: "it's \u{1f600}'); drop table outcome; --", signal: 'thumbs', score: 1 });
    await store.add(plain);
    await store.add(wordy);
    assert.deepEqual(await store.list(), [plain, wordy]);
  },
};

const listed: Check = {
  id: 'listed',
  title: 'outcomes come newest first, as many as asked, from an instant on',
  async run(store) {
    for (const at of [2, 5, 1, 4, 3]) await store.add(outcome(`r${at}`, { atMs: noonMs + at }));
    const names = (list: readonly Outcome[]) => list.map(({ requestId }) => requestId);
    assert.deepEqual(names(await store.list()), ['r5', 'r4', 'r3', 'r2', 'r1']);
    assert.deepEqual(names(await store.list(2)), ['r5', 'r4']);
    assert.deepEqual(names(await store.list(10, noonMs + 4)), ['r5', 'r4'], 'the instant itself belongs to it');
    assert.deepEqual(names(await store.list(1, noonMs + 1)), ['r5']);
    assert.deepEqual(await store.list(10, noonMs + 6), []);
  },
};

const replaced: Check = {
  id: 'replaced',
  title: 'a second outcome of the same request, key and source replaces the first, and no other',
  async run(store) {
    const others = [
      outcome('a', { source: 'judge' }),
      outcome('a', { apiKeyId: 'key-b' }),
      outcome('b'),
      outcome('a', { apiKeyId: null }),
    ];
    await store.add(outcome('a', { score: 1, comment: 'good', signal: 'thumbs' }));
    for (const other of others) await store.add(other);
    const second = outcome('a', { score: 0, atMs: noonMs + 9, decisionId: 'later', task: null });
    await store.add(second);
    assert.deepEqual((await store.list())[0], second);
    assert.deepEqual(new Set(await store.list()), new Set([second, ...others]));
    const again = outcome('a', { apiKeyId: null, score: 0 });
    await store.add(again);
    assert.deepEqual(new Set(await store.list()), new Set([second, ...others.slice(0, 3), again]), 'without a key too');
  },
};

const raced: Check = {
  id: 'raced',
  title: 'of many at once of one request, key and source one stays',
  async run(store) {
    const scores = Array.from({ length: 10 }, (_unused, at) => at / 10);
    await Promise.all(scores.map((score) => store.add(outcome('a', { score }))));
    const [one, ...more] = await store.list();
    assert.deepEqual(more, []);
    assert.ok(one !== undefined && scores.includes(one.score));
  },
};

/** Outcomes. */
export const outcomeStoreChecks: readonly Check[] = [kept, listed, replaced, raced];
