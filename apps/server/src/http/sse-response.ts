import type { ServerResponse } from 'node:http';

/** A comment is sent after this long a silence, so that no proxy takes the connection for dead. */
const keepAliveMs = 15_000;
const keepAlive = ': keep-alive\n\n';

/**
 * A response of server-sent events. Texts written in one turn of the event loop leave as one chunk, at the end of the next
 * turn: by then most answers that came whole are accounted for and end in the same chunk. Nothing is sent, not even
 * headers, before {@link SseResponse.open}, so that an error until then can still have a status of its own.
 */
export class SseResponse {
  readonly #raw: ServerResponse;
  #pending = '';
  #isScheduled = false;
  #isFull = false;
  #isOpen = false;
  #wasSilent = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(raw: ServerResponse) {
    this.#raw = raw;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** True when the client reads slower than we write: await {@link SseResponse.drained} before the next text. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Sends status 200 and the headers. */
  open(headers: Readonly<Record<string, string>>): void {
    this.#isOpen = true;
    this.#raw.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // Asks nginx not to hold the stream back.
      'x-accel-buffering': 'no',
    });
    this.#timer = setInterval(() => this.#keepAlive(), keepAliveMs);
  }

  write(text: string): void {
    this.#pending += text;
    this.#wasSilent = false;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#afterTurn);
  }

  /** Resolves when the client has caught up or has left. */
  drained(): Promise<void> {
    const raw = this.#raw;
    return new Promise((resolve) => {
      const settle = () => {
        raw.off('drain', settle);
        raw.off('close', settle);
        this.#isFull = false;
        resolve();
      };
      if (raw.destroyed || !raw.writableNeedDrain) settle();
      else raw.once('drain', settle).once('close', settle);
    });
  }

  /** Sends what is left and ends the response. */
  end(): void {
    clearInterval(this.#timer);
    const rest = this.#pending;
    this.#pending = '';
    if (!this.#raw.destroyed) this.#raw.end(rest);
  }

  readonly #afterTurn = (): void => void setImmediate(this.#flush);

  readonly #flush = (): void => {
    this.#isScheduled = false;
    const text = this.#pending;
    this.#pending = '';
    if (text !== '' && !this.#raw.destroyed) this.#isFull = !this.#raw.write(text);
  };

  #keepAlive(): void {
    if (this.#wasSilent) this.write(keepAlive);
    this.#wasSilent = true;
  }
}
