import { formatModelRef, type Decision, type ModelInfo, type ScoreTerm } from '@lattice-lock/contract';
import type { ModelScorer, ScoredModel, ScoreInput } from '@lattice-lock/scoring';

interface Remembered {
  readonly rank: number;
  readonly values: ReadonlyMap<ScoreTerm['name'], number>;
}

/**
 * Scores as it was done for a past decision: what was believed of a model's fit, latency and reliability then is taken from
 * the decision, since neither the text nor what had been seen and learned of the models is kept. Cost is reckoned anew, and
 * models of which nothing was kept are scored anew.
 */
export class ReplayScorer {
  readonly #scorer: Pick<ModelScorer, 'score'>;
  #remembered: ReadonlyMap<string, Remembered> = new Map();

  constructor(scorer: Pick<ModelScorer, 'score'>) {
    this.#scorer = scorer;
  }

  /** The decision to score like; `null` scores everything anew. */
  remember(decision: Decision | null): void {
    const ranked = decision?.candidates.filter((one) => one.status === 'ranked') ?? [];
    const tooLow = Object.entries(decision?.basis?.qualities ?? {});
    this.#remembered = new Map([
      ...tooLow.map(
        ([name, quality]) => [name, { rank: Infinity, values: new Map([['fit', quality] as const]) }] as const,
      ),
      ...ranked.map(({ model, rank, terms }) => {
        const values = new Map(terms.map(({ name, value }) => [name, value]));
        return [formatModelRef(model), { rank, values }] as const;
      }),
    ]);
  }

  score(input: ScoreInput): readonly ScoredModel[] {
    const scored = this.#scorer.score(input);
    if (this.#remembered.size === 0) return scored;
    const ranks = new Map<ScoredModel, number>();
    const again = scored.map((one) => {
      const then = this.#remembered.get(formatModelRef(one.model));
      const now = then === undefined ? one : new RememberedModel(one, then);
      if (then !== undefined) ranks.set(now, then.rank);
      return now;
    });
    const rankOf = (one: ScoredModel) => ranks.get(one) ?? Infinity;
    return again.sort((a, b) => b.score - a.score || (rankOf(a) === rankOf(b) ? 0 : rankOf(a) - rankOf(b)));
  }
}

/** A model scored by the values of then. */
class RememberedModel implements ScoredModel {
  readonly model: ModelInfo;
  readonly expectedCostPicoUsd: bigint | null;
  readonly terms: readonly ScoreTerm[];
  readonly score: number;
  readonly quality: number;
  readonly qualityError: number;

  constructor(base: ScoredModel, then: Remembered) {
    this.model = base.model;
    this.expectedCostPicoUsd = base.expectedCostPicoUsd;
    this.quality = then.values.get('fit') ?? base.quality;
    this.qualityError = base.qualityError;
    this.terms = base.terms.map((term) => {
      const value = term.name === 'cost' ? term.value : (then.values.get(term.name) ?? term.value);
      return { ...term, value, contribution: term.weight * value };
    });
    this.score = this.terms.reduce((sum, { contribution }) => sum + contribution, 0);
  }
}
