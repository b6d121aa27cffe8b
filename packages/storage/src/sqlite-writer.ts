import { Worker } from 'node:worker_threads';
import { LatticeError, type Logger } from '@lattice-lock/contract';
import type { WriteOutcome, WriteUnit } from './internal/group-commit.ts';
import { toStorageError } from './internal/storage-error.ts';
import type { WriteGroup, WriteReply, WriterMessage, WriterSettings } from './internal/writer-messages.ts';

/** The thread's file lies beside this one: as source, or as what the build makes of it. */
const threadFile = new URL(`./sqlite-writer-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

interface Waiting {
  readonly resolve: (reply: WriteReply) => void;
  readonly reject: (error: LatticeError) => void;
}

/**
 * Writes to a SQLite file from a thread of its own, which starts with the first write. If the thread dies, the group it
 * had is rejected, and the next one starts a new thread.
 */
export class SqliteWriter {
  readonly #settings: WriterSettings;
  readonly #logger: Logger;
  #worker: Worker | undefined;
  #waiting: Waiting | undefined;
  #textNumbers = new Map<string, number>();

  constructor(settings: WriterSettings, logger: Logger) {
    this.#settings = settings;
    this.#logger = logger;
  }

  /** Commits a group; one at a time. */
  async commit(units: readonly WriteUnit[]): Promise<readonly WriteOutcome[]> {
    const worker = (this.#worker ??= this.#start());
    const group = this.#groupOf(units);
    worker.ref();
    const reply = await new Promise<WriteReply>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      worker.postMessage(group satisfies WriterMessage);
    });
    worker.unref();
    return reply.map((one) => ('message' in one ? toStorageError(one, this.#settings.file) : one));
  }

  /** Brings what was committed into the file itself, beside whatever else goes on. */
  checkpoint(): void {
    const worker = (this.#worker ??= this.#start());
    worker.postMessage('checkpoint' satisfies WriterMessage);
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker === undefined) return;
    worker.ref();
    const exit = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage('close' satisfies WriterMessage);
    await exit;
  }

  #start(): Worker {
    this.#textNumbers = new Map();
    const worker = new Worker(threadFile, {
      workerData: this.#settings,
      // The thread needs no hook or condition of its process, and Node 22 would warn of node:sqlite once more.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      name: 'lattice-writer',
    });
    worker.unref();
    worker.on('message', (reply: WriteReply) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.resolve(reply);
    });
    worker.on('error', (error) => this.#died(worker, error));
    worker.on('exit', () => this.#died(worker, undefined));
    return worker;
  }

  #died(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const message = `The thread that writes to the database ${this.#settings.file} ended; whether its last writes were committed is unknown. The next write starts a new one.`;
    const error = new LatticeError('LATTICE_STORAGE', message, { retryable: true, cause });
    this.#logger.error({ error, cause }, 'the writer thread died');
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }

  #groupOf(units: readonly WriteUnit[]): WriteGroup {
    const texts: (readonly [string, number])[] = [];
    const plan: number[] = [];
    const values: unknown[] = [];
    for (const unit of units) {
      plan.push(unit.length);
      for (const { sql, parameters } of unit) {
        let number = this.#textNumbers.get(sql);
        if (number === undefined) {
          number = this.#textNumbers.size;
          this.#textNumbers.set(sql, number);
          texts.push([sql, parameters.length]);
        }
        plan.push(number);
        for (const value of parameters) values.push(value);
      }
    }
    return { texts, plan, values };
  }
}
