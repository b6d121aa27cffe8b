import type { BatchAnswer } from '../router/batch-router.ts';
import type { BatchRequest, ModelPair } from '../router/batch-request.ts';
import type { EvaluationRow } from './evaluation-row.ts';
import type { EvaluationSet } from './evaluation-set.ts';

/** The router under test. */
export interface EvaluatedRouter {
  answer(request: BatchRequest): BatchAnswer;
}

/** What the router under test said of every row of a set. */
export type RoutedRows = ReadonlyMap<EvaluationRow, BatchAnswer>;

/** Asks the router about every row. `onRow` is called after each. */
export function routeRows(
  set: EvaluationSet,
  pairs: readonly ModelPair[],
  router: EvaluatedRouter,
  onRow: () => void,
): RoutedRows {
  const answers = new Map<EvaluationRow, BatchAnswer>();
  for (const row of set.rows) {
    const { id, prompt, history, tools, outcomes } = row;
    const asked = pairs.filter(({ strong, weak }) => outcomes[strong] !== undefined && outcomes[weak] !== undefined);
    answers.set(row, router.answer({ id, prompt, history, tools, models: Object.keys(outcomes), pairs: asked }));
    onRow();
  }
  return answers;
}
