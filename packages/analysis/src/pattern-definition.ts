import { taskKinds, type TaskKind } from '@lattice-lock/contract';

/** What a pattern speaks for. */
export type PatternKind = TaskKind | 'difficulty';

/** One pattern: phrases or a regular expression, and what a match is worth. */
export interface PatternDefinition {
  readonly id: string;
  readonly kind: PatternKind;
  /** Log-odds for a task kind (-10 to 10), an addition for the difficulty (-1 to 1). */
  readonly weight: number;
  readonly phrases: readonly string[];
  /** The phrases are names: a word that is nearly one of them is rather another word than a slip. */
  readonly areNames: boolean;
  readonly regex: { readonly source: string; readonly flags: string } | null;
}

/** What a counted feature of the text is worth. */
export interface StructureWeight {
  readonly id: string;
  readonly kind: PatternKind;
  readonly weight: number;
}

/** A pattern file that was read and found well-formed. */
export interface PatternDocument {
  readonly prior: Readonly<Partial<Record<TaskKind, number>>>;
  readonly patterns: readonly PatternDefinition[];
  readonly structure: readonly StructureWeight[];
}

/** Every kind a pattern may name. */
export const patternKinds: readonly PatternKind[] = [...taskKinds, 'difficulty'];

/** The largest weight a pattern may carry, by what it speaks for. */
export function largestWeight(kind: PatternKind): number {
  return kind === 'difficulty' ? 1 : 10;
}

/**
 * Patterns of a user laid over the shipped ones: a pattern with the id of a shipped one takes its place, others are added;
 * priors and structure weights are replaced one by one.
 */
export function mergePatternDocuments(base: PatternDocument, over: PatternDocument): PatternDocument {
  return {
    prior: { ...base.prior, ...over.prior },
    patterns: replaceById(base.patterns, over.patterns),
    structure: replaceById(base.structure, over.structure),
  };
}

function replaceById<T extends { readonly id: string }>(base: readonly T[], over: readonly T[]): readonly T[] {
  const byId = new Map(base.map((one) => [one.id, one]));
  for (const one of over) byId.set(one.id, one);
  return [...byId.values()];
}
