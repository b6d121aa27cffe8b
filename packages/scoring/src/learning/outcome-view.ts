import type { OutcomeEvidence } from './outcome-evidence.ts';
import type { ComparedTask, OutcomeCategory, OutcomeLearner } from './outcome-learner.ts';

/** What own outcomes say for one score. The task is looked at when a model is first asked for: many scores are never read. */
export class OutcomeView {
  readonly #learner: OutcomeLearner;
  readonly #task: ComparedTask;
  #category: OutcomeCategory | null | undefined;

  constructor(learner: OutcomeLearner, task: ComparedTask) {
    this.#learner = learner;
    this.#task = task;
  }

  /** @param model Its `modelKey`. */
  evidenceOf(model: string): OutcomeEvidence | undefined {
    if (this.#category === undefined) this.#category = this.#learner.category(this.#task) ?? null;
    return this.#category?.evidenceOf(model);
  }
}
