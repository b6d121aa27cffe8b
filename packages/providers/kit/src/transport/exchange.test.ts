import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Exchange } from './exchange.ts';

/** What undici would hand over: the exchange pauses the socket when its reader is slow. */
class Socket implements Dispatcher.DispatchController {
  paused = false;
  aborted = false;
  reason: Error | null = null;
  rawHeaders = null;
  rawTrailers = null;
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  abort(reason: Error): void {
    this.aborted = true;
    this.reason = reason;
  }
}

describe('silence in a body', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function answering(): { readonly exchange: Exchange; readonly socket: Socket } {
    const exchange = new Exchange('vendor.test', () => undefined, 100);
    const socket = new Socket();
    exchange.onRequestStart(socket);
    exchange.onResponseStart(socket, 200, {});
    return { exchange, socket };
  }

  it('ends the exchange and closes its socket', async () => {
    const { exchange, socket } = answering();
    const read = exchange.text();
    await Promise.all([
      expect(read).rejects.toMatchObject({ code: 'LATTICE_TIMEOUT', retryable: true }),
      vi.advanceTimersByTimeAsync(100),
    ]);
    expect(socket.aborted).toBe(true);
  });

  it('is counted anew with each chunk', async () => {
    const { exchange, socket } = answering();
    const read = exchange.text();
    for (const letter of ['a', 'b', 'c']) {
      await vi.advanceTimersByTimeAsync(99);
      exchange.onResponseData(socket, Buffer.from(letter));
    }
    exchange.onResponseEnd();
    await expect(read).resolves.toBe('abc');
  });

  it('is not silence while the reader is the slow one', async () => {
    const { exchange, socket } = answering();
    exchange.onResponseData(socket, Buffer.alloc(1024 * 1024, 'x'));
    expect(socket.paused).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(socket.aborted).toBe(false);
    const read = exchange.text();
    exchange.onResponseEnd();
    expect(await read).toHaveLength(1024 * 1024);
  });

  it('leaves no timer once the body has ended', () => {
    const { exchange } = answering();
    exchange.onResponseEnd();
    expect(vi.getTimerCount()).toBe(0);
  });
});
