import { LatticeError, type Answer, type RunEvent } from '@lattice-lock/contract';

/**
 * A run as it happens. Iterate it once, for its events one by one or for its batches, or await `answer` alone: that reads
 * the run to its end. The iteration never throws (a failure is its last event, of type `error`); `answer` rejects with
 * that error.
 */
export class AnswerStream implements AsyncIterable<RunEvent> {
  readonly #source: AsyncIterable<RunEvent | readonly RunEvent[]>;
  #isTaken = false;
  #settle: ((outcome: Answer | LatticeError) => void) | undefined;
  #answer: Promise<Answer> | undefined;
  #outcome: Answer | LatticeError | undefined;

  /** Takes events one by one or in batches. */
  constructor(source: AsyncIterable<RunEvent | readonly RunEvent[]>) {
    this.#source = source;
  }

  /** @throws LatticeError `LATTICE_INTERNAL` when iterated a second time: a run happens once. */
  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    return singly(this.batches());
  }

  /**
   * The same events in the same order, those that came together in one array: a reader of a fast stream waits once per
   * chunk instead of once per event.
   *
   * @throws LatticeError `LATTICE_INTERNAL` when iterated a second time: a run happens once.
   */
  batches(): AsyncIterable<readonly RunEvent[]> {
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

  async *#watched(): AsyncGenerator<readonly RunEvent[]> {
    try {
      for await (const given of this.#source) {
        const batch: readonly RunEvent[] = isBatch(given) ? given : [given];
        const last = batch.at(-1);
        if (last?.type === 'answer') this.#finish(last.answer);
        else if (last?.type === 'error') this.#finish(last.error);
        yield batch;
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
    for await (const batch of this.batches()) void batch;
  }
}

async function* singly(batches: AsyncIterable<readonly RunEvent[]>): AsyncGenerator<RunEvent> {
  for await (const batch of batches) for (const event of batch) yield event;
}

function isBatch(given: RunEvent | readonly RunEvent[]): given is readonly RunEvent[] {
  return Array.isArray(given);
}
