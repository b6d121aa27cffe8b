import { toLatticeError, type Clock, type Logger, type OutcomeStore } from '@lattice-lock/contract';
import type { OutcomeLearner } from '@lattice-lock/scoring';

/** What an {@link OutcomeFeed} works with. */
export interface OutcomeFeedOptions {
  readonly outcomes: OutcomeStore;
  readonly learner: OutcomeLearner;
  /** How often new outcomes are looked for. */
  readonly refreshMs: number;
  /** Older ones are not read at the start. */
  readonly maxAgeMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Outcomes read at once, at most: the latest. */
const maxRead = 20_000;

/** Machines need not agree on the time, nor commits on their order: what is younger than this is read again. */
const overlapMs = 60_000;

/** Keeps a learner up to date with a store that several processes write: all of it at the start, then what is new. */
export class OutcomeFeed {
  readonly #options: OutcomeFeedOptions;
  #timer: NodeJS.Timeout | undefined;
  #readAtMs: number;
  #isClosed = false;
  #reading: Promise<void> = Promise.resolve();

  constructor(options: OutcomeFeedOptions) {
    this.#options = options;
    this.#readAtMs = options.clock.now() - options.maxAgeMs + overlapMs;
  }

  /** Learns what is stored, and from then on what is new. @throws LatticeError `LATTICE_STORAGE` */
  async start(): Promise<void> {
    await this.#read();
    this.#schedule();
  }

  /** Stops looking; resolves when nothing of it is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#reading;
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#reading = this.#refresh();
    }, this.#options.refreshMs);
    this.#timer.unref();
  }

  async #refresh(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      // What was learned stays good; the next look may succeed.
      this.#options.logger.warn({ err: toLatticeError(error) }, 'outcomes not read');
    }
    this.#schedule();
  }

  async #read(): Promise<void> {
    const { outcomes, learner, clock } = this.#options;
    const now = clock.now();
    const found = await outcomes.list(maxRead, Math.max(0, Math.floor(this.#readAtMs - overlapMs)));
    for (const outcome of found.toReversed()) learner.observe(outcome);
    learner.settle();
    this.#readAtMs = now;
  }
}
