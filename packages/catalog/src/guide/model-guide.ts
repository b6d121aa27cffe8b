import type { ModelRef, TaskKind } from '@lattice-lock/contract';

/** Models a line of a guide speaks of. */
export interface GuideModels {
  /** As it is written in the guide. */
  readonly text: string;
  /** What it means, for a {@link ModelPatternSet}: names, ids and globs in lower case. */
  readonly patterns: readonly string[];
  /** `file:line:column`. */
  readonly place: string;
  /** The words behind the name; `null` where there are none. */
  readonly reason: string | null;
}

/** The models to take for one kind of task, the first that can take the request. */
export interface GuidePicks {
  readonly task: TaskKind;
  readonly models: readonly GuideModels[];
  readonly place: string;
}

/** A single model that follows in a chain. */
export interface GuideStep extends GuideModels {
  readonly model: ModelRef;
}

/** What follows a model when it fails. */
export interface GuideChain {
  /** The model that is followed; may be a glob. */
  readonly head: GuideModels;
  /** Single models, in the order they are tried. */
  readonly next: readonly GuideStep[];
  readonly place: string;
}

/** The most that a request may be expected to cost. */
export interface GuideCeiling {
  /** `null`: every request. */
  readonly task: TaskKind | null;
  readonly maxCostUsd: number;
  /** As it is written in the guide. */
  readonly text: string;
  readonly place: string;
}

/** What a team has written down about its models; {@link ModelGuideParser} reads it. Serialisable. */
export interface ModelGuide {
  /** The file's name as it was given. */
  readonly file: string;
  /** Never called, by any path. */
  readonly blocked: readonly GuideModels[];
  /** Taken before others that are about as good. */
  readonly preferred: readonly GuideModels[];
  readonly tasks: readonly GuidePicks[];
  readonly chains: readonly GuideChain[];
  readonly ceilings: readonly GuideCeiling[];
}
