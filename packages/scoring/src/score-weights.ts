import { LatticeError, type ScoreWeights, type SelectionPreset } from '@lattice-lock/contract';

/** The terms of a score, in the order they are shown. */
export const scoreTermNames = [
  'fit',
  'cost',
  'latency',
  'reliability',
] as const satisfies readonly (keyof ScoreWeights)[];

/**
 * Weights of the ready-made presets; each row adds up to 1.
 *
 * Source: `assumption`. They say what a preset's name promises (`cheap`: cost first, `best`: fit first, `fast`: latency
 * first) and are not fitted; `balanced` gives fit and cost equal say.
 */
export const presetWeights: Readonly<Record<SelectionPreset, ScoreWeights>> = Object.freeze({
  balanced: Object.freeze({ fit: 0.4, cost: 0.35, latency: 0.1, reliability: 0.15 }),
  cheap: Object.freeze({ fit: 0.3, cost: 0.55, latency: 0.05, reliability: 0.1 }),
  best: Object.freeze({ fit: 0.8, cost: 0.05, latency: 0.05, reliability: 0.1 }),
  fast: Object.freeze({ fit: 0.25, cost: 0.1, latency: 0.55, reliability: 0.1 }),
});

/**
 * Weights that add up to 1, from a base and what the caller overrides.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` when a weight is negative or not finite, or all are 0.
 */
export function normalizeWeights(base: ScoreWeights, overrides?: Partial<ScoreWeights>): ScoreWeights {
  const merged = overrides === undefined ? base : { ...base, ...overrides };
  let sum = 0;
  for (const name of scoreTermNames) {
    const weight = merged[name];
    if (!Number.isFinite(weight) || weight < 0) {
      throw new LatticeError(
        'LATTICE_INVALID_REQUEST',
        `weights.${name} is ${String(weight)}: give a number of 0 or more.`,
        { issues: [{ path: `weights.${name}`, message: 'must be a number of 0 or more' }] },
      );
    }
    sum += weight;
  }
  if (sum === 0) {
    throw new LatticeError('LATTICE_INVALID_REQUEST', 'All weights are 0: give at least one term a weight above 0.', {
      issues: [{ path: 'weights', message: 'at least one weight must be above 0' }],
    });
  }
  const { fit, cost, latency, reliability } = merged;
  return { fit: fit / sum, cost: cost / sum, latency: latency / sum, reliability: reliability / sum };
}
