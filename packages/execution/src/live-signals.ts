import { formatModelRef, type AttemptRecord, type ModelRef } from '@lattice-lock/contract';
import type { ModelSignal, ModelSignals } from '@lattice-lock/scoring';

/**
 * Weight of the newest observation in the moving averages. 0.2 forgets half of what was in about three calls; an
 * assumption, to be fitted when outcomes are learned from.
 */
const smoothing = 0.2;

/** Old outcomes fade so that a model that recovered is believed again: counts are scaled down past this many. */
const maxCount = 50;

/** How models have done lately in this process: the scorer's source of live latency and reliability. */
export class LiveSignals implements ModelSignals {
  readonly #signals = new Map<string, ModelSignal>();

  get(model: ModelRef): ModelSignal | undefined {
    return this.#signals.get(formatModelRef(model));
  }

  /** Takes an attempt into account. What the caller did (abort, a bad request) says nothing about the model. */
  observe(record: AttemptRecord): void {
    const isCallersDoing = record.status === 'cancelled' || record.errorCode === 'LATTICE_INVALID_REQUEST';
    if (isCallersDoing) return;
    const key = formatModelRef(record.model);
    const known = this.#signals.get(key);
    const isGood = record.status === 'ok';
    const total = (known?.successes ?? 0) + (known?.failures ?? 0);
    const fade = total >= maxCount ? (maxCount - 1) / total : 1;
    this.#signals.set(key, {
      successes: (known?.successes ?? 0) * fade + (isGood ? 1 : 0),
      failures: (known?.failures ?? 0) * fade + (isGood ? 0 : 1),
      firstTokenMs: average(known?.firstTokenMs ?? null, record.firstTokenMs),
      outputTokensPerSecond: average(known?.outputTokensPerSecond ?? null, speedOf(record)),
    });
  }

  reset(): void {
    this.#signals.clear();
  }
}

function average(known: number | null, observed: number | null): number | null {
  if (observed === null) return known;
  return known === null ? observed : known + smoothing * (observed - known);
}

/** Tokens a second after the first; `null` where too little was seen to say. */
function speedOf(record: AttemptRecord): number | null {
  const { outputTokens } = record.usage;
  if (outputTokens === null || record.firstTokenMs === null || record.status !== 'ok') return null;
  const seconds = (record.durationMs - record.firstTokenMs) / 1000;
  return seconds < 0.01 ? null : outputTokens / seconds;
}
