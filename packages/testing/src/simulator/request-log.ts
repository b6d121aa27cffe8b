import { createHash } from 'node:crypto';
import { addUsage, type ChatRequest, type MediaSource } from '@lattice-lock/contract';
import type { OtherRequest, ReceivedMedia, ServedOutcome, ServedRequest, SimulatorTotals } from './served-request.ts';

/** Keeps what was served, and wakes those who wait for it. */
export class RequestLog {
  #served: ServedRequest[] = [];
  #others: OtherRequest[] = [];
  readonly #waiting = new Set<() => void>();

  /** Adds a record, or replaces the one of the same id: an end may turn out to have been an abort. */
  put(record: ServedRequest): void {
    const index = this.#served.findLastIndex((known) => known.id === record.id);
    if (index < 0) this.#served.push(record);
    else this.#served[index] = record;
    for (const wake of this.#waiting) wake();
  }

  putOther(record: OtherRequest): void {
    this.#others.push(record);
  }

  served(): readonly ServedRequest[] {
    return [...this.#served];
  }

  others(): readonly OtherRequest[] {
    return [...this.#others];
  }

  /** Resolves once at least so many records are there. */
  async whenServed(count: number, signal?: AbortSignal): Promise<readonly ServedRequest[]> {
    await waitUntil(() => this.#served.length >= count, this.#waiting, signal);
    return this.served();
  }

  totals(): SimulatorTotals {
    const outcomes: Record<ServedOutcome, number> = { complete: 0, aborted: 0, cut: 0, fault: 0 };
    for (const record of this.#served) outcomes[record.outcome] += 1;
    return {
      requests: this.#served.length,
      outcomes,
      usage: addUsage(this.#served.map((record) => record.usage)),
      usageReported: addUsage(this.#served.map((record) => record.usageReported)),
    };
  }

  reset(): void {
    this.#served = [];
    this.#others = [];
  }
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
