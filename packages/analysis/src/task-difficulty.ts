import { taskKinds, type TaskEvidence, type TaskKind } from '@lattice-lock/contract';

/** How hard a task of a kind is before anything else is known. Source: `assumption`. */
const baseDifficulty: Readonly<Record<TaskKind, number>> = Object.freeze({
  code: 0.45,
  math: 0.4,
  reasoning: 0.5,
  qa: 0.25,
  creative: 0.35,
  summarization: 0.25,
  extraction: 0.25,
  classification: 0.2,
  translation: 0.25,
  tool: 0.35,
});

/** 0 (trivial) to 1 (expert): the mean of the kinds' bases by their shares, and what speaks for hard or easy. */
export function taskDifficulty(kinds: Readonly<Record<TaskKind, number>>, evidence: readonly TaskEvidence[]): number {
  let difficulty = taskKinds.reduce((sum, kind) => sum + kinds[kind] * baseDifficulty[kind], 0);
  for (const { kind, weight } of evidence) if (kind === 'difficulty') difficulty += weight;
  return Math.min(1, Math.max(0, difficulty));
}

/** So many words say enough to judge by. Source: `assumption`. */
const enoughWords = 30;

/**
 * 0 (a guess) to 1: how far the difficulty rests on what was seen. It is the product of how sure the kind is, how much text
 * there is, and (for half of it) how sure the domain is. It orders requests; it is no probability (`assumption`).
 */
export function difficultyConfidence(kindShare: number, domainShare: number, words: number): number {
  return kindShare * (words / (words + enoughWords)) * (0.5 + 0.5 * domainShare);
}
