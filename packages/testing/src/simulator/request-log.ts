import { createHash } from 'node:crypto';
import { addUsage, unknownUsage, type ChatRequest, type MediaSource } from '@lattice-lock/contract';
import type { OtherRequest, ReceivedMedia, ServedRequest, SimulatorTotals } from './served-request.ts';

/** So many records are kept; older ones are only counted. */
const defaultRecordLimit = 10_000;

const nothing: SimulatorTotals = {
  requests: 0,
  outcomes: { complete: 0, aborted: 0, cut: 0, fault: 0 },
  usage: unknownUsage,
  usageReported: unknownUsage,
};

/** Keeps what was served, and wakes those who wait for it. */
export class RequestLog {
  readonly #limit: number;
  readonly #served = new Map<string, ServedRequest>();
  #others: OtherRequest[] = [];
  #forgotten = nothing;
  readonly #waiting = new Set<() => void>();

  constructor(limit = defaultRecordLimit) {
    this.#limit = limit;
  }

  /** Adds a record, or replaces the one of the same id: an end may turn out to have been an abort. */
  put(record: ServedRequest): void {
    this.#served.set(record.id, record);
    if (this.#served.size > this.#limit) {
      const [oldest] = this.#served.values();
      if (oldest !== undefined) {
        this.#forgotten = addTotals(this.#forgotten, [oldest]);
        this.#served.delete(oldest.id);
      }
    }
    for (const wake of this.#waiting) wake();
  }

  putOther(record: OtherRequest): void {
    this.#others.push(record);
    if (this.#others.length > this.#limit) this.#others.shift();
  }

  served(): readonly ServedRequest[] {
    return [...this.#served.values()];
  }

  others(): readonly OtherRequest[] {
    return [...this.#others];
  }

  /** Resolves once at least so many requests have ended. */
  async whenServed(count: number, signal?: AbortSignal): Promise<readonly ServedRequest[]> {
    await waitUntil(() => this.#served.size + this.#forgotten.requests >= count, this.#waiting, signal);
    return this.served();
  }

  totals(): SimulatorTotals {
    return addTotals(this.#forgotten, this.served());
  }

  reset(): void {
    this.#served.clear();
    this.#others = [];
    this.#forgotten = nothing;
  }
}

function addTotals(totals: SimulatorTotals, records: readonly ServedRequest[]): SimulatorTotals {
  const outcomes = { ...totals.outcomes };
  for (const record of records) outcomes[record.outcome] += 1;
  return {
    requests: totals.requests + records.length,
    outcomes,
    usage: addUsage([totals.usage, ...records.map((record) => record.usage)]),
    usageReported: addUsage([totals.usageReported, ...records.map((record) => record.usageReported)]),
  };
}

/** Resolves once a condition holds; it is looked at whenever one of `waiting` is called. */
export function waitUntil(holds: () => boolean, waiting: Set<() => void>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiting.delete(wake);
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = () => {
      leave();
      reject(signal?.reason as Error);
    };
    const wake = () => {
      if (!holds()) return;
      leave();
      resolve();
    };
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    waiting.add(wake);
    wake();
  });
}

/** Fingerprints of the images and files that came inline, in their order. */
export function receivedMedia(chat: ChatRequest, type: 'image' | 'file'): readonly ReceivedMedia[] {
  return chat.messages.flatMap((message) => {
    if (typeof message.content === 'string') return [];
    return message.content.flatMap((part) => {
      if (part.type === type) return fingerprint(part.source);
      if (part.type !== 'tool-result' || typeof part.content === 'string') return [];
      return part.content.flatMap((inner) => (inner.type === type ? fingerprint(inner.source) : []));
    });
  });
}

function fingerprint(source: MediaSource): readonly ReceivedMedia[] {
  if (source.type === 'url') return [];
  const bytes = Buffer.from(source.data, 'base64');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return [{ mediaType: source.mediaType, sha256, bytes: bytes.length }];
}
