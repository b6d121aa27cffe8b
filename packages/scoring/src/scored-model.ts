import type { ModelInfo, ScoreTerm } from '@lattice-lock/contract';

/** A model with its score. Numbers are ready; the words are made when asked for. */
export interface ScoredModel {
  readonly model: ModelInfo;
  /** Sum of the terms' contributions, 0 to 1. */
  readonly score: number;
  /** The expected cost of the request in pico-US-dollars; `null` when the price is unknown. */
  readonly expectedCostPicoUsd: bigint | null;
  /** One term for each weight, in the order of {@link scoreTermNames}. */
  readonly terms: readonly ScoreTerm[];
}
