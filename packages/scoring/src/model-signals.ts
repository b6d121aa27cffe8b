import type { ModelRef } from '@lattice-lock/contract';

/** What was seen of a model lately. Immutable: a newer picture is a new object. */
export interface ModelSignal {
  /** Attempts that ended well. */
  readonly successes: number;
  /** Attempts that failed for a reason of the model or its provider; a caller's bad request is none. */
  readonly failures: number;
  /** Typical time until the first content event, ms; `null` when not seen. */
  readonly firstTokenMs: number | null;
  /** Typical speed after the first token; `null` when not seen. */
  readonly outputTokensPerSecond: number | null;
}

/** Where the scorer learns how models do at present. */
export interface ModelSignals {
  /** `undefined` when nothing is known of the model. */
  get(model: ModelRef): ModelSignal | undefined;
}
