import type { LearnedQuality } from '@lattice-lock/contract';

/** What own outcomes say of a model on tasks of one kind, domain and difficulty. */
export interface OutcomeEvidence {
  /** How many outcomes it is worth, after age, distance in difficulty and the bound of each key. */
  readonly weight: number;
  /** The scores, weighted so: the mean is `sum / weight`. */
  readonly sum: number;
  /** How many outcomes there are. */
  readonly outcomes: number;
  /** How many keys gave them. */
  readonly keys: number;
  /** The weight of the key that has most. */
  readonly largestWeight: number;
}

/**
 * So many outcomes count as much as what was predicted without them. On public outcomes the true quality of a model in a
 * cell strays from the prior by 0.228, which makes 4.1 (scripts/fit-outcome-patience.mjs: 23,823 outcomes of 14 models in
 * 108 cells); twice that, because a thumb says less than an answer that was checked (assumption).
 */
const outcomePatience = 8;

/** How far the true quality of a model in a cell strays from the prior: the standard error of a prediction without outcomes. Source: as {@link outcomePatience}. */
export const priorError = 0.228;

/** The least variance of one outcome, so that ten equal scores are not taken for certainty. Source: `assumption`. */
const leastVariance = 0.05;

/** The bound of one key's weight, so that it is at most `share` of a figure, whoever else is in it. */
export function weightOfShare(share: number): number {
  return (outcomePatience * share) / (1 - share);
}

/** The posterior mean: outcomes shrunk to what was predicted without them. */
export function withEvidence(predicted: number, evidence: OutcomeEvidence | undefined): number {
  if (evidence === undefined) return predicted;
  return (outcomePatience * predicted + evidence.sum) / (outcomePatience + evidence.weight);
}

/** The standard error of {@link withEvidence}, from that of the prediction: precisions add up. */
export function errorWithEvidence(quality: number, error: number, evidence: OutcomeEvidence | undefined): number {
  if (evidence === undefined) return error;
  const variance = Math.max(leastVariance, quality * (1 - quality));
  return 1 / Math.sqrt(1 / (error * error) + evidence.weight / variance);
}

/** Evidence as it is told. */
export function describeEvidence(evidence: OutcomeEvidence): LearnedQuality {
  const { weight, sum, outcomes, keys, largestWeight } = evidence;
  return {
    score: sum / weight,
    outcomes,
    keys,
    share: weight / (outcomePatience + weight),
    largestKeyShare: largestWeight / (outcomePatience + weight),
  };
}
