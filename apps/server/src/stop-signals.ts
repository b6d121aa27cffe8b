/**
 * A second signal within this time counts as the first one, ms: a terminal sends Ctrl-C to npm and to the gateway, and
 * npm passes its own on.
 */
const samePressMs = 500;

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof exitCodes;

/** Ctrl-C and SIGTERM: the first asks for a graceful stop, a later one ends the process at once. */
export class StopSignals {
  /** Resolves at the first signal. */
  readonly first: Promise<void>;
  readonly #listeners = new Map<StopSignal, () => void>();

  constructor(exit: (code: number) => void = (code) => process.exit(code)) {
    let firstAt: number | undefined;
    this.first = new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        const listener = () => {
          if (firstAt === undefined) {
            firstAt = performance.now();
            resolve();
          } else if (performance.now() - firstAt > samePressMs) exit(exitCodes[signal]);
        };
        this.#listeners.set(signal, listener);
        process.on(signal, listener);
      }
    });
  }

  /** Signals have their usual effect again. */
  dispose(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }
}
