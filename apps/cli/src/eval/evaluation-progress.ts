import type { TextOutput } from '../terminal/text-output.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import type { EvaluationSet } from './evaluation-set.ts';

/** So many rows are routed between two signs of life. */
const rowsPerSign = 100;

/** Says on a terminal how far an evaluation is, on one line that goes away; elsewhere nothing. */
export class EvaluationProgress {
  readonly #total: number;
  readonly #out: TextOutput;
  #done = 0;

  constructor(sets: readonly EvaluationSet[], out: TextOutput) {
    this.#total = sets.reduce((sum, { rows }) => sum + rows.length, 0);
    this.#out = out;
  }

  /** A row was routed. */
  step({ name }: EvaluationSet): void {
    this.#done += 1;
    if (this.#done % rowsPerSign === 0) this.#show(`${escapeLine(name)}: ${this.#done} of ${this.#total} prompts`);
  }

  /** A set is routed, its figures come next. */
  measure({ name }: EvaluationSet): void {
    this.#show(`${escapeLine(name)}: drawing samples`);
  }

  end(): void {
    this.#show('');
  }

  #show(text: string): void {
    if (this.#out.isTerminal) this.#out.write(`\r\u001b[K${this.#out.paint.dim(text)}`);
  }
}
