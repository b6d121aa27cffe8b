import {
  formatModelRef,
  LatticeError,
  type ModelInfo,
  type ModelPrice,
  type ModelRef,
  type PricePeriod,
} from '@lattice-lock/contract';

interface TimedPeriod {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly period: PricePeriod;
}

function instant(text: string | null, open: number, ref: string): number {
  if (text === null) return open;
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  throw new LatticeError(
    'LATTICE_CATALOG',
    `A price of ${ref} has the bound "${text}", which is not a date: write YYYY-MM-DD or an ISO 8601 time.`,
  );
}

function timed(model: ModelInfo): readonly TimedPeriod[] {
  const ref = formatModelRef(model);
  return model.prices.map((period) => ({
    fromMs: instant(period.from, -Infinity, ref),
    untilMs: instant(period.until, Infinity, ref),
    period,
  }));
}

/** Prices by model and instant. What is not known at an instant is `null`, never 0. */
export class PriceBook {
  readonly #periods = new Map<string, Map<string, readonly TimedPeriod[]>>();

  /** @throws LatticeError `LATTICE_CATALOG` when a bound of a period is not a date. */
  constructor(models: Iterable<ModelInfo>) {
    for (const model of models) {
      const ofProvider = this.#periods.get(model.provider) ?? new Map<string, readonly TimedPeriod[]>();
      ofProvider.set(model.model, timed(model));
      this.#periods.set(model.provider, ofProvider);
    }
  }

  /** The period in force at an instant in ms since the epoch: `from` belongs to it, `until` no longer does. */
  periodAt(ref: ModelRef, atMs: number): PricePeriod | null {
    const periods = this.#periods.get(ref.provider)?.get(ref.model) ?? [];
    for (const { fromMs, untilMs, period } of periods) {
      if (atMs >= fromMs && atMs < untilMs) return period;
    }
    return null;
  }

  /** The price in force at an instant; `null` is unknown. */
  priceAt(ref: ModelRef, atMs: number): ModelPrice | null {
    return this.periodAt(ref, atMs)?.price ?? null;
  }

  /** Where the price in force at an instant was read, with the day; `null` when the price is unknown. */
  sourceAt(ref: ModelRef, atMs: number): string | null {
    const period = this.periodAt(ref, atMs);
    return period === null ? null : `${period.source} (${period.asOf})`;
  }
}
