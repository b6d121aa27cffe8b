import { LatticeError, type Answer, type RunEvent } from '@lattice-lock/contract';

/**
 * A run as it happens. Iterate it once for its events, or await `answer` alone: that reads the run to its end.
 * The iteration never throws (a failure is its last event, of type `error`); `answer` rejects with that error.
 */
export class AnswerStream implements AsyncIterable<RunEvent> {
  readonly #events: AsyncGenerator<RunEvent>;
  #isTaken = false;
  #settle: ((outcome: Answer | LatticeError) => void) | undefined;
  #answer: Promise<Answer> | undefined;
  #outcome: Answer | LatticeError | undefined;

  constructor(events: AsyncGenerator<RunEvent>) {
    this.#events = events;
  }

  /** @throws LatticeError `LATTICE_INTERNAL` when iterated a second time: a run happens once. */
  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    if (this.#isTaken) throw new LatticeError('LATTICE_INTERNAL', 'A run can be iterated once; keep its events.');
    this.#isTaken = true;
    return this.#watched();
  }

  /** The whole answer, after it is accounted for. Rejects with the run's error, or `LATTICE_ABORTED` when the reader left. */
  get answer(): Promise<Answer> {
    if (this.#answer === undefined) {
      this.#answer = new Promise<Answer>((resolve, reject) => {
        this.#settle = (outcome) => (LatticeError.isInstance(outcome) ? reject(outcome) : resolve(outcome));
      });
      if (this.#outcome !== undefined) this.#settle?.(this.#outcome);
    }
    if (!this.#isTaken) void this.#drain();
    return this.#answer;
  }

  async *#watched(): AsyncGenerator<RunEvent> {
    try {
      for await (const event of this.#events) {
        if (event.type === 'answer') this.#finish(event.answer);
        else if (event.type === 'error') this.#finish(event.error);
        yield event;
      }
    } finally {
      if (this.#outcome === undefined) {
        this.#finish(new LatticeError('LATTICE_ABORTED', 'The reader left the run before its end.'));
      }
    }
  }

  #finish(outcome: Answer | LatticeError): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#settle?.(outcome);
  }

  async #drain(): Promise<void> {
    for await (const event of this) void event;
  }
}
