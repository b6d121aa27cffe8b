import type { DataPolicy } from '@lattice-lock/catalog';
import type {
  DecisionRoute,
  HealthSource,
  ModelCatalog,
  ModelInfo,
  ModelRef,
  ScoreWeights,
  SelectionConstraints,
  SelectionPreset,
  TaskProfile,
} from '@lattice-lock/contract';
import type { ModelSignals } from '@lattice-lock/scoring';

/** What a caller's `model` means: choose by a preset, or this one. */
export type ResolvedTarget =
  { readonly mode: 'auto'; readonly preset: SelectionPreset } | { readonly mode: 'explicit'; readonly model: ModelRef };

/** A catalog that also knows names; the catalog package's `ModelRegistry` is one. */
export interface NamedModelCatalog extends ModelCatalog {
  /** Models of any provider with this bare id or alias. */
  find(nameOrAlias: string): readonly ModelInfo[];
  /** `provider/model` names close to this one, the closest first. */
  near(name: string, limit?: number): readonly string[];
  /** Where a model is served from and what is kept of a request; `undefined` where nothing is known. */
  dataPolicyOf?(ref: ModelRef): DataPolicy | undefined;
}

/** What a choice is made from. */
export interface SelectionInput {
  readonly profile: TaskProfile;
  /** As the caller wrote it; `auto` when he wrote nothing. */
  readonly requested: string;
  readonly target: ResolvedTarget;
  /** The caller's: they override the operator's and the preset's. */
  readonly weights?: Partial<ScoreWeights>;
  /** The operator's own: they override the preset's. */
  readonly operatorWeights?: Partial<ScoreWeights>;
  readonly constraints?: SelectionConstraints;
  /** The operator's own constraints. They hold beside the caller's, which can only narrow them. */
  readonly operatorConstraints?: SelectionConstraints;
  /** The semantic route that took the request; it counts where the caller named no model. */
  readonly route?: DecisionRoute;
  /** Models to try after a named one; `auto` makes its own chain. */
  readonly fallbacks?: readonly ModelRef[];
  /** The bound of the output the caller asked for. */
  readonly maxOutputTokens?: number;
  /** What is left to spend, in US dollars: a request that is expected to cost more is not made. */
  readonly budgetUsd?: number;
  /** Whether a provider has what it needs to be called. */
  isConfigured(provider: string): boolean;
  /** What to do before a provider can be called, e.g. what to set or install; named where one is not configured. */
  remedyFor?(provider: string): string | null;
  readonly health?: HealthSource;
  readonly signals?: ModelSignals;
  readonly requestId?: string;
  /** True when the simulator answers for the models. */
  readonly simulated?: boolean;
  /** How many models are tried at most. Default 3. */
  readonly chainLength?: number;
}
