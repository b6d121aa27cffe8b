import type { ModelRef } from './model-info.ts';
import type { AttemptRecord } from './run.ts';
import type { TaskProfile } from './task-profile.ts';

/** Ready-made weights of the score's terms. */
export type SelectionPreset = 'balanced' | 'cheap' | 'best' | 'fast';

/** How much each term of the score counts; they are normalised to add up to 1. */
export interface ScoreWeights {
  readonly fit: number;
  readonly cost: number;
  readonly latency: number;
  readonly reliability: number;
}

/** What a choice must respect. Hard: a model that breaks one is never called, by any path. */
export interface SelectionConstraints {
  /** `provider/model`, `provider/*` or a model id: only these. */
  readonly allow?: readonly string[];
  /** `provider/model`, `provider/*` or a model id: never these. */
  readonly deny?: readonly string[];
  /** Upper bound of the expected cost of this request, in US dollars. */
  readonly maxCostUsd?: number;
  /** Upper bound of the output asked for; counted against the context. */
  readonly maxOutputTokens?: number;
  /** Deprecated models are out unless this is true. */
  readonly allowDeprecated?: boolean;
}

/** Why a candidate was out. */
export type FilterName =
  | 'not-allowed'
  | 'denied'
  | 'provider-not-configured'
  | 'provider-unhealthy'
  | 'deprecated'
  | 'output-not-text'
  | 'needs-vision'
  | 'needs-files'
  | 'needs-tools'
  | 'needs-structured-output'
  | 'context-too-small'
  | 'output-too-small'
  | 'price-unknown'
  | 'too-expensive';

/** One term of a score. `contribution` = `weight` x `value`; the contributions add up to the score. */
export interface ScoreTerm {
  readonly name: keyof ScoreWeights;
  /** 0 (worst) to 1 (best). */
  readonly value: number;
  /** The normalised weight. */
  readonly weight: number;
  readonly contribution: number;
  /** The figure behind the value in its own unit, e.g. `$0.0021 expected`. */
  readonly detail: string;
  /** Where the figure comes from: a citation, a fitting script, or `assumption`. */
  readonly source: string;
}

/** One model that was looked at: out by a filter, or ranked by a score. */
export type CandidateExplanation =
  | {
      readonly model: ModelRef;
      readonly status: 'filtered';
      readonly filter: FilterName;
      /** In words, with the figures. */
      readonly reason: string;
    }
  | {
      readonly model: ModelRef;
      readonly status: 'ranked';
      /** 1 is the best. */
      readonly rank: number;
      readonly score: number;
      readonly terms: readonly ScoreTerm[];
      /** US dollars as a decimal text; `null` when the price is unknown. */
      readonly expectedCostUsd: string | null;
    };

/** A choice and all that led to it. Serialisable; stored with the request. */
export interface Decision {
  readonly id: string;
  readonly requestId: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  /** What the caller asked for: `auto`, `auto:cheap`, an alias or `provider/model`. */
  readonly requested: string;
  /** `explicit`: the caller named the model; `selected`: we chose. */
  readonly mode: 'explicit' | 'selected';
  readonly preset: SelectionPreset;
  readonly weights: ScoreWeights;
  readonly profile: TaskProfile;
  readonly chosen: ModelRef;
  /** The chosen model and its fallbacks, in the order they are tried. */
  readonly chain: readonly ModelRef[];
  /** Every candidate of the catalog. */
  readonly candidates: readonly CandidateExplanation[];
  /** Score of the chosen minus score of the runner-up; `null` without a runner-up. */
  readonly margin: number | null;
  /** True when the simulator answers for the models of this decision. */
  readonly simulated: boolean;
  /** What was tried on the strength of this decision; empty until the run is over. */
  readonly attempts: readonly AttemptRecord[];
}
