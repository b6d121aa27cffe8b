import type { Exchange } from './exchange.ts';

/**
 * The exchanges under way, by place. Not a `Set`: one that lives long and is added to and deleted from all the time keeps
 * what was in it when its table was last rebuilt, and so half of all calls survived their collection in the young
 * generation (measured: a fifth of a gateway's CPU went into that).
 */
export class ExchangeList {
  readonly #exchanges: Exchange[] = [];

  add(exchange: Exchange): void {
    exchange.place = this.#exchanges.push(exchange) - 1;
  }

  delete(exchange: Exchange): void {
    const { place } = exchange;
    if (this.#exchanges[place] !== exchange) return;
    const last = this.#exchanges.pop();
    if (last === undefined || last === exchange) return;
    this.#exchanges[place] = last;
    last.place = place;
  }

  /** A copy: ending an exchange takes it out of the list. */
  all(): readonly Exchange[] {
    return [...this.#exchanges];
  }
}
