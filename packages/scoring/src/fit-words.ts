import type { ScoreTerm, TaskProfile } from '@lattice-lock/contract';
import { describeEvidence, type OutcomeEvidence } from './learning/outcome-evidence.ts';
import type { QualityEstimate } from './quality/quality-model.ts';
import { successChance } from './term-values.ts';

/** Where the fit of a model comes from. */
export interface FitOrigin {
  readonly profile: TaskProfile;
  readonly capability: number;
  /** `undefined`: the prior. */
  readonly capabilitySource: string | undefined;
  readonly learned: QualityEstimate | undefined;
  readonly evidence: OutcomeEvidence | undefined;
  /** What was predicted without own outcomes. */
  readonly predicted: number;
  /** The mean of what is believed, and its standard error. */
  readonly quality: number;
  readonly error: number;
  /** What was drawn to try the model; `undefined` where it was not tried. */
  readonly drawn: number | undefined;
}

const prior = 'fitted: scoring/scripts/fit-fit-prior.mjs, fit-success-curve.mjs';
const curve = 'fitted: scoring/scripts/fit-success-curve.mjs';

/** The words of the fit: what is believed and how surely, then what it rests on, the nearest first. */
export function fitWords(origin: FitOrigin): Pick<ScoreTerm, 'detail' | 'source'> {
  const { capability, capabilitySource, profile, learned, evidence, predicted, quality, error, drawn } = origin;
  const details = [`${twoPlaces(quality)} +- ${twoPlaces(error)}`];
  const sources: string[] = [];
  if (drawn !== undefined) {
    details.push(`tried as ${twoPlaces(drawn)}`);
    sources.push('exploration (Thompson sampling)');
  }
  if (evidence !== undefined) {
    const { score, outcomes, keys, share, largestKeyShare } = describeEvidence(evidence);
    details.push(
      `learned ${twoPlaces(score)} from ${counted(outcomes, 'outcome')}, ${counted(keys, 'key')}: counts ${percent(share)}, ` +
        `one key at most ${percent(largestKeyShare)}; predicted ${twoPlaces(predicted)}`,
    );
    sources.push('own outcomes');
  }
  if (learned !== undefined) {
    const { quality: learnt, uncertainty, support } = learned;
    details.push(`learnt ${twoPlaces(learnt)} +- ${twoPlaces(uncertainty)}, counts ${percent(support)}`);
    sources.push('learnt from outcomes (lattice train)');
  }
  const origins = capabilitySource === undefined ? 'prior' : 'known';
  details.push(
    `capability ${twoPlaces(capability)} (${origins}) for difficulty ${twoPlaces(profile.difficulty)}: ` +
      `${percent(successChance(capability, profile.difficulty))} chance`,
  );
  sources.push(capabilitySource === undefined ? prior : `${capabilitySource}; ${curve}`);
  return { detail: details.join('; '), source: sources.join('; ') };
}

const hundredths: readonly string[] = Object.freeze(
  Array.from({ length: 101 }, (_, index) => (index / 100).toFixed(2)),
);

/** A share with two decimals. From a table: an explained choice has hundreds of them. */
function twoPlaces(share: number): string {
  return hundredths[Math.round(share * 100)] ?? share.toFixed(2);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
