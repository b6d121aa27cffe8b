import { silentLogger, systemClock, type LogFields, type Outcome } from '@lattice-lock/contract';
import { OutcomeLearner } from '@lattice-lock/scoring';
import { afterEach, describe, expect, it } from 'vitest';
import { OutcomeFeed } from './index.ts';

function outcome(requestId: string, score: number): Outcome {
  const task = { kind: 'qa', domain: 'law', difficulty: 0.5 } as const;
  const who = {
    decisionId: null,
    model: { provider: 'openai', model: 'gpt-5' },
    apiKeyId: 'key-a',
    source: 'user',
  } as const;
  return { requestId, ...who, task, score, signal: 'graded', atMs: systemClock.now(), comment: null };
}

let feed: OutcomeFeed | undefined;
afterEach(() => feed?.close());

function feedOf(list: (limit?: number, sinceMs?: number) => Promise<readonly Outcome[]>) {
  const learner = new OutcomeLearner();
  const warnings: LogFields[] = [];
  const logger = { ...silentLogger, warn: (fields: LogFields) => void warnings.push(fields) };
  const outcomes = { list, add: () => expect.unreachable('a feed writes nothing') };
  feed = new OutcomeFeed({ outcomes, learner, refreshMs: 1, maxAgeMs: 1e9, clock: systemClock, logger });
  return { feed, learner, warnings };
}

describe('a feed of outcomes', () => {
  it('brings what is stored, then what is new, and looks back a little each time', async () => {
    const stored = [outcome('a', 1)];
    const since: number[] = [];
    const made = feedOf(async (_limit, sinceMs = 0) => {
      since.push(sinceMs);
      return stored;
    });
    await made.feed.start();
    expect(made.learner.size).toBe(1);
    expect(systemClock.now() - (since[0] ?? 0)).toBeGreaterThanOrEqual(1e9 - 1);
    stored.unshift(outcome('b', 0));
    await expect.poll(() => made.learner.size, { timeout: 10_000 }).toBe(2);
    expect(systemClock.now() - (since.at(-1) ?? 0)).toBeGreaterThanOrEqual(60_000);
    expect(systemClock.now() - (since.at(-1) ?? 0)).toBeLessThan(1e8);
  });

  it('goes on after a look that failed, and says so', async () => {
    let looks = 0;
    const made = feedOf(async () => {
      looks += 1;
      if (looks === 2) throw new TypeError('the disk is away');
      return looks < 3 ? [] : [outcome('a', 1)];
    });
    await made.feed.start();
    await expect.poll(() => made.learner.size, { timeout: 10_000 }).toBe(1);
    expect(made.warnings).toHaveLength(1);
  });

  it('looks no more once it is closed, and fails at the start where nothing can be read', async () => {
    let looks = 0;
    const made = feedOf(async () => {
      looks += 1;
      return [];
    });
    await made.feed.start();
    await made.feed.close();
    const seen = looks;
    await new Promise(setImmediate);
    expect(looks).toBe(seen);
    const broken = feedOf(async () => expect.unreachable('cannot be read'));
    await expect(broken.feed.start()).rejects.toThrow('cannot be read');
  });
});
