import type { ModelInfo, TaskProfile } from '@lattice-lock/contract';
import { capabilityPrior } from '../capability-prior.ts';
import { successChance } from '../term-values.ts';

/** Capability of a model that nothing is known of: the low: of those whose facts are known, most are above. Source: `assumption`. */
const unknownCapability = 0.25;

/**
 * The quality expected of a model, 0 to 1, before any outcome was seen: the chance of success that its catalog facts and the
 * task's difficulty leave. `undefined` stands for a model that the catalog does not know.
 *
 * @param atMs The instant whose price counts, in ms since 1970.
 */
export function priorQuality(
  model: ModelInfo | undefined,
  profile: Pick<TaskProfile, 'difficulty'>,
  atMs: number,
): number {
  const capability = model === undefined ? unknownCapability : capabilityPrior(model, priceAt(model, atMs));
  return successChance(capability, profile.difficulty);
}

function priceAt(model: ModelInfo, atMs: number) {
  const period = model.prices.find(({ from, until }) => {
    const begun = from === null || Date.parse(from) <= atMs;
    return begun && (until === null || atMs < Date.parse(until));
  });
  return period?.price ?? null;
}
