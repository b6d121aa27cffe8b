import type { ModelInfo, ModelPrice } from '@lattice-lock/contract';
import { modelSize, type ModelSize } from './model-size.ts';
import { capabilityFeatureNames, scoringData } from './scoring-data.ts';

/** Release dates count from here. */
const epochMs = Date.UTC(2023, 0, 1);
const msOfYear = 365.25 * 86_400_000;

/** A release that is not known counts as old as the catalog's middle. Source: `assumption`. */
const unknownReleaseYears = 2;

/** Prices below a cent a million count as a cent: free does not mean infinitely weak. */
const leastPrice = 0.01;

/** The features of a model in the order of {@link capabilityFeatureNames}. */
export function capabilityFeatures(
  model: ModelInfo,
  price: ModelPrice | null,
  typicalPrice: Readonly<Record<ModelSize, number>>,
): readonly number[] {
  const size = modelSize(model);
  const usdPerMillion = price === null ? typicalPrice[size] : Number(price.outputPicoUsd) / 1e6;
  const flag = (when: boolean) => (when ? 1 : 0);
  return [
    releaseYears(model.released),
    Math.log10(Math.max(usdPerMillion, leastPrice)),
    flag(model.reasoning),
    flag(size === 'tiny'),
    flag(size === 'small'),
    flag(size === 'large'),
  ];
}

/** Years from 2023 to a release; months and days that are not known count as their first. */
function releaseYears(released: string | null): number {
  const ms = released === null ? Number.NaN : Date.parse(released);
  return Number.isNaN(ms) ? unknownReleaseYears : (ms - epochMs) / msOfYear;
}

/**
 * How capable a model may be before anything was seen of it, 0 to 1: a linear guess from release date, output price,
 * reasoning and size, all of them facts of the catalog. It is a prior and no measurement of the model.
 *
 * Fitted by scripts/fit-fit-prior.mjs to a public index of August 2026 that is not shipped: Spearman 0.91 over 117 models,
 * 0.89 when a maker's models are predicted from the others', mean error 0.09.
 */
export function capabilityPrior(model: ModelInfo, price: ModelPrice | null): number {
  const { intercept, coefficients, typicalPrice } = scoringData().capabilityPrior;
  const features = capabilityFeatures(model, price, typicalPrice);
  const value = capabilityFeatureNames.reduce(
    (sum, name, index) => sum + coefficients[name] * (features[index] ?? 0),
    intercept,
  );
  return Math.min(1, Math.max(0, value));
}
