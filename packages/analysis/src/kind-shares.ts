import { taskKinds, type TaskEvidence, type TaskKind } from '@lattice-lock/contract';
import { softmax } from './hashed-classifier.ts';

const indexOfKind = new Map<string, number>(taskKinds.map((kind, index) => [kind, index]));

/** The log-odds of the kinds in the order of `taskKinds`: prior and evidence added up. */
export function kindLogOdds(
  prior: Readonly<Partial<Record<TaskKind, number>>>,
  evidence: readonly TaskEvidence[],
): readonly number[] {
  const odds = taskKinds.map((kind) => prior[kind] ?? 0);
  for (const { kind, weight } of evidence) {
    const index = indexOfKind.get(kind);
    if (index !== undefined) odds[index] = (odds[index] ?? 0) + weight;
  }
  return odds;
}

/** A copy of it has its final shape at once, which is quicker than adding the kinds one by one. */
const noShares = Object.fromEntries(taskKinds.map((kind) => [kind, 0])) as Record<TaskKind, number>;

/** Shares of the kinds that add up to 1: log-odds divided by a temperature, so that a share says how often the kind is right. */
export function kindShares(odds: readonly number[], temperature: number): Readonly<Record<TaskKind, number>> {
  const shares = softmax(odds, temperature);
  const kinds = { ...noShares };
  for (let index = 0; index < taskKinds.length; index += 1) kinds[taskKinds[index] ?? 'qa'] = shares[index] ?? 0;
  return kinds;
}

/** The kind with the largest share; among equals the first in the order of `taskKinds`. */
export function likeliestKind(kinds: Readonly<Record<TaskKind, number>>): TaskKind {
  return taskKinds.reduce((best, kind) => (kinds[kind] > kinds[best] ? kind : best));
}
