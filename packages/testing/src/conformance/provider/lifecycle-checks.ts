import assert from 'node:assert/strict';
import type { ConformanceCheck } from '../conformance-check.ts';
import { assertBrokenStream, rejection, type ProviderSubject } from './provider-subject.ts';

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
  title: 'calls one after the other use one connection',
  async run(subject) {
    for (let count = 0; count < 5; count += 1) await subject.provider.chat(subject.request());
    assert.equal(subject.simulator.openSockets(), 1);
  },
};

/** Connections over the life of a provider. */
export const lifecycleChecks: readonly Check[] = [close, keepAlive];
