import type { ModelInfo, ModelPrice, ScoreWeights, TaskProfile } from '@lattice-lock/contract';
import { modelFacts } from './model-facts.ts';
import type { ModelSignal, ModelSignals } from './model-signals.ts';
import type { QualityModel } from './quality/quality-model.ts';
import { normalizeWeights } from './score-weights.ts';
import { LazyScoredModel, type ScoredModel } from './scored-model.ts';

/** What is known of a model's capability from elsewhere than the prior. */
export interface KnownCapability {
  /** 0 to 1, on one scale for all models. */
  readonly value: number;
  /** Where it was measured; shown with the score. */
  readonly source: string;
}

/** Options of a {@link ModelScorer}. */
export interface ModelScorerOptions {
  /** The user's own evidence, e.g. an index or own evaluations; the prior where it knows nothing. */
  readonly capabilityOf?: (model: ModelInfo) => KnownCapability | undefined;
  /** What was learnt from outcomes: it replaces the prior as far as a model was seen on prompts like the one at hand. */
  readonly quality?: QualityModel;
}

/** What a score is computed from. */
export interface ScoreInput {
  readonly models: readonly ModelInfo[];
  readonly profile: TaskProfile;
  /** Need not add up to 1: they are normalised. */
  readonly weights: ScoreWeights;
  /** The price in force now; `null` is unknown. */
  priceOf(model: ModelInfo): ModelPrice | null;
  /** What was seen of the models lately; priors alone without it. */
  readonly signals?: ModelSignals;
}

/**
 * Scores models for a task: the weighted sum of fit, cost of this request, latency and reliability, each 0 to 1. Numbers
 * only; the words of the terms are made when they are read.
 */
export class ModelScorer {
  readonly #capabilityOf: ModelScorerOptions['capabilityOf'];
  readonly #quality: QualityModel | undefined;

  constructor(options: ModelScorerOptions = {}) {
    this.#capabilityOf = options.capabilityOf;
    this.#quality = options.quality;
  }

  /**
   * @returns The models with their scores, the best first; among equals the cheaper, then in the order of their names.
   * @throws LatticeError `LATTICE_INVALID_REQUEST` when the weights are none.
   */
  score(input: ScoreInput): readonly ScoredModel[] {
    const weights = normalizeWeights(input.weights);
    const scored = input.models.map((model) => {
      const signal = input.signals?.get(model);
      return this.#scoreModel(model, input.priceOf(model), input.profile, weights, signal);
    });
    return scored.sort(byScore);
  }

  #scoreModel(
    model: ModelInfo,
    price: ModelPrice | null,
    profile: TaskProfile,
    weights: ScoreWeights,
    signal: ModelSignal | undefined,
  ): LazyScoredModel {
    const facts = modelFacts(model, price);
    const known = this.#capabilityOf?.(model);
    return new LazyScoredModel({
      model,
      price,
      profile,
      weights,
      signal,
      facts,
      capability: known?.value ?? facts.capability,
      capabilitySource: known?.source,
      learned: this.#quality?.estimate(profile, model.model),
    });
  }
}

function byScore(a: LazyScoredModel, b: LazyScoredModel): number {
  if (a.score !== b.score) return b.score - a.score;
  const cost = (a.costUsd ?? Infinity) - (b.costUsd ?? Infinity);
  if (cost !== 0 && !Number.isNaN(cost)) return cost;
  return compare(a.model.provider, b.model.provider) || compare(a.model.model, b.model.model);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
