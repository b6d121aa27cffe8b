import type { ModelInfo, ModelPrice, ScoreWeights, TaskProfile } from '@lattice-lock/contract';
import { drawQuality, type Exploration } from './learning/exploration.ts';
import type { OutcomeLearner } from './learning/outcome-learner.ts';
import { OutcomeView } from './learning/outcome-view.ts';
import { modelFacts } from './model-facts.ts';
import type { ModelSignals } from './model-signals.ts';
import type { QualityModel } from './quality/quality-model.ts';
import { inScoreOrder } from './score-order.ts';
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
  /** What is learned from own outcomes while they come in; it moves the fit where there are some, and nothing elsewhere. */
  readonly outcomes?: OutcomeLearner;
  /** Tries models that may be better than is known, where the input allows it; never unless given. */
  readonly exploration?: Exploration;
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
  /** True where a model may be tried. Default false. */
  readonly mayExplore?: boolean;
}

/**
 * Scores models for a task: the weighted sum of fit, cost of this request, latency and reliability, each 0 to 1. Numbers
 * only; the words of the terms are made when they are read.
 */
export class ModelScorer {
  readonly #options: ModelScorerOptions;

  constructor(options: ModelScorerOptions = {}) {
    this.#options = options;
  }

  /**
   * @returns The models with their scores, the best first; among equals the cheaper, then in the order of their names.
   * @throws LatticeError `LATTICE_INVALID_REQUEST` when the weights are none.
   */
  score(input: ScoreInput): readonly ScoredModel[] {
    const weights = normalizeWeights(input.weights);
    const { outcomes, exploration } = this.#options;
    const view = outcomes === undefined || outcomes.size === 0 ? undefined : new OutcomeView(outcomes, input.profile);
    const scored = inScoreOrder(input.models.map((model) => this.#scoreModel(model, input, weights, view)));
    if (exploration === undefined || input.mayExplore !== true) return scored;
    explore(scored, exploration);
    return inScoreOrder(scored);
  }

  #scoreModel(
    model: ModelInfo,
    input: ScoreInput,
    weights: ScoreWeights,
    outcomes: OutcomeView | undefined,
  ): LazyScoredModel {
    const price = input.priceOf(model);
    const facts = modelFacts(model, price);
    const known = this.#options.capabilityOf?.(model);
    return new LazyScoredModel({
      model,
      price,
      profile: input.profile,
      weights,
      signal: input.signals?.get(model),
      facts,
      capability: known?.value ?? facts.capability,
      capabilitySource: known?.source,
      learned: this.#options.quality?.estimate(input.profile, model.model),
      outcomes,
    });
  }
}

/** Draws the quality of those that may be tried: good enough, and not too far behind. The best of the draws is tried. */
function explore(scored: readonly LazyScoredModel[], { floor, margin, random }: Exploration): void {
  const bestScore = scored[0]?.score ?? 0;
  for (const one of scored) {
    if (one.score < bestScore - margin) return;
    if (one.quality >= floor) one.tryAs(drawQuality(one.quality, one.qualityError, random));
  }
}
