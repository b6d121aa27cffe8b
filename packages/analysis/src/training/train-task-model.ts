import { LearnedTask } from '../learned-task.ts';
import type { TaskModel } from '../task-model.ts';
import { learnDifficulty } from './learn-difficulty.ts';
import { learnDomains } from './learn-domains.ts';
import { learnKinds } from './learn-kinds.ts';
import { readTrainingText, type TaskTrainingRow } from './training-text.ts';

/** Options of {@link trainTaskModel}. */
export interface TaskTrainingOptions {
  /** Seed of the shuffles: equal rows and seed give an equal model. Default 1. */
  readonly seed?: number;
  /** Called after every step with the share done (0 to 1) and what was done. */
  readonly onProgress?: (done: number, step: string) => void;
  /** Written into the model: where the rows come from. */
  readonly provenance?: Readonly<Record<string, string | number>>;
}

/**
 * Learns kinds, domains and difficulty. Rows of all files may be handed over together; what no row teaches is left out of
 * the model. Synchronous: some ten seconds for 15,000 rows.
 */
export function trainTaskModel(rows: readonly TaskTrainingRow[], options: TaskTrainingOptions = {}): TaskModel {
  const seed = options.seed ?? 1;
  const progress = options.onProgress ?? (() => undefined);
  const texts = rows.map(readTrainingText);
  progress(0.1, `${rows.length} texts read`);
  const domains = learnDomains(texts, seed);
  progress(0.6, 'domains learnt');
  const kinds = learnKinds(texts, seed);
  progress(0.9, 'task kinds learnt');
  const model: TaskModel = {
    version: 1,
    provenance: {
      rows: rows.length,
      ...(domains?.heldOutAccuracy && { domainAccuracyOnOtherSets: rounded(domains.heldOutAccuracy) }),
      ...(kinds?.heldOutAccuracy && { kindAccuracyOnOtherSources: rounded(kinds.heldOutAccuracy) }),
      ...options.provenance,
    },
    ...(kinds !== null && { kinds: kinds.data }),
    kindTemperature: kinds?.temperature ?? 1,
    ...(domains !== null && { domains: domains.data }),
    domainTemperature: domains?.temperature ?? 1,
  };
  const learned = new LearnedTask(model);
  const difficulty = learnDifficulty(texts, (stems) => learned.domain(stems));
  progress(1, 'difficulty learnt');
  return difficulty === null ? model : { ...model, difficulty };
}

function rounded(share: number): number {
  return Number(share.toFixed(4));
}
