import {
  type ModelInfo,
  type ModelPrice,
  picoUsdFromUsdPerMillion,
  type PricePeriod,
  type TokenPrice,
} from '@lattice-lock/contract';

/** Prices as a data file writes them: decimal texts (numbers in an overlay), US dollars per million tokens. */
export interface UsdPerMillion {
  readonly input: string | number;
  readonly output: string | number;
  readonly cacheRead?: string | number | undefined;
  readonly cacheWrite?: string | number | undefined;
  readonly cacheWriteLong?: string | number | undefined;
  readonly reasoning?: string | number | undefined;
}

/** A price that a larger input switches to. */
export interface PriceTierEntry {
  readonly aboveInputTokens: number;
  readonly usdPerMillion: UsdPerMillion;
}

/** A price and its time; what it leaves out is that of its model: any time, the model's source and date. */
export interface PriceEntry {
  readonly from?: string | null | undefined;
  readonly until?: string | null | undefined;
  readonly usdPerMillion: UsdPerMillion;
  readonly tiers?: readonly PriceTierEntry[] | undefined;
  readonly source?: string | undefined;
  readonly asOf?: string | undefined;
}

/** A model as a data file writes it. */
export interface VendorModel extends Omit<ModelInfo, 'provider' | 'model' | 'prices'> {
  readonly id: string;
  readonly prices: readonly PriceEntry[];
}

/** One file of `data/`. */
export interface VendorFile {
  readonly format: 1;
  readonly provider: string;
  readonly models: readonly VendorModel[];
}

/** The parts of a price in both spellings. */
const parts = [
  ['cacheRead', 'cacheReadPicoUsd'],
  ['cacheWrite', 'cacheWritePicoUsd'],
  ['cacheWriteLong', 'cacheWriteLongPicoUsd'],
  ['reasoning', 'reasoningPicoUsd'],
] as const;

/** @throws LatticeError `LATTICE_CATALOG` when a text is not a price. */
function tokenPrice(usd: UsdPerMillion): TokenPrice {
  const price: { -readonly [Key in keyof TokenPrice]: TokenPrice[Key] } = {
    inputPicoUsd: picoUsdFromUsdPerMillion(usd.input),
    outputPicoUsd: picoUsdFromUsdPerMillion(usd.output),
  };
  for (const [from, to] of parts) {
    const value = usd[from];
    if (value !== undefined) price[to] = picoUsdFromUsdPerMillion(value);
  }
  return price;
}

/**
 * A price of a data file in the contract's form.
 *
 * @throws LatticeError `LATTICE_CATALOG` when a text is not a price.
 */
export function pricePeriod(entry: PriceEntry, model: { readonly source: string; readonly asOf: string }): PricePeriod {
  const tiers = entry.tiers?.map((tier) => ({
    aboveInputTokens: tier.aboveInputTokens,
    price: tokenPrice(tier.usdPerMillion),
  }));
  const base = tokenPrice(entry.usdPerMillion);
  const price: ModelPrice = tiers === undefined || tiers.length === 0 ? base : { ...base, tiers };
  return {
    from: entry.from ?? null,
    until: entry.until ?? null,
    price,
    source: entry.source ?? model.source,
    asOf: entry.asOf ?? model.asOf,
  };
}

/**
 * A model of a data file in the contract's form.
 *
 * @throws LatticeError `LATTICE_CATALOG` when a price is not one.
 */
export function modelInfo(provider: string, entry: VendorModel): ModelInfo {
  const { id, prices, ...facts } = entry;
  return { provider, model: id, ...facts, prices: prices.map((price) => pricePeriod(price, entry)) };
}
