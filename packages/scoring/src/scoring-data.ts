import { readFileSync } from 'node:fs';
import type { ModelSize } from './model-size.ts';

/** What the capability prior reads of a model, in the order of its coefficients. */
export const capabilityFeatureNames = ['years', 'logPrice', 'reasoning', 'tiny', 'small', 'large'] as const;

/** `data/capability-prior.json`: written by scripts/fit-fit-prior.mjs. */
export interface CapabilityPriorData {
  /** How well the prior ranks models, in words. */
  readonly quality: string;
  readonly intercept: number;
  readonly coefficients: Readonly<Record<(typeof capabilityFeatureNames)[number], number>>;
  /** Used where no price is known, in US dollars per million output tokens. */
  readonly typicalPrice: Readonly<Record<ModelSize, number>>;
}

/** `data/success-curve.json`: written by scripts/fit-success-curve.mjs. */
export interface SuccessCurveData {
  readonly start: number;
  readonly capability: number;
  readonly difficulty: number;
}

/** `data/latency-prior.json`: assumptions. */
export interface LatencyPriorData {
  readonly bySize: Readonly<
    Record<ModelSize, { readonly firstTokenMs: number; readonly outputTokensPerSecond: number }>
  >;
  /** What a reasoning model thinks on a task of difficulty 0 and of difficulty 1. */
  readonly thinkingTokens: { readonly trivial: number; readonly expert: number };
}

/** All figures a score is made with. */
export interface ScoringData {
  readonly capabilityPrior: CapabilityPriorData;
  readonly successCurve: SuccessCurveData;
  readonly latencyPrior: LatencyPriorData;
}

let loaded: ScoringData | undefined;

/** Reads the data files of this package on first use. */
export function scoringData(): ScoringData {
  loaded ??= {
    capabilityPrior: read('capability-prior.json') as CapabilityPriorData,
    successCurve: read('success-curve.json') as SuccessCurveData,
    latencyPrior: read('latency-prior.json') as LatencyPriorData,
  };
  return loaded;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8'));
}
