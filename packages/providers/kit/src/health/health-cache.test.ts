import { getEventListeners } from 'node:events';
import type { Clock, ProviderState, ProviderStatus } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { createHealthCache } from './health-cache.ts';

class FakeClock implements Clock {
  ms = 1000;
  now = () => this.ms;
  monotonic = () => this.ms;
  sleep = () => Promise.resolve();
}

const statusOf = (state: ProviderState, message: string): ProviderStatus => ({
  provider: 'p',
  state,
  checkedAt: '2026-11-20T00:00:00.000Z',
  latencyMs: 1,
  models: null,
  errorCode: null,
  message,
  remedy: null,
});

function setUp(states: readonly ProviderState[] = []) {
  const clock = new FakeClock();
  const probes: { signal: AbortSignal; resolve(status: ProviderStatus): void }[] = [];
  let count = 0;
  const cache = createHealthCache({
    clock,
    probe: (signal) => {
      const state = states[count];
      count += 1;
      const message = `probe ${count}`;
      if (state !== undefined) return Promise.resolve(statusOf(state, message));
      return new Promise((resolve) => probes.push({ signal, resolve }));
    },
  });
  return { clock, cache, probes, count: () => count };
}

describe('createHealthCache', () => {
  it('believes a good status for 60 s', async () => {
    const { clock, cache, count } = setUp(['available', 'available']);
    await cache.check();
    clock.ms += 59_999;
    expect((await cache.check()).message).toBe('probe 1');
    clock.ms += 1;
    expect((await cache.check()).message).toBe('probe 2');
    expect(count()).toBe(2);
  });

  it.each(['unauthorized', 'unreachable', 'failing'] as const)('believes %s for 10 s', async (state) => {
    const { clock, cache, count } = setUp([state, 'available']);
    await cache.check();
    clock.ms += 9999;
    expect((await cache.check()).state).toBe(state);
    clock.ms += 1;
    expect((await cache.check()).state).toBe('available');
    expect(count()).toBe(2);
  });

  it('asks again when told to, and forgets when reset', async () => {
    const { cache, count } = setUp(['available', 'failing', 'available']);
    await cache.check();
    expect((await cache.check({ fresh: true })).state).toBe('failing');
    expect(cache.last()?.state).toBe('failing');
    cache.reset();
    expect(cache.last()).toBeUndefined();
    await cache.check();
    expect(count()).toBe(3);
  });

  it('shares one probe among concurrent callers, fresh ones included', async () => {
    const { cache, probes, count } = setUp();
    const callers = [cache.check(), cache.check({ fresh: true }), cache.check()];
    probes[0]?.resolve(statusOf('available', 'shared'));
    expect((await Promise.all(callers)).map((status) => status.message)).toEqual(['shared', 'shared', 'shared']);
    expect(count()).toBe(1);
  });

  it('lets one caller leave without ending the probe of the others', async () => {
    const { cache, probes } = setUp();
    const abort = new AbortController();
    const leaving = cache.check({ signal: abort.signal });
    const { signal } = new AbortController();
    const staying = cache.check({ signal });
    abort.abort(new TypeError('gone'));
    await expect(leaving).rejects.toThrow('gone');
    expect(probes[0]?.signal.aborted).toBe(false);
    probes[0]?.resolve(statusOf('available', 'still'));
    expect((await staying).message).toBe('still');
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('ends the probe when the last caller leaves, and remembers nothing of it', async () => {
    const { cache, probes, count } = setUp();
    const abort = new AbortController();
    const leaving = cache.check({ signal: abort.signal });
    abort.abort();
    await expect(leaving).rejects.toThrow();
    expect(probes[0]?.signal.aborted).toBe(true);
    probes[0]?.resolve(statusOf('failing', 'late'));
    const next = cache.check();
    probes[1]?.resolve(statusOf('available', 'new'));
    expect((await next).message).toBe('new');
    expect(cache.last()?.message).toBe('new');
    expect(count()).toBe(2);
  });
});
