import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { environmentWatch } from '../../vitest/environment-watch.ts';
import { globalWatch } from '../../vitest/global-watch.ts';
import { describeLeftover } from '../../vitest/leftover.ts';
import { listenerWatch } from '../../vitest/listener-watch.ts';
import type { ConformanceCheck } from '../conformance-check.ts';
import { connectionsOf } from './connection-watch.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { tour } from './provider-tour.ts';

type Check = ConformanceCheck<ProviderSubject>;

const noOtherHost: Check = {
  id: 'no-other-host',
  title: 'no connection goes anywhere but to the base URL',
  async run(subject) {
    const { host } = new URL(subject.simulator.url);
    const targets = await connectionsOf(() => tour(subject, subject.open()));
    assert.ok(targets.length > 0, 'the provider connects to its base URL');
    const others = targets.filter((target) => target !== host);
    assert.deepEqual(others, [], 'connections to others than the base URL');
  },
};

const noGlobals: Check = {
  id: 'no-globals',
  title: 'nothing is left in the process: no globals, no environment variables, no listeners of `process`',
  async run(subject) {
    // The first call loads what is loaded once per process.
    await tour(subject, subject.provider);
    const watches = [globalWatch.begin(), environmentWatch.begin(), listenerWatch.begin()];
    const provider = subject.open();
    await tour(subject, provider);
    await provider.close();
    const leftovers = watches.flatMap((compare) => compare());
    try {
      assert.deepEqual(leftovers.map(describeLeftover), [], 'what the provider left in its process');
    } finally {
      for (const leftover of leftovers) await leftover.restore?.();
    }
  },
};

const signalListeners: Check = {
  id: 'signal-listeners',
  title: 'a call that has ended listens to its signal no longer',
  async run(subject) {
    const { signal } = new AbortController();
    await tour(subject, subject.provider, signal);
    assert.equal(getEventListeners(signal, 'abort').length, 0, 'listeners that are left on the signal of ended calls');
  },
};

const socketLeak: Check = {
  id: 'socket-leak',
  title: 'broken, aborted and left calls leave no socket open',
  async run(subject) {
    await subject.provider.chat(subject.request());
    const before = subject.simulator.openSockets();
    const stall = { answer: { text: 'wave '.repeat(50) }, fault: { type: 'stall' as const, afterEvents: 8 } };
    for (let count = 0; count < 10; count += 1) {
      subject.simulator.enqueue(stall);
      for await (const event of subject.provider.stream(subject.request())) if (event.type === 'text-delta') break;
      const controller = new AbortController();
      subject.simulator.enqueue(stall);
      const options = { signal: controller.signal };
      for await (const event of subject.provider.stream(subject.request(), options)) {
        if (event.type === 'text-delta') controller.abort();
      }
    }
    // The vendor's side sees an end a moment later than the caller.
    await subject.simulator.whenSockets(Math.max(before, 2), AbortSignal.timeout(2000)).catch(() => undefined);
    const open = subject.simulator.openSockets();
    assert.ok(open <= Math.max(before, 2), `${open} sockets are open after twenty calls that ended early`);
  },
};

/** What a provider does to the process it lives in. */
export const processChecks: readonly Check[] = [noOtherHost, noGlobals, signalListeners, socketLeak];
