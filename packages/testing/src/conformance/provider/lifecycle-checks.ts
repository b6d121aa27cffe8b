import assert from 'node:assert/strict';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { assertBrokenStream, rejection } from './stream-assertions.ts';

type Check = ConformanceCheck<ProviderSubject>;

const close: Check = {
  id: 'close',
  title: 'closing leaves no socket open',
  async run(subject) {
    const { provider, simulator } = subject;
    await provider.chat(subject.request());
    await subject.stream({ answer: { text: 'Yes.' } });
    assertBrokenStream(await subject.stream({ answer: { text: 'Yes.' }, fault: { type: 'cut', afterEvents: 1 } }));
    await rejection(subject.chat({ fault: { type: 'status', status: 500 } }));
    await provider.checkHealth();
    assert.ok(simulator.openSockets() <= 5, 'connections are used again');
    await provider.close();
    await subject.socketsGone();
  },
};

const keepAlive: Check = {
  id: 'keep-alive',
  title: 'calls one after the other use connections again',
  async run(subject) {
    for (let count = 0; count < 10; count += 1) await subject.provider.chat(subject.request());
    // One is free again only a moment after its answer, so that a pool may go to and fro between two.
    assert.ok(subject.simulator.openSockets() <= 2, `${subject.simulator.openSockets()} connections are open`);
  },
};

/** Connections over the life of a provider. */
export const lifecycleChecks: readonly Check[] = [close, keepAlive];
