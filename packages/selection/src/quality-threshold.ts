import { LatticeError } from '@lattice-lock/contract';

/** A model that could take a request of the sample. */
export interface ThresholdCandidate {
  /** As predicted, 0 to 1: what `minQuality` is compared with. */
  readonly quality: number;
  /** Expected, in any one unit. */
  readonly cost: number;
  /** The highest one is chosen; without scores the cheapest is. */
  readonly score?: number;
  /** What the answer was worth, 0 to 1, where it is known; the prediction where not. */
  readonly outcome?: number;
}

/** What the threshold is to reach on the sample. */
export type ThresholdTarget =
  /** The mean quality of the answers. */
  | { readonly quality: number }
  /** The share of requests that go to another model than they would without a bound. */
  | { readonly strongShare: number };

/** A threshold and what it does on the sample. */
export interface QualityThreshold {
  /** For `SelectionConstraints.minQuality`. */
  readonly minQuality: number;
  readonly quality: number;
  readonly strongShare: number;
  readonly meanCost: number;
  /** The share of requests of which no model is above the bound: a gateway refuses them. */
  readonly unmetShare: number;
  /** False where no threshold reaches the target; then this is the nearest. */
  readonly isReached: boolean;
}

/** More thresholds than this are not tried: they would differ by less than any prediction means. */
const maxThresholds = 512;

/**
 * The bound of predicted quality with which the models above it reach a target on past requests: the lowest that has the
 * mean quality, or the highest that keeps to the share of requests that it sends to another model. Where no model of a
 * request is above the bound, its best counts, as a caller would fall back to it.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` without requests, or where one has no candidates.
 */
export function calibrateMinQuality(
  requests: readonly (readonly ThresholdCandidate[])[],
  target: ThresholdTarget,
): QualityThreshold {
  if (requests.length === 0 || requests.some((one) => one.length === 0)) {
    throw new LatticeError(
      'LATTICE_INVALID_REQUEST',
      'A threshold is calibrated on requests with candidates: give at least one of each.',
    );
  }
  const fronts = requests.map(frontOf);
  const tried = thresholdsOf(requests).map((minQuality) => effectOf(minQuality, fronts));
  const reached =
    'quality' in target
      ? tried.find(({ quality }) => quality >= target.quality)
      : tried.findLast(({ strongShare }) => strongShare <= target.strongShare);
  if (reached !== undefined) return { ...reached, isReached: true };
  const distance = (one: Effect) =>
    'quality' in target ? target.quality - one.quality : one.strongShare - target.strongShare;
  const nearest = tried.reduce((best, one) => (distance(one) < distance(best) ? one : best));
  return { ...nearest, isReached: false };
}

type Effect = Omit<QualityThreshold, 'isReached'>;

/** Ascending: 0, and every quality there is as far as they are not too many. */
function thresholdsOf(requests: readonly (readonly ThresholdCandidate[])[]): readonly number[] {
  const distinct = [...new Set(requests.flatMap((one) => one.map(({ quality }) => quality)))].sort((a, b) => a - b);
  const step = Math.max(1, distinct.length / maxThresholds);
  const kept = Array.from(
    { length: Math.ceil(distinct.length / step) },
    (_, index) => distinct[Math.floor(index * step)] ?? 0,
  );
  return [0, ...kept];
}

/** Those that are chosen under some bound: by worth, each better than all before it; the last stands for none above the bound. */
function frontOf(candidates: readonly ThresholdCandidate[]): readonly ThresholdCandidate[] {
  const worth = ({ score, cost }: ThresholdCandidate) => score ?? -cost;
  let best = -Infinity;
  return candidates
    .toSorted((a, b) => worth(b) - worth(a) || b.quality - a.quality)
    .filter(({ quality }) => {
      if (quality <= best) return false;
      best = quality;
      return true;
    });
}

function effectOf(minQuality: number, fronts: readonly (readonly ThresholdCandidate[])[]): Effect {
  let [quality, cost, strong, unmet] = [0, 0, 0, 0];
  for (const front of fronts) {
    const met = front.find((one) => one.quality >= minQuality);
    const taken = met ?? front.at(-1);
    if (taken === undefined) continue;
    quality += taken.outcome ?? taken.quality;
    cost += taken.cost;
    if (taken !== front[0]) strong += 1;
    if (met === undefined) unmet += 1;
  }
  const { length } = fronts;
  return {
    minQuality,
    quality: quality / length,
    strongShare: strong / length,
    meanCost: cost / length,
    unmetShare: unmet / length,
  };
}
