import assert from 'node:assert/strict';
import { createUsage, unknownUsage, type Usage } from '@lattice-lock/contract';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { assertBrokenStream, assertWholeStream, eventsOf } from './stream-assertions.ts';

type Check = ConformanceCheck<ProviderSubject>;

/** Counts that no field can be taken for another's. */
const rich: Usage = createUsage({
  inputTokens: 10_007,
  outputTokens: 503,
  cachedInputTokens: 4001,
  cacheWriteTokens: 2003,
  cacheWriteLongTokens: 1009,
  reasoningTokens: 211,
});

const buffered: Check = {
  id: 'usage-buffered',
  title: 'the usage of a buffered answer is what the vendor reported, in normal form',
  async run(subject) {
    const result = await subject.chat({ answer: { text: 'Yes.', reasoning: { text: 'Hm.' }, usage: rich } });
    assert.deepEqual(result.usage, (await subject.onlyServed()).usageReported);
  },
};

const streamed: Check = {
  id: 'usage-streamed',
  title: 'the usage of a streamed answer is what the vendor reported, in normal form',
  async run(subject) {
    const events = await subject.stream({ answer: { text: 'Yes.', reasoning: { text: 'Hm.' }, usage: rich } });
    assertWholeStream(events);
    const record = await subject.onlyServed();
    assert.ok(record.usageSent, 'the provider asks for usage where a stream has it only on demand');
    assert.deepEqual(eventsOf(events, 'usage').at(-1)?.usage, record.usageReported);
  },
};

const unknown: Check = {
  id: 'usage-unknown',
  title: 'a usage that the vendor does not report is unknown, not 0',
  async run(subject) {
    const result = await subject.chat({ answer: { text: 'Yes.', usage: null } });
    assert.deepEqual(result.usage, unknownUsage);
    const events = await subject.stream({ answer: { text: 'Yes.', usage: null } });
    assertWholeStream(events);
    assert.deepEqual(eventsOf(events, 'usage').at(-1)?.usage ?? unknownUsage, unknownUsage);
  },
};

const nonsense: Check = {
  id: 'usage-nonsense',
  title: 'counts that cannot be are unknown, and spoil nothing',
  async run(subject) {
    const usage = { ...unknownUsage, inputTokens: -5, outputTokens: 2.5, totalTokens: -2.5 };
    const result = await subject.chat({ answer: { text: 'Yes.', usage } });
    assert.equal(result.text, 'Yes.');
    assert.deepEqual(result.usage, unknownUsage);
    const events = await subject.stream({ answer: { text: 'Yes.', usage } });
    assertWholeStream(events);
    assert.deepEqual(eventsOf(events, 'usage').at(-1)?.usage ?? unknownUsage, unknownUsage);
  },
};

const cut: Check = {
  id: 'usage-cut',
  title: 'a cut stream keeps the usage that had arrived, and makes none up',
  async run(subject) {
    const answer = { text: 'One two three four five six seven eight.' };
    const events = await subject.stream({ answer, fault: { type: 'cut', afterEvents: 6 } });
    const error = assertBrokenStream(events);
    const record = await subject.onlyServed();
    assert.equal(record.usageSent, false);
    assert.deepEqual(error.partial?.usage, record.usageReported);
  },
};

const sums: Check = {
  id: 'usage-sums',
  title: 'over many answers of both kinds the counts add up to what the vendor served',
  async run(subject) {
    let counted = 0;
    for (let index = 1; index <= 6; index += 1) {
      const messages = [{ role: 'user' as const, content: 'again '.repeat(index * 7) }];
      const result = await subject.provider.chat(subject.request({ messages }));
      counted += result.usage.totalTokens ?? NaN;
      const events = await subject.stream({}, { messages });
      counted += eventsOf(events, 'usage').at(-1)?.usage.totalTokens ?? NaN;
    }
    const totals = subject.simulator.totals();
    assert.equal(totals.requests, 12);
    assert.equal(counted, totals.usageReported.totalTokens);
  },
};

/** Usage, exact to the token. */
export const usageChecks: readonly Check[] = [buffered, streamed, unknown, nonsense, cut, sums];
