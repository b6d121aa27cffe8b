import {
  priceForInput,
  type ModelInfo,
  type ModelPrice,
  type ScoreTerm,
  type ScoreWeights,
  type TaskProfile,
} from '@lattice-lock/contract';
import type { ModelSignals } from './model-signals.ts';
import { normalizeWeights, scoreTermNames } from './score-weights.ts';
import type { ScoredModel } from './scored-model.ts';

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

/** Scores models for a task by fit, cost of this request, latency and reliability. */
export class ModelScorer {
  /** @returns The models with their scores, the best first; ties are in the order of the cost, then of the name. */
  score(input: ScoreInput): readonly ScoredModel[] {
    const weights = normalizeWeights(input.weights);
    return input.models
      .map((model) => scoreModel(model, input, weights))
      .sort((a, b) => b.score - a.score || a.model.model.localeCompare(b.model.model));
  }
}

function scoreModel(model: ModelInfo, input: ScoreInput, weights: ScoreWeights): ScoredModel {
  const price = input.priceOf(model);
  const rate = price === null ? null : priceForInput(price, input.profile.inputTokens);
  const cost =
    rate === null
      ? null
      : BigInt(input.profile.inputTokens) * rate.inputPicoUsd +
        BigInt(input.profile.expectedOutputTokens) * rate.outputPicoUsd;
  const capability = rate === null ? 0.5 : Math.min(1, Math.log10(1 + Number(rate.outputPicoUsd) / 1e5) / 3);
  const signal = input.signals?.get(model);
  const values = {
    fit: 1 - Math.max(0, input.profile.difficulty - capability),
    cost: cost === null ? 0.3 : 1 / (1 + Number(cost) / 1e10),
    latency: model.reasoning ? 0.4 : 0.7,
    reliability: ((signal?.successes ?? 0) + 19) / ((signal?.successes ?? 0) + (signal?.failures ?? 0) + 20),
  };
  const terms = scoreTermNames.map((name): ScoreTerm => {
    const contribution = weights[name] * values[name];
    return { name, value: values[name], weight: weights[name], contribution, detail: '', source: 'assumption' };
  });
  const score = terms.reduce((sum, term) => sum + term.contribution, 0);
  return { model, score, expectedCostPicoUsd: cost, terms };
}
