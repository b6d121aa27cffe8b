import { Writable } from 'node:stream';

/** How long a line may wait for others to be written with it, ms. */
const batchMs = 20;
/** A batch this long is written at once, UTF-16 units. */
const maxBatch = 64 * 1024;

type Written = (error?: Error | null) => void;

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

  /** A line waits for no other, so it needs none of the queueing of streams; what is no plain line goes through it. */
  override write(line: unknown, encodingOrDone?: BufferEncoding | Written, done?: Written): boolean {
    if (typeof line === 'string' && encodingOrDone === undefined && this.writable) {
      this.#gather(line);
      return true;
    }
    if (typeof encodingOrDone === 'function') return super.write(line, encodingOrDone);
    return encodingOrDone === undefined ? super.write(line) : super.write(line, encodingOrDone, done);
  }

  override _write(line: string, _encoding: BufferEncoding, done: () => void): void {
    this.#gather(line);
    done();
  }

  #gather(line: string): void {
    this.#pending += line;
    if (this.#pending.length > maxBatch) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), batchMs).unref();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.flush();
    process.off('exit', this.#onExit);
    done(error);
  }
}
