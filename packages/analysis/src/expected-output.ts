import { maxExpectedOutputTokens, type TaskKind } from '@lattice-lock/contract';

/** How long answers are, in tokens: a start, and a share of the task's own tokens. */
interface AnswerLength {
  readonly base: number;
  readonly perTaskToken: number;
  readonly most: number;
}

/** Typical answers by kind, without a model's thinking. Source: `assumption`. */
const answerLengths: Readonly<Record<TaskKind, AnswerLength>> = Object.freeze({
  code: { base: 700, perTaskToken: 0.5, most: 4000 },
  math: { base: 500, perTaskToken: 0.5, most: 2000 },
  reasoning: { base: 500, perTaskToken: 0.5, most: 2000 },
  qa: { base: 300, perTaskToken: 0.2, most: 1000 },
  creative: { base: 800, perTaskToken: 0.5, most: 3000 },
  summarization: { base: 150, perTaskToken: 0.1, most: 1500 },
  extraction: { base: 100, perTaskToken: 0.1, most: 2000 },
  classification: { base: 30, perTaskToken: 0, most: 30 },
  translation: { base: 20, perTaskToken: 1.1, most: 16_000 },
  tool: { base: 150, perTaskToken: 0.1, most: 600 },
});

/**
 * Expected tokens of the answer. A harder task gets up to half again as much, an easier one down to half (`assumption`);
 * the caller's own bound caps it.
 */
export function expectedOutputTokens(
  kind: TaskKind,
  difficulty: number,
  taskTokens: number,
  maxOutputTokens: number | undefined,
): number {
  const { base, perTaskToken, most } = answerLengths[kind];
  const typical = Math.min(most, base + perTaskToken * taskTokens);
  const expected = Math.max(1, Math.round(typical * (0.5 + difficulty)));
  return Math.min(expected, maxOutputTokens ?? maxExpectedOutputTokens);
}
