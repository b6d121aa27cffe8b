import {
  systemClock,
  type Answer,
  type Feedback,
  type LedgerEntry,
  type Outcome,
  type UsageLedger,
} from '@lattice-lock/contract';
import { OutcomeLearner } from '@lattice-lock/scoring';
import { describe, expect, it } from 'vitest';
import { FeedbackRecorder } from './index.ts';

function answer(requestId: string): Answer {
  const profile = { kind: 'qa', domain: 'law', difficulty: 0.5 };
  return { requestId, provider: 'openai', model: 'gpt-5', decision: { id: `d-${requestId}`, profile } } as Answer;
}

function recorderWith(kept: Outcome[] = []) {
  const learner = new OutcomeLearner();
  const outcomes = { add: async (outcome: Outcome) => void kept.push(outcome), list: async () => kept };
  const recorder = new FeedbackRecorder({ clock: systemClock, learner, outcomes });
  recorder.note(answer('mine'), 'key-a');
  recorder.note(answer('nobodys'), null);
  return { recorder, learner };
}

async function refusal(feedback: object) {
  const { recorder } = recorderWith();
  return recorder.record({ requestId: 'mine', apiKeyId: 'key-a', ...feedback } as Feedback).then(
    () => expect.fail('was taken'),
    (error: unknown) => error,
  );
}

function ledgerOf(entries: readonly object[]): UsageLedger {
  const unused = () => expect.unreachable('feedback only reads entries');
  return { entries: async () => entries as readonly LedgerEntry[], open: unused, record: unused, summarize: unused };
}

