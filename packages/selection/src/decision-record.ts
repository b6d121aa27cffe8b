import {
  roundPicoToNano,
  usdFromNano,
  type CandidateExplanation,
  type Decision,
  type ModelRef,
  type PredictedQuality,
} from '@lattice-lock/contract';
import type { ScoredModel } from '@lattice-lock/scoring';
import { filterReason, hasFixedReason } from './filter-reasons.ts';
import type { FilteredCandidate } from './no-candidate-error.ts';
import type { FilterContext } from './selection-filters.ts';
import { explainFiltered } from './selection-candidate.ts';
import type { SelectionInput } from './selection-input.ts';

/** What a choice found, in numbers. */
export interface SelectionOutcome {
  /** The best first. */
  readonly ranked: readonly ScoredModel[];
  readonly filtered: readonly FilteredCandidate[];
  readonly context: FilterContext;
}

/** Where a decision came from: what it was made for, what was found, and the explanation once someone has read it. */
export class DecisionOrigin {
  readonly input: SelectionInput;
  readonly outcome: SelectionOutcome;
  #candidates: readonly CandidateExplanation[] | undefined;

  constructor(input: SelectionInput, outcome: SelectionOutcome) {
    this.input = input;
    this.outcome = outcome;
  }

  /** The explanation, written when it is first read. */
  get candidates(): readonly CandidateExplanation[] {
    return (this.#candidates ??= explainCandidates(this.outcome));
  }
}

/** Carries the origin with the decision, unseen by JSON; a WeakMap of them all would cost the collector more. */
const originKey = Symbol('origin');

type WithOrigin = Decision & { readonly [originKey]?: DecisionOrigin };

/**
 * One getter for all decisions: with a closure for each, every decision got a shape of its own, which only the slow
 * collector takes away.
 */
const candidatesProperty: PropertyDescriptor = Object.freeze({
  enumerable: true,
  configurable: true,
  get(this: WithOrigin): readonly CandidateExplanation[] {
    return this[originKey]?.candidates ?? [];
  },
});

/**
 * A decision whose explanation is written when it is first read: choosing takes numbers, explaining 400 models takes texts
 * that most requests never look at. `candidates` is enumerable, so `JSON.stringify` and spreads see it.
 */
export function createDecision(facts: Omit<Decision, 'candidates'>, origin: DecisionOrigin): Decision {
  const decision = Object.defineProperty({ ...facts }, originKey, { value: origin });
  return Object.defineProperty(decision, 'candidates', candidatesProperty) as Decision;
}

/** The origin of a decision of this process; none of one that was stored and read back. */
export function originOf(decision: WithOrigin): DecisionOrigin | undefined {
  return decision[originKey];
}

function explainCandidates({ ranked, filtered, context }: SelectionOutcome): readonly CandidateExplanation[] {
  const explained = ranked.map((one, index): CandidateExplanation => {
    const cost = one.expectedCostPicoUsd;
    const explanation = {
      model: refOf(one),
      status: 'ranked' as const,
      rank: index + 1,
      score: one.score,
      terms: one.terms,
      expectedCostUsd: cost === null ? null : usdFromNano(roundPicoToNano(cost)),
    };
    const quality = context.askedQuality(one.model);
    return quality === null ? explanation : { ...explanation, quality: plainQuality(quality) };
  });
  for (const { candidate, filter, price } of filtered) {
    const last = candidate.lastFiltered;
    explained.push(
      last?.filter === filter && hasFixedReason(filter)
        ? last
        : explainFiltered(candidate, filter, filterReason(filter, candidate, context, price)),
    );
  }
  return explained;
}

function plainQuality({ value, error, source }: PredictedQuality): PredictedQuality {
  return { value, error, source };
}

function refOf({ model }: ScoredModel): ModelRef {
  return { provider: model.provider, model: model.model };
}
