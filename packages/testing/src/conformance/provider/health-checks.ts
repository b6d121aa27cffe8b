import assert from 'node:assert/strict';
import type { ProviderState, ProviderStatus } from '@lattice-lock/contract';
import { startSimulator } from '../../simulator/simulator-server.ts';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';

type Check = ConformanceCheck<ProviderSubject>;

function assertStatus(subject: ProviderSubject, status: ProviderStatus, state: ProviderState): void {
  assert.equal(status.state, state, status.message);
  assert.equal(status.provider, subject.provider.id);
  assert.ok(!Number.isNaN(Date.parse(status.checkedAt)), 'the time of the check is a date');
  assert.ok(status.latencyMs >= 0);
  assert.equal(status.errorCode === null, state === 'available', 'a bad state has a code');
  assert.equal(status.remedy === null, state === 'available', 'a bad state has a remedy');
  assert.ok(!JSON.stringify(status).includes(subject.apiKey), 'no status holds the credential');
}

const available: Check = {
  id: 'health-available',
  title: 'a good credential is `available`, at no token cost',
  async run(subject) {
    const status = await subject.provider.checkHealth();
    assertStatus(subject, status, 'available');
    assert.ok(status.models === null || status.models.length > 0);
    assert.ok(subject.simulator.otherRequests().length > 0, 'the vendor was really asked');
    assert.deepEqual(subject.simulator.served(), [], 'no tokens were spent');
  },
};

const unauthorized: Check = {
  id: 'health-unauthorized',
  title: 'a rejected credential is `unauthorized`',
  async run(subject) {
    const status = await subject.open(`not-${subject.apiKey}`).checkHealth();
    assertStatus(subject, status, 'unauthorized');
  },
};

const failing: Check = {
  id: 'health-failing',
  title: 'a server that fails is `failing`',
  async run(subject) {
    // As often as a provider may ask: some look for the kind of server first.
    const reply = { match: { route: 'probe' as const }, fault: { type: 'status' as const, status: 500 } };
    subject.simulator.enqueue(reply, reply, reply, reply);
    assertStatus(subject, await subject.provider.checkHealth(), 'failing');
  },
};

const unreachable: Check = {
  id: 'health-unreachable',
  title: 'a server that is not there is `unreachable`',
  async run(subject) {
    const gone = await startSimulator();
    await gone.close();
    assertStatus(subject, await subject.open(subject.apiKey, gone).checkHealth(), 'unreachable');
  },
};

/** The requests that one fresh check makes once the provider knows its server. */
async function requestsOfOneCheck(subject: ProviderSubject): Promise<number> {
  await subject.provider.checkHealth();
  const before = asked(subject);
  await subject.provider.checkHealth({ fresh: true });
  assert.ok(asked(subject) > before, 'a fresh check asks the vendor');
  return asked(subject) - before;
}

function asked(subject: ProviderSubject): number {
  return subject.simulator.otherRequests().length;
}

const cached: Check = {
  id: 'health-cached',
  title: 'a status is remembered, and asked for again when it must be fresh',
  async run(subject) {
    await requestsOfOneCheck(subject);
    const before = asked(subject);
    const first = await subject.provider.checkHealth();
    assert.deepEqual(await subject.provider.checkHealth(), first);
    assert.equal(asked(subject), before, 'a status of a moment ago is remembered');
  },
};

const shared: Check = {
  id: 'health-shared',
  title: 'concurrent checks share one probe',
  async run(subject) {
    const once = await requestsOfOneCheck(subject);
    const before = asked(subject);
    const checks = Array.from({ length: 8 }, () => subject.provider.checkHealth({ fresh: true }));
    const states = (await Promise.all(checks)).map((status) => status.state);
    assert.deepEqual(new Set(states), new Set(['available']));
    assert.equal(asked(subject) - before, once, 'eight checks are one probe');
  },
};

/** Contract: a good status is believed for a minute at most, any other for ten seconds. */
const ttl: Check = {
  id: 'health-ttl',
  title: 'a good status is old after 60 s, a bad one after 10 s',
  async run(subject) {
    const hint = 'asks again; its time is `parts.clock`, which `createProvider` passes on';
    await subject.provider.checkHealth();
    let before = asked(subject);
    subject.clock.advance(60_001);
    assert.equal((await subject.provider.checkHealth()).state, 'available');
    assert.ok(asked(subject) > before, `a provider that was well a minute ago ${hint}`);

    const reply = { match: { route: 'probe' as const }, fault: { type: 'status' as const, status: 500 } };
    subject.simulator.enqueue(reply, reply, reply, reply);
    assert.equal((await subject.provider.checkHealth({ fresh: true })).state, 'failing');
    subject.simulator.reset();
    before = asked(subject);
    subject.clock.advance(10_001);
    assert.equal((await subject.provider.checkHealth()).state, 'available');
    assert.ok(asked(subject) > before, `a provider that failed ten seconds ago ${hint}`);
  },
};

const forgotten: Check = {
  id: 'health-closed',
  title: 'closing drops what is remembered',
  async run(subject) {
    const opened = subject.open();
    await opened.checkHealth();
    const before = asked(subject);
    await opened.close();
    const [outcome] = await Promise.allSettled([opened.checkHealth()]);
    const isOld = outcome.status === 'fulfilled' && outcome.value.state === 'available' && asked(subject) === before;
    assert.ok(!isOld, 'a closed provider does not tell the status of before');
  },
};

/** Health: what it says, and what it costs. */
export const healthChecks: readonly Check[] = [
  available,
  unauthorized,
  failing,
  unreachable,
  cached,
  shared,
  ttl,
  forgotten,
];
