import { Writable } from 'node:stream';

/** How long a line may wait for others to be written with it, ms. */
const batchMs = 20;
/** A batch this long is written at once, UTF-16 units. */
const maxBatch = 64 * 1024;

/** Where log lines end up: standard error. */
export interface LineSink {
  write(text: string): unknown;
}

/**
 * Gathers log lines and writes them together: under load one system call serves many requests. Nothing is lost when
 * the process ends in any way that lets it run its exit handlers.
 */
export class LogDestination extends Writable {
  readonly #sink: LineSink;
  readonly #onExit = () => this.flush();
  #pending = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(sink: LineSink = process.stderr) {
    super({ decodeStrings: false });
    this.#sink = sink;
    process.once('exit', this.#onExit);
  }

  /** Writes what is gathered. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#pending;
    this.#pending = '';
    if (text !== '') this.#sink.write(text);
  }

  override _write(line: string, _encoding: BufferEncoding, done: () => void): void {
    this.#pending += line;
    if (this.#pending.length > maxBatch) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), batchMs).unref();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.flush();
    process.off('exit', this.#onExit);
    done(error);
  }
}
