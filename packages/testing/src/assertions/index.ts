// Assertions for answers that are worded differently every time.
export {
  assertContains,
  assertJson,
  assertLength,
  assertMatches,
  type LengthBounds,
  type LengthLimits,
} from './text-assertions.ts';

// Criteria that take a judge.
export {
  assertJudged,
  createModelJudge,
  type Judge,
  type JudgedAnswer,
  type ModelJudgeOptions,
  type Verdict,
} from './judge.ts';
export { schemaMismatches, type SchemaMismatch } from './schema-mismatches.ts';
