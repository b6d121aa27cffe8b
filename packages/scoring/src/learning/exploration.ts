/** Trying models that may be better than is known. Off unless given. */
export interface Exploration {
  /** No model of less predicted quality is tried, 0 to 1. */
  readonly floor: number;
  /** No model is tried whose expected score is further below the best. */
  readonly margin: number;
  /** 0 to below 1, as `Math.random`. */
  readonly random: () => number;
}

/**
 * A quality drawn from what is believed of a model, never below its mean: optimistic Thompson sampling (May, Korda, Lee and
 * Leslie, "Optimistic Bayesian Sampling in Contextual-Bandit Problems", JMLR 13, 2012), with a normal distribution.
 */
export function drawQuality(mean: number, error: number, random: () => number): number {
  // Box and Muller; 1 - random is above 0, so that its logarithm is finite.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.max(mean, Math.min(1, mean + error * normal));
}
