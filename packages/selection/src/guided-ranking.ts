import type { GuideModels } from '@lattice-lock/catalog';
import type { GuideMark, ModelInfo, ScoreTerm } from '@lattice-lock/contract';
import type { ScoredModel } from '@lattice-lock/scoring';
import { markOf, preferredBonus, type TaskPicks } from './guide-rules.ts';
import type { SelectionCandidate } from './selection-candidate.ts';

/** A ranking as the guide leaves it. */
export interface GuidedRanking {
  /** In the order of preference. */
  readonly ranked: readonly ScoredModel[];
  /** How many of the first were put there: picks of the guide for the task, and the model of a route. */
  readonly pickCount: number;
  /** The line of the guide that put the first model first. */
  readonly mark: GuideMark | null;
}

type CandidateOf = (model: ModelInfo) => SelectionCandidate | undefined;

/**
 * Lays the guide over a ranking: preferred models get a bonus, shown as the term `guide`; then the picks of the task come
 * first in the guide's order, whatever their scores.
 */
export function guideRanking(
  scored: readonly ScoredModel[],
  candidateOf: CandidateOf,
  guide: { readonly hasPreferred: boolean },
  picks: TaskPicks,
): GuidedRanking {
  const preferred = guide.hasPreferred ? withBonus(scored, candidateOf) : scored;
  const picked = picks.length === 0 ? [] : pickedOf(preferred, candidateOf, picks);
  const [first] = picked;
  if (first !== undefined) {
    const names = new Set(picked.map(({ scored: one }) => one));
    const ranked = [...names, ...preferred.filter((one) => !names.has(one))];
    return { ranked, pickCount: names.size, mark: markOf('pick', first.line) };
  }
  const [best] = preferred;
  const line = best instanceof PreferredModel && best.model !== scored[0]?.model ? best.line : null;
  return { ranked: preferred, pickCount: 0, mark: line === null ? null : markOf('preferred', line) };
}

function withBonus(scored: readonly ScoredModel[], candidateOf: CandidateOf): readonly ScoredModel[] {
  const all = scored.map((one) => {
    const line = candidateOf(one.model)?.preferredBy ?? null;
    return line === null ? one : new PreferredModel(one, line);
  });
  const isPreferred = (one: ScoredModel) => Number(one instanceof PreferredModel);
  return all.sort((a, b) => b.score - a.score || isPreferred(b) - isPreferred(a));
}

interface Picked {
  readonly scored: ScoredModel;
  readonly line: GuideModels;
}

function pickedOf(ranked: readonly ScoredModel[], candidateOf: CandidateOf, picks: TaskPicks): readonly Picked[] {
  const spelled = ranked.map((scored) => ({ scored, spellings: candidateOf(scored.model)?.spellings ?? [] }));
  return picks.flatMap(({ models, patterns }) =>
    spelled.filter(({ spellings }) => patterns.has(spellings)).map(({ scored }) => ({ scored, line: models })),
  );
}

/** A scored model that the guide prefers. */
class PreferredModel implements ScoredModel {
  readonly score: number;
  readonly line: GuideModels;
  readonly #base: ScoredModel;

  constructor(base: ScoredModel, line: GuideModels) {
    this.#base = base;
    this.line = line;
    this.score = base.score + preferredBonus;
  }

  get model(): ModelInfo {
    return this.#base.model;
  }

  get expectedCostPicoUsd(): bigint | null {
    return this.#base.expectedCostPicoUsd;
  }

  get quality(): number {
    return this.#base.quality;
  }

  get qualityError(): number {
    return this.#base.qualityError;
  }

  get terms(): readonly ScoreTerm[] {
    const { text, place } = this.line;
    const detail = `preferred by "${text}" in the guide`;
    const term = { name: 'guide', value: 1, weight: preferredBonus, contribution: preferredBonus, detail } as const;
    return [...this.#base.terms, { ...term, source: place }];
  }
}
