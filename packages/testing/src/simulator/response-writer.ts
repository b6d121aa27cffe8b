import { systemClock, unknownUsage, type Usage } from '@lattice-lock/contract';
import type { Incoming, OutgoingResponse } from './incoming.ts';
import { createSeededRandom } from './seeded-random.ts';
import type { Chunking } from './simulator-reply.ts';
import type { WireEvent } from './wires/simulated-wire.ts';

/** Time for what was written to be read before a reset throws the rest away. */
const settleMs = 20;
const defaultPieceBytes = 16;

/** What a client has been told of the usage. */
export interface ReportedUsage {
  readonly usage: Usage;
  /** Whether nothing more would have come. */
  readonly isWhole: boolean;
}

const nothingReported: ReportedUsage = { usage: unknownUsage, isWhole: false };

/** Writes events to one response, with backpressure, and knows what of the usage has left the process. */
export class ResponseWriter {
  /** Aborted when the connection of the response is gone. */
  readonly signal: AbortSignal;
  readonly #incoming: Incoming;
  readonly #response: OutgoingResponse;
  readonly #chunking: Chunking | undefined;
  readonly #random: () => number;
  #written: ReportedUsage = nothingReported;
  #flushed: ReportedUsage = nothingReported;

  constructor(incoming: Incoming, signal: AbortSignal, chunking?: Chunking) {
    this.signal = signal;
    this.#incoming = incoming;
    this.#response = incoming.response;
    this.#chunking = chunking;
    this.#random = createSeededRandom(chunking?.seed ?? 0);
  }

  /** What the client can know of the usage: all that was written, or after an early close all that had left. */
  get reported(): ReportedUsage {
    return this.signal.aborted ? this.#flushed : this.#written;
  }

  /** Sends the head, at once where a body may be long in coming. */
  head(status: number, headers: Readonly<Record<string, string>>, isImmediate = false): void {
    this.#response.writeHead(status, headers);
    if (isImmediate) this.#response.flushHeaders?.();
  }

  /** Sends an event whole; false when the connection is gone. */
  async write(event: WireEvent): Promise<boolean> {
    if (this.signal.aborted) return false;
    const { reported, isWholeUsage = false } = event;
    const state = reported === undefined ? undefined : { usage: reported, isWhole: isWholeUsage };
    if (state !== undefined) this.#written = state;
    const onFlushed = (error?: Error | null) => {
      if (state !== undefined && !error) this.#flushed = state;
    };
    if (this.#chunking === undefined) {
      if (!this.#response.write(event.data, onFlushed)) await this.#drained();
    } else {
      await this.#writePieces(Buffer.from(event.data), onFlushed);
    }
    return !this.signal.aborted;
  }

  async pause(ms: number): Promise<void> {
    if (ms > 0) await systemClock.sleep(ms, this.signal).catch(() => undefined);
  }

  /** Waits until the connection is gone. */
  async stall(): Promise<void> {
    if (this.signal.aborted) return;
    await new Promise<void>((resolve) => this.signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  end(): void {
    this.#response.end();
  }

  /** Resets the connection, after what was written has had the time to arrive. */
  async reset(): Promise<void> {
    if (this.#response.headersSent) await this.pause(settleMs);
    this.#incoming.resetConnection();
  }

  async #writePieces(bytes: Buffer, onFlushed: (error?: Error | null) => void): Promise<void> {
    const maxBytes = Math.max(1, this.#chunking?.maxBytes ?? defaultPieceBytes);
    for (let start = 0; start < bytes.length && !this.signal.aborted;) {
      const end = Math.min(bytes.length, start + 1 + Math.floor(this.#random() * maxBytes));
      const isLast = end === bytes.length;
      if (!this.#response.write(bytes.subarray(start, end), isLast ? onFlushed : undefined)) await this.#drained();
      // A turn of the event loop lets the piece leave as a packet of its own.
      await new Promise(setImmediate);
      start = end;
    }
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#response.off('drain', done);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      this.#response.once('drain', done);
      this.signal.addEventListener('abort', done, { once: true });
    });
  }
}
