import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LatticeError } from '@lattice-lock/contract';
import type { ServedRequest, SimulatorReply } from '@lattice-lock/testing/simulator';

/** The simulator in another process: only HTTP goes between it and us, as with a vendor. */
export class Upstream {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Starts the process. @throws LatticeError `LATTICE_INTERNAL` when it ends before it listens */
  static async start(): Promise<Upstream> {
    const child = fork(fileURLToPath(new URL('./simulator-process.ts', import.meta.url)));
    const listening = once(child, 'message') as Promise<[{ url: string }]>;
    const ended = once(child, 'exit').then(([code]): never => {
      throw new LatticeError('LATTICE_INTERNAL', `The simulator's process ended with ${code} before it listened.`);
    });
    const [{ url }] = await Promise.race([listening, ended]);
    return new Upstream(child, url);
  }

  /** What it does with the next requests. */
  async enqueue(...replies: readonly SimulatorReply[]): Promise<void> {
    await this.#ask('replies', { method: 'POST', body: JSON.stringify({ replies }) });
  }

  /** What it says it served, once it has `count` requests on its books. */
  async served(count: number): Promise<readonly ServedRequest[]> {
    const endMs = performance.now() + 5000;
    for (;;) {
      const { served } = (await this.#ask('served')) as { served: readonly ServedRequest[] };
      if (served.length >= count || performance.now() > endMs) return served;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends the process. */
  async close(): Promise<void> {
    if (!this.#child.connected) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  async #ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.url}/__simulator/${path}`, { ...init, headers });
    const text = await response.text();
    if (!response.ok) throw new LatticeError('LATTICE_INTERNAL', `The simulator refused ${path}: ${text}`);
    return JSON.parse(text);
  }
}
