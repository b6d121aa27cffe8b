import type { Exchange } from './exchange.ts';

/**
 * The requests under way, and whether new ones are taken: what a graceful stop needs to know. By place and not in a `Set`:
 * the old tables of a long-lived set keep requests that have ended alive past their first collection.
 */
export class ExchangeRegistry {
  readonly #active: Exchange[] = [];
  #isDraining = false;
  #onEmpty: (() => void) | undefined;

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get size(): number {
    return this.#active.length;
  }

  add(exchange: Exchange): void {
    exchange.place = this.#active.push(exchange) - 1;
  }

  delete(exchange: Exchange): void {
    if (this.#active[exchange.place] !== exchange) return;
    const last = this.#active.pop();
    if (last !== undefined && last !== exchange) {
      this.#active[exchange.place] = last;
      last.place = exchange.place;
    }
    if (this.#active.length === 0) this.#onEmpty?.();
  }

  /** From now on no new request is taken. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Ends every run. */
  abortAll(reason: unknown): void {
    for (const exchange of [...this.#active]) exchange.abort(reason);
  }

  /** True when the last request has ended, false after `timeoutMs`. */
  whenEmpty(timeoutMs: number): Promise<boolean> {
    if (this.#active.length === 0) return Promise.resolve(true);
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
