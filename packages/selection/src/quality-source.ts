import type { ModelInfo, ModelPrice, PredictedQuality, TaskProfile } from '@lattice-lock/contract';
import type { ModelScorer } from '@lattice-lock/scoring';

/** Predicts how good a model's answer will be. */
export interface QualitySource {
  /** `null` when nothing can be said of the model. The price in force is among what is known of it. */
  qualityOf(model: ModelInfo, profile: TaskProfile, price: ModelPrice | null): PredictedQuality | null;
}

const fitAlone = Object.freeze({ fit: 1, cost: 0, latency: 0, reliability: 0 });

/** The quality that a scorer's fit stands for: the score where fit is all that counts. Its error is not known. */
export class FitQuality implements QualitySource {
  readonly #scorer: Pick<ModelScorer, 'score'>;

  constructor(scorer: Pick<ModelScorer, 'score'>) {
    this.#scorer = scorer;
  }

  qualityOf(model: ModelInfo, profile: TaskProfile, price: ModelPrice | null): PredictedQuality | null {
    const [scored] = this.#scorer.score({ models: [model], profile, weights: fitAlone, priceOf: () => price });
    const fit = scored?.terms.find((term) => term.name === 'fit');
    return fit === undefined ? null : { value: fit.value, error: null, source: fit.source };
  }
}
