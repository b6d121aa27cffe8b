import { systemClock, type Clock, type ProviderStatus } from '@lattice-lock/contract';

/** How long a status is believed, and how a new one is got. */
export interface HealthCacheOptions {
  /** How long a good status is kept, ms; default 60 000. */
  readonly ttlMs?: number;
  /** How long any other status is kept, ms; default 10 000. */
  readonly failureTtlMs?: number;
  readonly clock?: Clock;
  /** Asks the vendor. Never throws; the signal fires when nobody waits any longer. */
  probe(signal: AbortSignal): Promise<ProviderStatus>;
}

/** Remembers a provider's status; concurrent callers share one probe. */
export interface HealthCache {
  /** The status, from memory while it is fresh. `fresh` asks again (but joins a probe that is under way). */
  check(options?: { readonly fresh?: boolean; readonly signal?: AbortSignal }): Promise<ProviderStatus>;
  /** The last status known, however old. */
  last(): ProviderStatus | undefined;
  /** Forgets everything. */
  reset(): void;
}

interface Probe {
  readonly result: Promise<ProviderStatus>;
  readonly abort: AbortController;
  waiting: number;
}

/** Makes a {@link HealthCache}. A caller that gives up rejects with its signal's reason; the others go on waiting. */
export function createHealthCache(options: HealthCacheOptions): HealthCache {
  const { ttlMs = 60_000, failureTtlMs = 10_000, clock = systemClock } = options;
  let last: ProviderStatus | undefined;
  let freshUntil = Number.NEGATIVE_INFINITY;
  let running: Probe | undefined;

  const start = (): Probe => {
    const abort = new AbortController();
    const result = options.probe(abort.signal).then((status) => {
      if (running === probe) {
        last = status;
        freshUntil = clock.monotonic() + (status.state === 'available' ? ttlMs : failureTtlMs);
        running = undefined;
      }
      return status;
    });
    result.catch(() => {
      if (running === probe) running = undefined;
    });
    const probe: Probe = { result, abort, waiting: 0 };
    return probe;
  };

  return {
    check: ({ fresh = false, signal } = {}) => {
      if (!fresh && last !== undefined && clock.monotonic() < freshUntil) return Promise.resolve(last);
      const probe = (running ??= start());
      return waitFor(probe, signal, () => {
        if (running === probe) running = undefined;
      });
    },
    last: () => last,
    reset: () => {
      last = undefined;
      freshUntil = Number.NEGATIVE_INFINITY;
      running = undefined;
    },
  };
}

async function waitFor(probe: Probe, signal: AbortSignal | undefined, abandon: () => void): Promise<ProviderStatus> {
  if (signal === undefined) {
    probe.waiting += 1;
    return probe.result;
  }
  signal.throwIfAborted();
  probe.waiting += 1;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      probe.waiting -= 1;
      if (probe.waiting === 0) {
        abandon();
        probe.abort.abort(signal.reason);
      }
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = () => signal.removeEventListener('abort', onAbort);
    probe.result.then(
      (status) => {
        settle();
        resolve(status);
      },
      (error: unknown) => {
        settle();
        reject(error as Error);
      },
    );
  });
}
