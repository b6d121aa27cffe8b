import type { TaskKind } from '@lattice-lock/contract';
import type { Interval } from './cluster-bootstrap.ts';
import type { PairMetrics } from './pair-metrics.ts';

/** What a router is compared with. */
export const baselineNames = ['random', 'length', 'category', 'best-single', 'cheapest', 'oracle'] as const;

/** One of {@link baselineNames}. */
export type BaselineName = (typeof baselineNames)[number];

/** Who chose: a baseline, or `router`, the one under test. */
export type JudgeName = BaselineName | 'router';

/** A difference with its 95 % interval, paired: both sides were measured on the same draws. */
export interface Difference {
  readonly value: number;
  readonly interval: Interval | null;
}

/** How one judge shared the prompts of a pair out. */
export interface PairResult extends PairMetrics {
  readonly judge: JudgeName;
  /** Of APGR. */
  readonly interval: Interval | null;
  /** APGR less that of prompt length. */
  readonly overLength: Difference | null;
  /** The mean score when 0, 1, ... 100 % of the prompts go to the strong model. */
  readonly curve: readonly number[];
}

/** A pair of models. */
export interface PairReport {
  readonly strong: string;
  readonly weak: string;
  readonly rows: number;
  readonly strongQuality: number;
  readonly weakQuality: number;
  readonly results: readonly PairResult[];
}

/** A mean cost in US dollars a prompt, `null` where unknown, and the mean score for it. */
export interface CostQuality {
  readonly cost: number | null;
  readonly quality: number;
}

/** How one judge chose from a pool. */
export interface PoolResult extends CostQuality {
  readonly judge: JudgeName;
  /** Of quality. */
  readonly interval: Interval | null;
  /** Quality less that of the best single model. */
  readonly overBestSingle: Difference;
  /** How much of the gap between the best single model and the best for every prompt is closed; `null` where there is none. */
  readonly gapClosed: number | null;
  /** Average improvement in quality, RouterBench (arXiv:2403.12031, section 3.2); `null` without costs or for a single choice. */
  readonly aiq: number | null;
  readonly aiqInterval: Interval | null;
  /** The share of the best single model's cost at which its quality is reached; `null`: it is not, or there are no costs. */
  readonly costAtBestSingle: number | null;
  /** What it reaches as cost counts more and more. */
  readonly points: readonly CostQuality[];
}

/** A model of a pool, alone. */
export interface PoolModel extends CostQuality {
  readonly model: string;
}

/** A pool of models. */
export interface PoolReport {
  readonly rows: number;
  readonly models: readonly PoolModel[];
  readonly bestSingle: string;
  readonly oracleQuality: number;
  /** AIQ of the hull of the single models, which mixes them without looking at the prompt; `null` without costs. */
  readonly zeroRouterAiq: number | null;
  readonly results: readonly PoolResult[];
}

/** How well tasks were told. */
export interface TaskReport {
  readonly rows: number;
  readonly accuracy: number;
  readonly accuracyInterval: Interval | null;
  /** The mean over the kinds that occur of the harmonic mean of precision and recall. */
  readonly macroF1: number;
  readonly macroF1Interval: Interval | null;
  /** The share of the most frequent kind: what one gets by saying it always. */
  readonly majority: number;
  /** By source of the rows. */
  readonly sources: readonly { readonly source: string; readonly rows: number; readonly accuracy: number }[];
  /** How often a label (first key) was taken for a kind (second). */
  readonly confusion: Readonly<Partial<Record<TaskKind, Readonly<Partial<Record<string, number>>>>>>;
}

/** How often the field of knowledge was told. */
export interface DomainReport {
  readonly rows: number;
  readonly accuracy: number;
  readonly accuracyInterval: Interval | null;
}

/** How often the router decided as before after a change of the prompts that changes nothing of what is asked; shares. */
export interface StabilityReport {
  readonly change: string;
  /** The same best model, of the prompts for which one was preferred to the next; `null` where there were none. */
  readonly sameModel: number | null;
  readonly sameTask: number;
  readonly sameDomain: number;
}

/** Everything measured on one set. */
export interface SetReport {
  readonly set: string;
  readonly rows: number;
  readonly clusters: number;
  /** Outcomes follow from judgements and were not measured. */
  readonly judged: boolean;
  readonly pairs: readonly PairReport[];
  readonly pools: readonly PoolReport[];
  readonly tasks: TaskReport | null;
  readonly domains: DomainReport | null;
  /** By change; `null` unless asked for. */
  readonly stability: readonly StabilityReport[] | null;
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/** A bound that was asked for, with the lowest value that was measured of it. */
export interface BoundReport {
  readonly metric: string;
  readonly atLeast: number;
  /** `null`: no set has it. */
  readonly measured: number | null;
  /** Where that was measured. */
  readonly place: string;
  readonly met: boolean;
}

/** One run of `lattice eval`. The same rows, router, catalog and seed give the same report. */
export interface EvaluationReport {
  readonly tool: string;
  readonly router: string;
  readonly seed: number;
  readonly draws: number;
  readonly sets: readonly SetReport[];
  readonly bounds: readonly BoundReport[];
}
