import type { ModelInfo, ModelPrice, PredictedQuality, TaskProfile } from '@lattice-lock/contract';
import type { ModelScorer, ScoredModel } from '@lattice-lock/scoring';

/** Predicts how good a model's answer will be. */
export interface QualitySource {
  /** `null` when nothing can be said of the model. The price in force is among what is known of it. */
  qualityOf(model: ModelInfo, profile: TaskProfile, price: ModelPrice | null): PredictedQuality | null;
}

const fitAlone = Object.freeze({ fit: 1, cost: 0, latency: 0, reliability: 0 });

/** The quality that a scorer's fit stands for: the score where fit is all that counts. */
export class FitQuality implements QualitySource {
  readonly #scorer: Pick<ModelScorer, 'score'>;

  constructor(scorer: Pick<ModelScorer, 'score'>) {
    this.#scorer = scorer;
  }

  qualityOf(model: ModelInfo, profile: TaskProfile, price: ModelPrice | null): PredictedQuality | null {
    const [scored] = this.#scorer.score({ models: [model], profile, weights: fitAlone, priceOf: () => price });
    return scored === undefined ? null : new FitOfScore(scored);
  }
}

/** Filters ask for the value of every model, and hardly anyone for where it comes from. */
class FitOfScore implements PredictedQuality {
  readonly value: number;
  readonly #scored: ScoredModel;

  constructor(scored: ScoredModel) {
    this.value = scored.score;
    this.#scored = scored;
  }

  get error(): number {
    return this.#scored.qualityError;
  }

  get source(): string {
    return this.#scored.terms.find((term) => term.name === 'fit')?.source ?? 'assumption';
  }
}
