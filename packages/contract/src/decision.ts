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

/** Where a request may be served from and what may be kept of it. */
export interface DataConstraints {
  /** Every region that may serve the model must be one of these, e.g. `eu` or `eu-west-1`; `eu` covers `eu-west-1`. */
  readonly allowRegions?: readonly string[];
  /** No region that may serve the model may be one of these. */
  readonly denyRegions?: readonly string[];
  /** For how many days inputs and outputs may be kept; 0 means not at all. */
  readonly maxRetentionDays?: number;
  /** False: never where inputs or outputs may train models. */
  readonly allowTraining?: boolean;
  /** What to do where it is not known of a model. Default `refuse`. */
  readonly unknown?: 'refuse' | 'allow';
}

/** What a choice must respect. Hard: a model that breaks one is never called, by any path. */
export interface SelectionConstraints {
  /** `provider/model`, a model id or a glob such as `provider/*`: only these. */
  readonly allow?: readonly string[];
  /** `provider/model`, a model id or a glob such as `provider/*`: never these. */
  readonly deny?: readonly string[];
  /** Upper bound of the expected cost of this request, in US dollars. */
  readonly maxCostUsd?: number;
  /** Upper bound of the output asked for; counted against the context. */
  readonly maxOutputTokens?: number;
  /** Deprecated models are out unless this is true. */
  readonly allowDeprecated?: boolean;
  /** Lower bound of the quality predicted for this request, 0 to 1. */
  readonly minQuality?: number;
  readonly data?: DataConstraints;
}

/** Why a candidate was out. */
export type FilterName =
  | 'not-allowed'
  | 'denied'
  | 'blocked'
  | 'provider-not-configured'
  | 'provider-unhealthy'
  | 'deprecated'
  | 'region-not-allowed'
  | 'data-retained'
  | 'data-policy-unknown'
  | 'output-not-text'
  | 'needs-vision'
  | 'needs-files'
  | 'needs-tools'
  | 'needs-structured-output'
  | 'context-too-small'
  | 'output-too-small'
  | 'price-unknown'
  | 'too-expensive'
  | 'over-budget'
  | 'quality-too-low';

/** One term of a score. `contribution` = `weight` x `value`; the contributions add up to the score. */
export interface ScoreTerm {
  /** A term of the weights, or `guide`: what the team's guide adds to a model that it prefers. */
  readonly name: keyof ScoreWeights | 'guide';
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

/** The quality predicted for a model and a request. */
export interface PredictedQuality {
  /** 0 to 1. */
  readonly value: number;
  /** The standard error of the value; `null` when it is not known. */
  readonly error: number | null;
  /** Where the figure comes from, as with {@link ScoreTerm}. */
  readonly source: string;
}

/** A line of the team's guide that had a part in a decision. */
export interface GuideMark {
  readonly rule: 'pick' | 'preferred' | 'chain' | 'ceiling';
  /** `file:line:column`. */
  readonly place: string;
  /** What the line says of the model, as it is written. */
  readonly text: string;
}

/** What a semantic route does with a request that it takes. */
export interface RouteAction {
  /** Taken first where it passes every filter, whatever its score; the others follow it. */
  readonly model?: ModelRef;
  /** The weights, where the caller named no preset. */
  readonly preset?: SelectionPreset;
  /** Hold beside those of the operator and of the caller, which they can only narrow. */
  readonly constraints?: SelectionConstraints;
}

/** The semantic route that took a request: an example of it is near enough to what was asked. */
export interface DecisionRoute {
  readonly name: string;
  /** `file:line:column` of the route. */
  readonly place: string;
  /** How near the request is to the nearest example, 0 to 1. */
  readonly score: number;
  /** The score from which on the route takes a request. */
  readonly threshold: number;
  /** The nearest example, as it is written. */
  readonly example: string;
  /** What measured the nearness: `local`, or `provider/model` of an embedding model. */
  readonly embedder: string;
  readonly action: RouteAction;
}

/** What a decision was made from beside its profile: with it the decision can be made again. */
export interface DecisionBasis {
  /** The caller's. */
  readonly constraints?: SelectionConstraints;
  readonly operatorConstraints?: SelectionConstraints;
  /** What overrode the preset's weights. */
  readonly weights?: Partial<ScoreWeights>;
  readonly fallbacks?: readonly ModelRef[];
  readonly maxOutputTokens?: number;
  /** What was left to spend, in US dollars. */
  readonly budgetUsd?: number;
  readonly chainLength?: number;
  /** The quality predicted of those that a bound of quality removed, by `provider/model`: what is learned goes on. */
  readonly qualities?: Readonly<Record<string, number>>;
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
      /** Absent where it was not asked for. */
      readonly quality?: PredictedQuality;
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
  /** Score of the chosen minus that of the next best; below 0 where the guide decided; `null` without a runner-up. */
  readonly margin: number | null;
  /** True when the simulator answers for the models of this decision. */
  readonly simulated: boolean;
  /** What was tried on the strength of this decision; empty until the run is over. */
  readonly attempts: readonly AttemptRecord[];
  /** Absent in decisions of before there was one: they cannot be made again exactly. */
  readonly basis?: DecisionBasis;
  /** The lines of the team's guide that decided; absent where none did. */
  readonly guide?: readonly GuideMark[];
  /** The semantic route that took the request; absent where none did. */
  readonly route?: DecisionRoute;
}
