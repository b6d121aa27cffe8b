import type { OutputStream } from '../cli-context.ts';
import { createPaint, type Paint } from './color.ts';

/** Columns where nobody says how wide the reader's window is. */
const defaultColumns = 100;

/** One stream to write text to. A reader that has left (`| head`) is no error: what is written then is lost quietly. */
export class TextOutput {
  readonly #stream: OutputStream;
  readonly #leaveListeners: (() => void)[] = [];
  readonly paint: Paint;
  readonly usesColor: boolean;
  #hasReaderLeft = false;

  constructor(stream: OutputStream, color: boolean) {
    this.#stream = stream;
    this.usesColor = color;
    this.paint = createPaint(color);
    stream.on('error', this.#onError);
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number {
    return this.isTerminal ? (this.#stream.columns ?? defaultColumns) : defaultColumns;
  }

  /** True once a write met a closed pipe. */
  get hasReaderLeft(): boolean {
    return this.#hasReaderLeft;
  }

  /** Calls back when the reader leaves. */
  onReaderLeft(listener: () => void): void {
    this.#leaveListeners.push(listener);
  }

  write(text: string): void {
    if (!this.#hasReaderLeft && text !== '') this.#stream.write(text);
  }

  line(text = ''): void {
    this.write(`${text}\n`);
  }

  /** Any value as JSON; integers beyond what JSON readers hold exactly are texts. */
  json(value: unknown): void {
    this.line(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner), 2));
  }

  /** Lets go of the stream; an output that several invocations share is theirs to keep open. */
  release(): void {
    this.#stream.off('error', this.#onError);
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    if (this.#hasReaderLeft) return;
    this.#hasReaderLeft = true;
    for (const listener of this.#leaveListeners) listener();
  };
}
