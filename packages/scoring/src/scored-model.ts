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
import { fitWords } from './fit-words.ts';
import { errorWithEvidence, priorError, withEvidence, type OutcomeEvidence } from './learning/outcome-evidence.ts';
import type { OutcomeView } from './learning/outcome-view.ts';
import { approximateCostUsd, type ModelFacts } from './model-facts.ts';
import type { ModelSignal } from './model-signals.ts';
import type { QualityEstimate } from './quality/quality-model.ts';
import { scoreTermNames } from './score-weights.ts';
import { costValue, expectedLatencyMs, fitValue, latencyValue, reliabilityValue } from './term-values.ts';

/** A model with its score. Numbers and words are made when they are first asked for. */
export interface ScoredModel {
  readonly model: ModelInfo;
  /** Sum of the terms' contributions, 0 to 1. */
  readonly score: number;
  /** The expected cost of the request in pico-US-dollars; `null` when the price is unknown. */
  readonly expectedCostPicoUsd: bigint | null;
  /** One term for each weight, in the order of `scoreTermNames`. */
  readonly terms: readonly ScoreTerm[];
  /** What is expected of its answer, 0 to 1: the fit, but for a model that is tried, of which that was drawn. */
  readonly quality: number;
  /** The standard error of {@link quality}. */
  readonly qualityError: number;
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
  /** What own outcomes say; `undefined` where there are none of any model. */
  readonly outcomes: OutcomeView | undefined;
}

/** The figures behind a score, each term 0 to 1. */
interface ScoreFigures extends Readonly<Record<keyof ScoreWeights, number>> {
  readonly costUsd: number | null;
  readonly latencyMs: number;
  /** The fit without own outcomes. */
  readonly predicted: number;
  readonly evidence: OutcomeEvidence | undefined;
  readonly score: number;
}

function figuresOf(basis: ScoreBasis): ScoreFigures {
  const { model, profile, weights, signal, facts, capability, learned } = basis;
  const costUsd = approximateCostUsd(facts.rates, profile.inputTokens, profile.expectedOutputTokens);
  const latencyMs = expectedLatencyMs(model, facts, profile, signal);
  const predicted = blendedFit(fitValue(capability, profile.difficulty), learned);
  const evidence = basis.outcomes?.evidenceOf(facts.key);
  const fit = withEvidence(predicted, evidence);
  const cost = costValue(costUsd);
  const latency = latencyValue(latencyMs);
  const reliability = reliabilityValue(model, signal);
  const score = weights.fit * fit + weights.cost * cost + weights.latency * latency + weights.reliability * reliability;
  return { costUsd, latencyMs, predicted, evidence, fit, cost, latency, reliability, score };
}

/** The prior, replaced by what was learnt as far as outcomes support it. */
function blendedFit(prior: number, learned: QualityEstimate | undefined): number {
  return learned === undefined ? prior : learned.support * learned.quality + (1 - learned.support) * prior;
}

/** The standard error of {@link blendedFit}: each part's, as far as it counts. */
function blendedError(learned: QualityEstimate | undefined): number {
  if (learned === undefined) return priorError;
  return Math.hypot(learned.support * learned.uncertainty, (1 - learned.support) * priorError);
}

const assumption = 'assumption';

/**
 * A {@link ScoredModel} that makes its figures when they are first read: a model that the caller named is compared with
 * none, and nobody may ever look at its score.
 */
export class LazyScoredModel implements ScoredModel {
  readonly #basis: ScoreBasis;
  #made: ScoreFigures | undefined;
  #costPicoUsd: bigint | null | undefined;
  #drawn: number | undefined;

  constructor(basis: ScoreBasis) {
    this.#basis = basis;
  }

  // Methods, not private getters: V8 calls those through its runtime.
  #figures(): ScoreFigures {
    return (this.#made ??= figuresOf(this.#basis));
  }

  #fit(): number {
    return this.#drawn ?? this.#figures().fit;
  }

  get model(): ModelInfo {
    return this.#basis.model;
  }

  get score(): number {
    return this.#figures().score + this.#basis.weights.fit * (this.#fit() - this.#figures().fit);
  }

  get quality(): number {
    return this.#figures().fit;
  }

  get qualityError(): number {
    return errorWithEvidence(this.quality, blendedError(this.#basis.learned), this.#figures().evidence);
  }

  /** Scores the model from now on as though its quality were this, to try it. */
  tryAs(quality: number): void {
    this.#drawn = quality;
  }

  /** As a number, for comparisons; {@link expectedCostPicoUsd} is exact. */
  get costUsd(): number | null {
    return this.#figures().costUsd;
  }

  get expectedCostPicoUsd(): bigint | null {
    if (this.#costPicoUsd === undefined) {
      this.#costPicoUsd = expectedCostPicoUsd(this.#basis.price, this.#basis.profile);
    }
    return this.#costPicoUsd;
  }

  get terms(): readonly ScoreTerm[] {
    const words = {
      fit: this.#fitWords(),
      cost: this.#cost(),
      latency: this.#latency(),
      reliability: this.#reliability(),
    };
    return scoreTermNames.map((name) => {
      const value = name === 'fit' ? this.#fit() : this.#figures()[name];
      const weight = this.#basis.weights[name];
      const { detail, source } = words[name];
      return { name, value, weight, contribution: weight * value, detail, source };
    });
  }

  #fitWords(): Words {
    const { evidence, predicted } = this.#figures();
    const { profile, capability, capabilitySource, learned } = this.#basis;
    const { quality, qualityError: error } = this;
    const drawn = this.#drawn;
    return fitWords({ profile, capability, capabilitySource, learned, evidence, predicted, quality, error, drawn });
  }

  #cost(): Words {
    const cost = this.expectedCostPicoUsd;
    const { facts, profile } = this.#basis;
    if (cost === null) return { detail: 'price unknown', source: assumption };
    const { inputTokens, expectedOutputTokens } = profile;
    return {
      detail: `$${usdFromNano(roundPicoToNano(cost))} expected (${inputTokens} in, ${expectedOutputTokens} out)`,
      source: facts.priceSource,
    };
  }

  #latency(): Words {
    const { signal, profile } = this.#basis;
    const { latencyMs } = this.#figures();
    const seen = signal !== undefined && (signal.firstTokenMs !== null || signal.outputTokensPerSecond !== null);
    return {
      detail: `about ${(latencyMs / 1000).toFixed(1)} s for ${profile.expectedOutputTokens} tokens`,
      source: seen ? 'measured: recent calls' : assumption,
    };
  }

  #reliability(): Words {
    const { signal } = this.#basis;
    const { reliability } = this.#figures();
    const calls = (signal?.successes ?? 0) + (signal?.failures ?? 0);
    const share = `${(reliability * 100).toFixed(1)} %`;
    return calls === 0
      ? { detail: `${share} believed, no calls seen`, source: assumption }
      : {
          detail: `${share} after ${Math.round(signal?.successes ?? 0)} of ${Math.round(calls)} calls ended well`,
          source: 'measured: recent calls, with a Beta(19, 1) prior (assumption)',
        };
  }
}

type Words = Pick<ScoreTerm, 'detail' | 'source'>;
