import {
  roundPicoToNano,
  usdFromNano,
  type ModelInfo,
  type ModelPrice,
  type ScoreTerm,
  type ScoreWeights,
  type TaskProfile,
} from '@lattice-lock/contract';
import { expectedCostPicoUsd } from './expected-cost.ts';
import type { ModelSignal } from './model-signals.ts';
import type { QualityEstimate } from './quality/quality-model.ts';
import { scoreTermNames } from './score-weights.ts';
import { successChance } from './term-values.ts';

/** A model with its score. Numbers are ready; the words are made when asked for. */
export interface ScoredModel {
  readonly model: ModelInfo;
  /** Sum of the terms' contributions, 0 to 1. */
  readonly score: number;
  /** The expected cost of the request in pico-US-dollars; `null` when the price is unknown. */
  readonly expectedCostPicoUsd: bigint | null;
  /** One term for each weight, in the order of `scoreTermNames`. */
  readonly terms: readonly ScoreTerm[];
}

/** The figures behind a score. */
export interface ScoreFigures extends Readonly<Record<keyof ScoreWeights, number>> {
  readonly model: ModelInfo;
  readonly price: ModelPrice | null;
  readonly profile: TaskProfile;
  /** Normalised. */
  readonly weights: ScoreWeights;
  readonly signal: ModelSignal | undefined;
  readonly capability: number;
  /** `undefined`: the prior. */
  readonly capabilitySource: string | undefined;
  readonly costUsd: number | null;
  readonly latencyMs: number;
  /** `undefined` without outcomes of the model. */
  readonly learned: QualityEstimate | undefined;
}

const sources = Object.freeze({
  fit: 'fitted: scoring/scripts/fit-fit-prior.mjs, fit-success-curve.mjs',
  curve: 'fitted: scoring/scripts/fit-success-curve.mjs',
  assumption: 'assumption',
});

/** A {@link ScoredModel} that keeps figures and writes the terms on demand. */
export class LazyScoredModel implements ScoredModel {
  readonly score: number;
  readonly #figures: ScoreFigures;

  constructor(figures: ScoreFigures) {
    const { weights } = figures;
    this.#figures = figures;
    this.score =
      weights.fit * figures.fit +
      weights.cost * figures.cost +
      weights.latency * figures.latency +
      weights.reliability * figures.reliability;
  }

  get model(): ModelInfo {
    return this.#figures.model;
  }

  /** As a number, for comparisons; {@link expectedCostPicoUsd} is exact. */
  get costUsd(): number | null {
    return this.#figures.costUsd;
  }

  get expectedCostPicoUsd(): bigint | null {
    return expectedCostPicoUsd(this.#figures.price, this.#figures.profile);
  }

  get terms(): readonly ScoreTerm[] {
    const words = { fit: this.#fit(), cost: this.#cost(), latency: this.#latency(), reliability: this.#reliability() };
    return scoreTermNames.map((name) => {
      const value = this.#figures[name];
      const weight = this.#figures.weights[name];
      return { name, value, weight, contribution: weight * value, ...words[name] };
    });
  }

  #fit(): Words {
    const { capability, capabilitySource, profile } = this.#figures;
    const chance = Math.round(successChance(capability, profile.difficulty) * 100);
    const origin = capabilitySource === undefined ? 'prior' : 'known';
    const detail = `capability ${capability.toFixed(2)} (${origin}) for difficulty ${profile.difficulty.toFixed(2)}: ${chance} % chance`;
    const source = capabilitySource === undefined ? sources.fit : `${capabilitySource}; ${sources.curve}`;
    const { learned } = this.#figures;
    if (learned === undefined) return { detail, source };
    const share = `${Math.round(learned.support * 100)} %`;
    return {
      detail: `learnt ${learned.quality.toFixed(2)} +- ${learned.uncertainty.toFixed(2)}, counts ${share}; ${detail}`,
      source: `learnt from outcomes (lattice train); ${source}`,
    };
  }

  #cost(): Words {
    const cost = this.expectedCostPicoUsd;
    const { model, price, profile } = this.#figures;
    if (cost === null) return { detail: 'price unknown', source: sources.assumption };
    const period = model.prices.find((one) => one.price === price);
    const { inputTokens, expectedOutputTokens } = profile;
    return {
      detail: `$${usdFromNano(roundPicoToNano(cost))} expected (${inputTokens} in, ${expectedOutputTokens} out)`,
      source: period === undefined ? 'catalog' : `${period.source} (${period.asOf})`,
    };
  }

  #latency(): Words {
    const { signal, latencyMs, profile } = this.#figures;
    const seen = signal !== undefined && (signal.firstTokenMs !== null || signal.outputTokensPerSecond !== null);
    return {
      detail: `about ${(latencyMs / 1000).toFixed(1)} s for ${profile.expectedOutputTokens} tokens`,
      source: seen ? 'measured: recent calls' : sources.assumption,
    };
  }

  #reliability(): Words {
    const { signal, reliability } = this.#figures;
    const calls = (signal?.successes ?? 0) + (signal?.failures ?? 0);
    const share = `${(reliability * 100).toFixed(1)} %`;
    return calls === 0
      ? { detail: `${share} believed, no calls seen`, source: sources.assumption }
      : {
          detail: `${share} after ${Math.round(signal?.successes ?? 0)} of ${Math.round(calls)} calls ended well`,
          source: 'measured: recent calls, with a Beta(19, 1) prior (assumption)',
        };
  }
}

type Words = Pick<ScoreTerm, 'detail' | 'source'>;
