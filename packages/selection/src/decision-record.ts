import {
  roundPicoToNano,
  usdFromNano,
  type CandidateExplanation,
  type Decision,
  type ModelRef,
} from '@lattice-lock/contract';
import type { ScoredModel } from '@lattice-lock/scoring';
import { filterReason } from './filter-reasons.ts';
import type { FilteredCandidate } from './no-candidate-error.ts';
import type { FilterContext } from './selection-filters.ts';

/** What a choice found, in numbers. */
export interface SelectionOutcome {
  /** The best first. */
  readonly ranked: readonly ScoredModel[];
  readonly filtered: readonly FilteredCandidate[];
  readonly context: FilterContext;
}

/**
 * A decision whose explanation is written when it is first read: choosing takes numbers, explaining 400 models takes texts
 * that most requests never look at. `candidates` is enumerable, so `JSON.stringify` and spreads see it.
 */
export function createDecision(facts: Omit<Decision, 'candidates'>, outcome: SelectionOutcome): Decision {
  let candidates: readonly CandidateExplanation[] | undefined;
  return Object.defineProperty({ ...facts }, 'candidates', {
    enumerable: true,
    configurable: true,
    get: () => (candidates ??= explainCandidates(outcome)),
  }) as Decision;
}

function explainCandidates({ ranked, filtered, context }: SelectionOutcome): readonly CandidateExplanation[] {
  const scored = ranked.map((one, index): CandidateExplanation => {
    const cost = one.expectedCostPicoUsd;
    return {
      model: refOf(one),
      status: 'ranked',
      rank: index + 1,
      score: one.score,
      terms: one.terms,
      expectedCostUsd: cost === null ? null : usdFromNano(roundPicoToNano(cost)),
    };
  });
  const out = filtered.map(({ candidate, filter, price }): CandidateExplanation => ({
    model: candidate.ref,
    status: 'filtered',
    filter,
    reason: filterReason(filter, candidate, context, price),
  }));
  return [...scored, ...out];
}

function refOf({ model }: ScoredModel): ModelRef {
  return { provider: model.provider, model: model.model };
}