describe('feedback', () => {
  it.each<[Partial<Feedback>, Partial<Outcome>]>([
    [{ thumbs: 'up' }, { score: 1, signal: 'thumbs', source: 'user' }],
    [{ thumbs: 'down' }, { score: 0, signal: 'thumbs', source: 'user' }],
    [
      { score: 0.7, comment: 'nearly' },
      { score: 0.7, signal: 'graded', source: 'user', comment: 'nearly' },
    ],
    [
      { score: 0, source: 'judge' },
      { score: 0, signal: 'graded', source: 'judge' },
    ],
    [{ success: true }, { score: 1, signal: 'success', source: 'task' }],
    [
      { success: false, source: 'user' },
      { score: 0, signal: 'success', source: 'user' },
    ],
  ])('%j becomes an outcome with what learning needs', async (feedback, expected) => {
    const kept: Outcome[] = [];
    const { recorder } = recorderWith(kept);
    const receipt = await recorder.record({ requestId: 'mine', apiKeyId: 'key-a', ...feedback });
    expect(receipt).toMatchObject({
      outcome: {
        requestId: 'mine',
        decisionId: 'd-mine',
        model: { provider: 'openai', model: 'gpt-5' },
        task: { kind: 'qa', domain: 'law', difficulty: 0.5 },
        apiKeyId: 'key-a',
        ...expected,
      },
      learned: { score: expect.closeTo(expected.score ?? 0), outcomes: 1, keys: 1 },
    });
    expect(kept).toEqual([receipt.outcome]);
  });

  it.each<[object, string]>([
    [{ requestId: '' }, 'requestId'],
    [{ requestId: 7 }, 'requestId'],
    [{}, 'score'],
    [{ score: 1, thumbs: 'up' }, 'score'],
    [{ score: 1.01 }, 'score'],
    [{ score: -0.01 }, 'score'],
    [{ score: Number.NaN }, 'score'],
    [{ score: '1' }, 'score'],
    [{ thumbs: 'sideways' }, 'thumbs'],
    [{ success: 'yes' }, 'success'],
    [{ score: 1, source: 'oracle' }, 'source'],
    [{ score: 1, comment: 'x'.repeat(4001) }, 'comment'],
    [{ score: 1, comment: 5 }, 'comment'],
  ])('%j is refused and the field named', async (feedback, path) => {
    expect(await refusal(feedback)).toMatchObject({
      code: 'LATTICE_INVALID_REQUEST',
      message: expect.stringContaining(path),
      issues: [{ path }],
    });
  });

  it('is refused for requests that are not known or of another key, and taken from the operator', async () => {
    expect(await refusal({ requestId: 'lost', score: 1 })).toMatchObject({ code: 'LATTICE_NOT_FOUND' });
    expect(await refusal({ apiKeyId: 'key-b', score: 1 })).toMatchObject({ code: 'LATTICE_PERMISSION' });
    expect(await refusal({ apiKeyId: undefined, score: 1 })).toMatchObject({ code: 'LATTICE_PERMISSION' });
    expect(await refusal({ requestId: 'nobodys', score: 1 })).toMatchObject({ code: 'LATTICE_PERMISSION' });
    const { recorder } = recorderWith();
    const byOperator = await recorder.record({ requestId: 'mine', score: 1, isOperator: true });
    expect(byOperator.outcome.apiKeyId).toBeNull();
    expect((await recorder.record({ requestId: 'nobodys', score: 1 })).outcome.requestId).toBe('nobodys');
  });

  it('of the same key and source for the same request takes the place of the first', async () => {
    const { recorder, learner } = recorderWith();
    await recorder.record({ requestId: 'mine', apiKeyId: 'key-a', thumbs: 'up' });
    const again = await recorder.record({ requestId: 'mine', apiKeyId: 'key-a', thumbs: 'down' });
    expect(again.learned).toMatchObject({ score: 0, outcomes: 1 });
    const judged = await recorder.record({ requestId: 'mine', apiKeyId: 'key-a', score: 1, source: 'judge' });
    expect(judged.learned).toMatchObject({ outcomes: 2, keys: 1 });
    expect(learner.size).toBe(2);
  });

  it('finds in the ledger who answered: the last good attempt of the latest run of that key, no embedding model', async () => {
    const entry = (more: object) => ({ apiKeyId: 'key-a', decisionId: 'd-1', provider: 'openai', ...more });
    const entries = [
      entry({ decisionId: null, model: 'embedder', status: 'ok' }),
      entry({ model: 'gpt-5', status: 'ok' }),
      entry({ decisionId: 'd-2', model: 'gpt-5', status: 'failed' }),
      entry({ decisionId: 'd-2', provider: 'anthropic', model: 'claude', status: 'ok' }),
      entry({ decisionId: 'd-3', apiKeyId: 'key-b', model: 'other', status: 'ok' }),
      entry({ decisionId: 'd-4', apiKeyId: 'key-c', model: 'gpt-5', status: 'failed' }),
    ];
    const ledger = ledgerOf(entries);
    const learner = new OutcomeLearner();
    const recorder = new FeedbackRecorder({ clock: systemClock, ledger, learner });
    const judged = await recorder.record({ requestId: 'r', apiKeyId: 'key-a', score: 1 });
    expect(judged).toMatchObject({
      outcome: { decisionId: 'd-2', model: { provider: 'anthropic', model: 'claude' }, task: null },
      learned: null,
    });
    await expect(recorder.record({ requestId: 'r', apiKeyId: 'key-c', score: 1 })).rejects.toMatchObject({
      code: 'LATTICE_INVALID_REQUEST',
      message: expect.stringContaining('No model answered'),
    });
    const only = new FeedbackRecorder({
      clock: systemClock,
      learner,
      ledger: ledgerOf(entries.slice(0, 1)),
    });
    await expect(only.record({ requestId: 'r', apiKeyId: 'key-a', score: 1 })).rejects.toMatchObject({
      code: 'LATTICE_NOT_FOUND',
    });
  });

  it('needs a place to go', async () => {
    const recorder = new FeedbackRecorder({ clock: systemClock });
    await expect(recorder.record({ requestId: 'mine', score: 1 })).rejects.toMatchObject({
      code: 'LATTICE_UNSUPPORTED',
    });
  });
});
