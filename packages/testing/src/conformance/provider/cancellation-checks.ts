import assert from 'node:assert/strict';
import type { ChatEvent } from '@lattice-lock/contract';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { assertBrokenStream, readAll, rejection } from './stream-assertions.ts';

type Check = ConformanceCheck<ProviderSubject>;

const endless = { answer: { text: 'wave '.repeat(200) }, fault: { type: 'stall' as const, afterEvents: 12 } };

/** Checks that the vendor's side saw the socket closed soon enough. */
async function assertSocketClosed(subject: ProviderSubject, abortedAtMs: number): Promise<void> {
  const record = await subject.onlyServed();
  assert.equal(record.outcome, 'aborted', 'the socket of the request is closed');
  const tookMs = record.closedAtMs - abortedAtMs;
  assert.ok(tookMs <= subject.abortWithinMs, `the socket was closed after ${tookMs} ms, not ${subject.abortWithinMs}`);
}

const abortStream: Check = {
  id: 'abort-stream',
  title: 'an abort ends a stream with LATTICE_ABORTED and closes its socket at once',
  async run(subject) {
    const controller = new AbortController();
    const events: ChatEvent[] = [];
    let abortedAtMs = 0;
    subject.simulator.enqueue(endless);
    for await (const event of subject.provider.stream(subject.request(), { signal: controller.signal })) {
      events.push(event);
      if (event.type !== 'text-delta' || controller.signal.aborted) continue;
      abortedAtMs = Date.now();
      controller.abort();
    }
    const error = assertBrokenStream(events);
    assert.equal(error.code, 'LATTICE_ABORTED');
    assert.equal(error.retryable, false);
    await assertSocketClosed(subject, abortedAtMs);
  },
};

const abortChat: Check = {
  id: 'abort-chat',
  title: 'an abort ends a buffered call with LATTICE_ABORTED and closes its socket at once',
  async run(subject) {
    const controller = new AbortController();
    subject.simulator.respondWith(() => {
      setImmediate(() => controller.abort());
      return { fault: { type: 'stall', afterEvents: 'before-headers' } };
    });
    let abortedAtMs = 0;
    controller.signal.addEventListener('abort', () => (abortedAtMs = Date.now()));
    const error = await rejection(subject.provider.chat(subject.request(), { signal: controller.signal }));
    assert.equal(error.code, 'LATTICE_ABORTED');
    await assertSocketClosed(subject, abortedAtMs);
  },
};

const leave: Check = {
  id: 'leave-stream',
  title: 'leaving the iteration early closes the socket',
  async run(subject) {
    subject.simulator.enqueue(endless);
    let leftAtMs = 0;
    for await (const event of subject.provider.stream(subject.request())) {
      if (event.type !== 'text-delta') continue;
      leftAtMs = Date.now();
      break;
    }
    await assertSocketClosed(subject, leftAtMs);
  },
};

const abortedBefore: Check = {
  id: 'abort-before',
  title: 'a call that is aborted already is not sent',
  async run(subject) {
    const signal = AbortSignal.abort();
    const thrown = await rejection(subject.provider.chat(subject.request(), { signal }));
    const told = assertBrokenStream(await readAll(subject.provider.stream(subject.request(), { signal })));
    assert.equal(thrown.code, 'LATTICE_ABORTED');
    assert.equal(told.code, 'LATTICE_ABORTED');
    await subject.provider.chat(subject.request());
    await subject.onlyServed();
  },
};

/** Cancelling, down to the socket. */
export const cancellationChecks: readonly Check[] = [abortStream, abortChat, leave, abortedBefore];
