import type { SerializedConfig } from 'vitest';
import { ForksPoolWorker, type PoolOptions, type PoolWorker, type WorkerRequest } from 'vitest/node';

type Callback = (value: unknown) => void;
type EventName = 'error' | 'exit' | 'message';

/**
 * A pool of vitest's in which every run of one program goes to the same process: vitest's own pools end theirs after
 * each run. Whatever a run leaves in the process, the next one meets.
 */
export class OneProcessPool {
  readonly name = 'one-process';
  #fork: ForksPoolWorker | undefined;

  /** vitest calls it once for each run. Defined as a property because vitest takes it off the object. */
  readonly createPoolWorker = (options: PoolOptions): PoolWorker => {
    const isFirst = this.#fork === undefined;
    this.#fork ??= new ForksPoolWorker(options);
    return new Lease(this.#fork, isFirst);
  };

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#fork?.stop();
    this.#fork = undefined;
  }
}

/** One run's hold on the process. It answers `start` and `stop` itself, so that the process is set up once and stays. */
class Lease implements PoolWorker {
  readonly name = 'one-process';
  readonly cacheFs = true;
  readonly #fork: ForksPoolWorker;
  readonly #isFirst: boolean;
  readonly #listeners: (readonly [EventName, Callback])[] = [];
  #config: SerializedConfig | undefined;

  constructor(fork: ForksPoolWorker, isFirst: boolean) {
    this.#fork = fork;
    this.#isFirst = isFirst;
  }

  async start(): Promise<void> {
    if (this.#isFirst) await this.#fork.start();
  }

  send(message: WorkerRequest): void {
    if (message.type === 'stop') {
      this.#answer('stopped');
    } else if (message.type === 'start' && !this.#isFirst) {
      this.#config = message.context.config;
      this.#answer('started');
    } else if (message.type === 'run' && this.#config !== undefined) {
      // The process keeps the settings of its start; those of this run, as its seed, come with the run.
      const context = { ...message.context, config: this.#config };
      this.#fork.send({ ...message, context });
    } else {
      this.#fork.send(message);
    }
  }

  on(event: string, callback: Callback): void {
    this.#listeners.push([event as EventName, callback]);
    this.#fork.on(event, callback);
  }

  off(event: string, callback: Callback): void {
    this.#fork.off(event, callback);
  }

  async stop(): Promise<void> {
    for (const [event, callback] of this.#listeners) this.#fork.off(event, callback);
  }

  deserialize(data: unknown): unknown {
    return data;
  }

  /** vitest expects the answer later than the question. */
  #answer(type: 'started' | 'stopped'): void {
    const answer = { type, __vitest_worker_response__: true };
    setImmediate(() => {
      for (const [event, callback] of this.#listeners) if (event === 'message') callback(answer);
    });
  }
}
