import type { Simulator } from '@lattice-lock/testing/simulator';

/** The simulator, loaded and started when it is first asked for: a configured gateway never touches it. */
export class LazySimulator {
  #simulator: Promise<Simulator> | undefined;

  start(): Promise<Simulator> {
    this.#simulator ??= import('@lattice-lock/testing/simulator').then(({ startSimulator }) => startSimulator());
    return this.#simulator;
  }

  async close(): Promise<void> {
    const simulator = await this.#simulator;
    await simulator?.close();
  }
}
