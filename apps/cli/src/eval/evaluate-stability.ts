import type { BatchAnswer } from '../router/batch-router.ts';
import type { StabilityReport } from './evaluation-report.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { promptChanges } from './prompt-changes.ts';
import { routeRows, type EvaluatedRouter, type RoutedRows } from './routed-set.ts';
import { seededRandom } from './seeded-random.ts';

/** How often the router decides as before when a prompt is changed in ways that change nothing of what is asked. */
export function evaluateStability(
  set: EvaluationSet,
  routed: RoutedRows,
  router: EvaluatedRouter,
  seed: number,
): readonly StabilityReport[] {
  return promptChanges.map(({ name, apply }) => {
    const random = seededRandom(seed);
    const rows = set.rows.map((row) => ({ ...row, prompt: apply(row.prompt, random) }));
    const changed = [...routeRows({ ...set, rows }, [], router, () => undefined).values()];
    const before = [...routed.values()];
    const share = (isCounted: (answer: BatchAnswer) => boolean, value: (answer: BatchAnswer) => string | undefined) => {
      const counted = before.flatMap((answer, at) =>
        isCounted(answer) ? [value(answer) === value(changed[at] ?? answer)] : [],
      );
      return counted.length === 0 ? null : counted.filter(Boolean).length / counted.length;
    };
    return {
      change: name,
      sameModel: share(hasChoice, ({ ranking }) => ranking[0]),
      sameTask:
        share(
          () => true,
          ({ task }) => task,
        ) ?? 1,
      sameDomain:
        share(
          () => true,
          ({ domain }) => domain,
        ) ?? 1,
    };
  });
}

/** Whether the router preferred one of several models. */
function hasChoice({ ranking, q }: BatchAnswer): boolean {
  const [first = '', second] = ranking;
  return second !== undefined && q[first] !== q[second];
}
