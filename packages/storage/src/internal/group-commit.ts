import { LatticeError } from '@lattice-lock/contract';
import type { CompiledQuery } from 'kysely';

/** The statements of one write: all of them or none. */
export type WriteUnit = readonly CompiledQuery[];

/** What became of one write: the number of changed rows of each statement, or why nothing of it was written. */
export type WriteOutcome = readonly number[] | LatticeError;

/** Writes that may wait at once; beyond it the caller is told instead of filling the memory. */
const defaultMaxWaiting = 10_000;

/** Writes of one transaction: it bounds how long others wait for the lock. */
const maxGroup = 512;

/**
 * Turns of the event loop that a group gathers while each brings more writes. Requests that are answered at the same time
 * come turn by turn; a group of twice as many costs each of them a fourth less, and a turn is far below a millisecond.
 */
const maxTurns = 4;

/** More than these gain nothing by waiting for others. */
const enoughWrites = 32;

/** How writes become committed. */
export interface GroupCommitOptions {
  /** Commits a group and says what became of each write, in their order. A rejection is that of every one. */
  readonly commit: (units: readonly WriteUnit[]) => Promise<readonly WriteOutcome[]>;
  /** The database as messages name it. */
  readonly name: string;
  readonly maxWaiting?: number;
}

interface WaitingWrite {
  readonly unit: WriteUnit;
  readonly resolve: (changes: readonly number[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Natural group commit: while one group is being committed the next one gathers, so a lone write waits for one
 * turn of the event loop and many writes share a transaction. There is no timer.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #maxWaiting: number;
  #waiting: WaitingWrite[] = [];
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#maxWaiting = options.maxWaiting ?? defaultMaxWaiting;
  }

  /** Resolves when the write is committed. */
  write(unit: WriteUnit): Promise<readonly number[]> {
    const { name } = this.#options;
    if (this.#isClosed) return Promise.reject(closedError(name));
    if (this.#waiting.length >= this.#maxWaiting) {
      const message = `The database ${name} does not keep up: ${this.#waiting.length} writes are waiting. Try again later; if it stays so, look for a slow disk or a process that holds its lock.`;
      return Promise.reject(new LatticeError('LATTICE_STORAGE', message, { retryable: true }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ unit, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Takes no more writes and resolves when those that wait are settled. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather();
      const group = this.#waiting.length <= maxGroup ? this.#waiting : this.#waiting.slice(0, maxGroup);
      this.#waiting = this.#waiting.slice(group.length);
      await this.#settle(group);
    }
    this.#running = undefined;
  }

  /** What the requests of a turn write goes together, and with it that of the next ones while there is more. */
  async #gather(): Promise<void> {
    let seen = 0;
    for (let turn = 0; turn < maxTurns && seen < this.#waiting.length; turn += 1) {
      if (seen >= enoughWrites) return;
      seen = this.#waiting.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #settle(group: readonly WaitingWrite[]): Promise<void> {
    try {
      const outcomes = await this.#options.commit(group.map(({ unit }) => unit));
      for (const [index, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined || LatticeError.isInstance(outcome)) reject(outcome);
        else resolve(outcome);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

/** The error of a use after close. */
export function closedError(name: string): LatticeError {
  return new LatticeError('LATTICE_CLOSED', `The database ${name} is closed; open it again to use it.`);
}
