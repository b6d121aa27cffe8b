import {
  ModelPatternSet,
  type GuideCeiling,
  type GuideChain,
  type GuideModels,
  type ModelGuide,
} from '@lattice-lock/catalog';
import type { GuideMark, TaskKind, TaskProfile } from '@lattice-lock/contract';

/**
 * What a preferred model is given on top of its score: it goes before a model that is better by less than this, and behind
 * one that is better by more. Source: `assumption`.
 */
export const preferredBonus = 0.05;

/** A line of the guide with its patterns made ready. */
interface Line {
  readonly models: GuideModels;
  readonly patterns: ModelPatternSet;
}

/** The models of a task's picks, each with the line that names it. */
export type TaskPicks = readonly Line[];

/** A team's guide made ready for selection. */
export class GuideRules {
  readonly guide: ModelGuide | undefined;
  readonly hasPreferred: boolean;
  readonly #blocked: readonly Line[];
  readonly #preferred: readonly Line[];
  readonly #picks: ReadonlyMap<TaskKind, TaskPicks>;
  readonly #chains: readonly { readonly chain: GuideChain; readonly head: ModelPatternSet }[];

  constructor(guide: ModelGuide | undefined) {
    this.guide = guide;
    this.#blocked = (guide?.blocked ?? []).map(lineOf);
    this.#preferred = (guide?.preferred ?? []).map(lineOf);
    this.hasPreferred = this.#preferred.length > 0;
    this.#picks = new Map((guide?.tasks ?? []).map(({ task, models }) => [task, models.map(lineOf)]));
    this.#chains = (guide?.chains ?? []).map((chain) => ({ chain, head: new ModelPatternSet(chain.head.patterns) }));
  }

  /** The line that blocks the model with these spellings. */
  blocks(spellings: readonly string[]): GuideModels | null {
    return lineFor(this.#blocked, spellings);
  }

  /** The line that prefers it. */
  prefers(spellings: readonly string[]): GuideModels | null {
    return lineFor(this.#preferred, spellings);
  }

  /** The lines that say what to take for a kind of task, the first choice first; none where the guide says nothing. */
  picksOf(task: TaskKind): TaskPicks {
    return this.#picks.get(task) ?? [];
  }

  /** What follows the model with these spellings; a chain of its own name goes before one of a glob. */
  chainAfter(spellings: readonly string[]): GuideChain | undefined {
    const found = this.#chains.filter(({ head }) => head.has(spellings));
    return (found.find(({ chain }) => !chain.head.text.includes('*')) ?? found[0])?.chain;
  }

  /** The tightest ceiling of a task. */
  ceilingOf(profile: Pick<TaskProfile, 'kind'>): GuideCeiling | undefined {
    let tightest: GuideCeiling | undefined;
    for (const ceiling of this.guide?.ceilings ?? []) {
      if (ceiling.task !== null && ceiling.task !== profile.kind) continue;
      if (tightest === undefined || ceiling.maxCostUsd < tightest.maxCostUsd) tightest = ceiling;
    }
    return tightest;
  }
}

/** A line as decisions show it. */
export function markOf(rule: GuideMark['rule'], { place, text }: { place: string; text: string }): GuideMark {
  return { rule, place, text };
}

function lineOf(models: GuideModels): Line {
  return { models, patterns: new ModelPatternSet(models.patterns) };
}

function lineFor(lines: readonly Line[], spellings: readonly string[]): GuideModels | null {
  for (const { models, patterns } of lines) if (patterns.has(spellings)) return models;
  return null;
}
