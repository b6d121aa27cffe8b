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
import { approximateCostUsd, type ModelFacts } from './model-facts.ts';
import type { ModelSignal } from './model-signals.ts';
import type { QualityEstimate } from './quality/quality-model.ts';
import { scoreTermNames } from './score-weights.ts';
import {
  costValue,
  expectedLatencyMs,
  fitValue,
  latencyValue,
  reliabilityValue,
  successChance,
} from './term-values.ts';

/** A model with its score. Numbers and words are made when they are first asked for. */
export interface ScoredModel {
  readonly model: ModelInfo;
  /** Sum of the terms' contributions, 0 to 1. */
  readonly score: number;
  /** The expected cost of the request in pico-US-dollars; `null` when the price is unknown. */
  readonly expectedCostPicoUsd: bigint | null;
  /** One term for each weight, in the order of `scoreTermNames`. */
  readonly terms: readonly ScoreTerm[];
}

/** What a score is made from. */
export interface ScoreBasis {
  readonly model: ModelInfo;
  readonly price: ModelPrice | null;
  readonly profile: TaskProfile;
  /** Normalised. */
  readonly weights: ScoreWeights;
  readonly signal: ModelSignal | undefined;
  readonly facts: ModelFacts;
  readonly capability: number;
  /** `undefined`: the prior. */
  readonly capabilitySource: string | undefined;
  /** `undefined` without outcomes of the model. */
  readonly learned: QualityEstimate | undefined;
}

/** The figures behind a score, each term 0 to 1. */
interface ScoreFigures extends Readonly<Record<keyof ScoreWeights, number>> {
  readonly costUsd: number | null;
  readonly latencyMs: number;
  readonly score: number;
}

function figuresOf({ model, profile, weights, signal, facts, capability, learned }: ScoreBasis): ScoreFigures {
  const costUsd = approximateCostUsd(facts.rates, profile.inputTokens, profile.expectedOutputTokens);
  const latencyMs = expectedLatencyMs(model, facts, profile, signal);
  const fit = blendedFit(fitValue(capability, profile.difficulty), learned);
  const cost = costValue(costUsd);
  const latency = latencyValue(latencyMs);
  const reliability = reliabilityValue(model, signal);
  const score = weights.fit * fit + weights.cost * cost + weights.latency * latency + weights.reliability * reliability;
  return { costUsd, latencyMs, fit, cost, latency, reliability, score };
}

/** The prior, replaced by what was learnt as far as outcomes support it. */
function blendedFit(prior: number, learned: QualityEstimate | undefined): number {
  return learned === undefined ? prior : learned.support * learned.quality + (1 - learned.support) * prior;
}

const sources = Object.freeze({
  fit: 'fitted: scoring/scripts/fit-fit-prior.mjs, fit-success-curve.mjs',
  curve: 'fitted: scoring/scripts/fit-success-curve.mjs',
  assumption: 'assumption',
});

/**
 * A {@link ScoredModel} that makes its figures when they are first read: a model that the caller named is compared with
 * none, and nobody may ever look at its score.
 */
export class LazyScoredModel implements ScoredModel {
  readonly #basis: ScoreBasis;
  #made: ScoreFigures | undefined;

  constructor(basis: ScoreBasis) {
    this.#basis = basis;
  }

  get #figures(): ScoreFigures {
    return (this.#made ??= figuresOf(this.#basis));
  }

  get model(): ModelInfo {
    return this.#basis.model;
  }

  get score(): number {
    return this.#figures.score;
  }

  /** As a number, for comparisons; {@link expectedCostPicoUsd} is exact. */
  get costUsd(): number | null {
    return this.#figures.costUsd;
  }

  get expectedCostPicoUsd(): bigint | null {
    return expectedCostPicoUsd(this.#basis.price, this.#basis.profile);
  }

  get terms(): readonly ScoreTerm[] {
    const words = { fit: this.#fit(), cost: this.#cost(), latency: this.#latency(), reliability: this.#reliability() };
    return scoreTermNames.map((name) => {
      const value = this.#figures[name];
      const weight = this.#basis.weights[name];
      return { name, value, weight, contribution: weight * value, ...words[name] };
    });
  }

  #fit(): Words {
    const { capability, capabilitySource, profile, learned } = this.#basis;
    const chance = Math.round(successChance(capability, profile.difficulty) * 100);
    const origin = capabilitySource === undefined ? 'prior' : 'known';
    const detail = `capability ${capability.toFixed(2)} (${origin}) for difficulty ${profile.difficulty.toFixed(2)}: ${chance} % chance`;
    const source = capabilitySource === undefined ? sources.fit : `${capabilitySource}; ${sources.curve}`;
    if (learned === undefined) return { detail, source };
    const share = `${Math.round(learned.support * 100)} %`;
    return {
      detail: `learnt ${learned.quality.toFixed(2)} +- ${learned.uncertainty.toFixed(2)}, counts ${share}; ${detail}`,
      source: `learnt from outcomes (lattice train); ${source}`,
    };
  }

  #cost(): Words {
    const cost = this.expectedCostPicoUsd;
    const { model, price, profile } = this.#basis;
    if (cost === null) return { detail: 'price unknown', source: sources.assumption };
    const period = model.prices.find((one) => one.price === price);
    const { inputTokens, expectedOutputTokens } = profile;
    return {
      detail: `$${usdFromNano(roundPicoToNano(cost))} expected (${inputTokens} in, ${expectedOutputTokens} out)`,
      source: period === undefined ? 'catalog' : `${period.source} (${period.asOf})`,
    };
  }

  #latency(): Words {
    const { signal, profile } = this.#basis;
    const { latencyMs } = this.#figures;
    const seen = signal !== undefined && (signal.firstTokenMs !== null || signal.outputTokensPerSecond !== null);
    return {
      detail: `about ${(latencyMs / 1000).toFixed(1)} s for ${profile.expectedOutputTokens} tokens`,
      source: seen ? 'measured: recent calls' : sources.assumption,
    };
  }

  #reliability(): Words {
    const { signal } = this.#basis;
    const { reliability } = this.#figures;
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
