import type { Exchange } from './exchange.ts';

/** The requests under way, and whether new ones are taken: what a graceful stop needs to know. */
export class ExchangeRegistry {
  readonly #active = new Set<Exchange>();
  #isDraining = false;
  #onEmpty: (() => void) | undefined;

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get size(): number {
    return this.#active.size;
  }

  add(exchange: Exchange): void {
    this.#active.add(exchange);
  }

  delete(exchange: Exchange): void {
    this.#active.delete(exchange);
    if (this.#active.size === 0) this.#onEmpty?.();
  }

  /** From now on no new request is taken. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Ends every run. */
  abortAll(reason: unknown): void {
    for (const exchange of this.#active) exchange.abort(reason);
  }

  /** True when the last request has ended, false after `timeoutMs`. */
  whenEmpty(timeoutMs: number): Promise<boolean> {
    if (this.#active.size === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), timeoutMs);
      const settle = (isEmpty: boolean) => {
        clearTimeout(timer);
        this.#onEmpty = undefined;
        resolve(isEmpty);
      };
      this.#onEmpty = () => settle(true);
    });
  }
}
