import { LatticeError } from '@lattice-lock/contract';

/** A model that could take a request of the sample. */
export interface ThresholdCandidate {
  /** As predicted, 0 to 1: what `minQuality` is compared with. */
  readonly quality: number;
  /** Expected, in any one unit. */
  readonly cost: number;
  /** What the answer was worth, 0 to 1, where it is known; the prediction where not. */
  readonly outcome?: number;
}

/** What the threshold is to reach on the sample. */
export type ThresholdTarget =
  /** The mean quality of the answers. */
  | { readonly quality: number }
  /** The share of requests that go to another model than the cheapest that can take them. */
  | { readonly strongShare: number };

/** A threshold and what it does on the sample. */
export interface QualityThreshold {
  /** For `SelectionConstraints.minQuality`. */
  readonly minQuality: number;
  readonly quality: number;
  readonly strongShare: number;
  readonly meanCost: number;
  /** False where no threshold reaches the target; then this is the nearest. */
  readonly isReached: boolean;
}

/** More thresholds than this are not tried: they would differ by less than any prediction means. */
const maxThresholds = 512;

/**
 * The bound of predicted quality for which the cheapest model above it reaches a target on past requests: the lowest that
 * has the mean quality, or the highest that keeps to the share of requests that are not left to the cheapest model. Where no
 * model of a request is above the bound, its best counts, as a caller would fall back to it.
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
  const tried = thresholdsOf(requests).map((minQuality) => effectOf(minQuality, requests));
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

function effectOf(minQuality: number, requests: readonly (readonly ThresholdCandidate[])[]): Effect {
  let [quality, cost, strong] = [0, 0, 0];
  for (const candidates of requests) {
    const taken = takenOf(minQuality, candidates);
    quality += taken.outcome ?? taken.quality;
    cost += taken.cost;
    if (candidates.some((one) => one.cost < taken.cost)) strong += 1;
  }
  const { length } = requests;
  return { minQuality, quality: quality / length, strongShare: strong / length, meanCost: cost / length };
}

/** The cheapest that is good enough, among equals the better; the best where none is. */
function takenOf(minQuality: number, candidates: readonly ThresholdCandidate[]): ThresholdCandidate {
  const enough = candidates.filter((one) => one.quality >= minQuality);
  const byCost = (a: ThresholdCandidate, b: ThresholdCandidate) => a.cost - b.cost || b.quality - a.quality;
  const byQuality = (a: ThresholdCandidate, b: ThresholdCandidate) => b.quality - a.quality || a.cost - b.cost;
  const [first] = enough.length > 0 ? enough.sort(byCost) : candidates.toSorted(byQuality);
  return first as ThresholdCandidate;
}
