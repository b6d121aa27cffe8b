import { taskKinds, type TaskEvidence, type TaskKind } from '@lattice-lock/contract';

/**
 * Divides the log-odds before they become shares, so that a share says how often the kind is right.
 * Source: fitted by tools/check-task-kinds.mjs (least log loss on the labelled train prompts, sources weighted equally).
 */
const temperature = 1;

/** Shares of the kinds that add up to 1: the softmax of prior and evidence. */
export function kindShares(
  prior: Readonly<Partial<Record<TaskKind, number>>>,
  evidence: readonly TaskEvidence[],
): Readonly<Record<TaskKind, number>> {
  const odds = new Map<TaskKind, number>(taskKinds.map((kind) => [kind, prior[kind] ?? 0]));
  for (const { kind, weight } of evidence) {
    if (kind !== 'difficulty') odds.set(kind, (odds.get(kind) ?? 0) + weight);
  }
  const highest = Math.max(...odds.values());
  const raw = taskKinds.map((kind) => Math.exp(((odds.get(kind) ?? 0) - highest) / temperature));
  const sum = raw.reduce((total, value) => total + value, 0);
  return Object.fromEntries(taskKinds.map((kind, index) => [kind, (raw[index] ?? 0) / sum])) as Record<
    TaskKind,
    number
  >;
}

/** The kind with the largest share; among equals the first in the order of `taskKinds`. */
export function likeliestKind(kinds: Readonly<Record<TaskKind, number>>): TaskKind {
  return taskKinds.reduce((best, kind) => (kinds[kind] > kinds[best] ? kind : best));
}
