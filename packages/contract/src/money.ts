import { LatticeError } from './errors.ts';
import type { Usage } from './usage.ts';

/**
 * The price of a model's tokens in integer pico-US-dollars (1e-12 USD) per token. One US dollar per million tokens is
 * 1_000_000 pico-dollars per token; some real prices are below a nano-dollar per token, hence pico.
 */
export interface TokenPrice {
  readonly inputPicoUsd: bigint;
  readonly outputPicoUsd: bigint;
  /** Input read from the prompt cache; absent means the vendor has no such price, and cached tokens then make the cost unknown. */
  readonly cacheReadPicoUsd?: bigint;
  /** Input written to the prompt cache (five minutes where the vendor has several lifetimes). */
  readonly cacheWritePicoUsd?: bigint;
  /** Input written to the prompt cache for an hour. */
  readonly cacheWriteLongPicoUsd?: bigint;
  /** Thinking, where it has a price of its own; absent means the output price. */
  readonly reasoningPicoUsd?: bigint;
}

/** A price that applies to the whole request when its input is larger than a bound. */
export interface PriceTier {
  /** The tier applies when `inputTokens` is greater than this. */
  readonly aboveInputTokens: number;
  readonly price: TokenPrice;
}

/** A base price and its context tiers, in ascending order of their bound. */
export interface ModelPrice extends TokenPrice {
  readonly tiers?: readonly PriceTier[];
}

/** A sum of costs that says how much of it is not known. */
export interface CostTotal {
  readonly nanoUsd: bigint;
  /** Entries whose cost is unknown and therefore not in the sum. */
  readonly unknownEntries: number;
}

/** Nothing spent, nothing unknown. */
export const zeroCost: CostTotal = Object.freeze({ nanoUsd: 0n, unknownEntries: 0 });

/** Pico-dollars in a nano-dollar. */
const picoPerNano = 1000n;

/** Rounds pico-dollars to nano-dollars, half to even (IEEE 754 roundTiesToEven), so that a long sum has no drift. */
export function roundPicoToNano(picoUsd: bigint): bigint {
  const quotient = picoUsd / picoPerNano;
  const rest = picoUsd % picoPerNano;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (twice < picoPerNano || (twice === picoPerNano && quotient % 2n === 0n)) return quotient;
  return picoUsd < 0n ? quotient - 1n : quotient + 1n;
}

/** The price in force for a request of this many input tokens: the highest tier whose bound is exceeded, else the base. */
export function priceForInput(price: ModelPrice, inputTokens: number): TokenPrice {
  let chosen: TokenPrice = price;
  let bound = -1;
  for (const tier of price.tiers ?? []) {
    if (inputTokens > tier.aboveInputTokens && tier.aboveInputTokens > bound) {
      chosen = tier.price;
      bound = tier.aboveInputTokens;
    }
  }
  return chosen;
}

/** One line of a cost: so many tokens at such a price; `null` when tokens were used for which there is no price. */
function line(tokens: number, picoUsd: bigint | undefined): bigint | null {
  if (tokens === 0) return 0n;
  return picoUsd === undefined ? null : BigInt(tokens) * picoUsd;
}

/**
 * The cost of one call in integer nano-dollars: summed in pico-dollars, rounded once, half to even.
 *
 * `null` (unknown) when the price, the input count or the output count is unknown, or when tokens of a kind that has
 * no price were used. Parts that the vendor did not report count as not used.
 */
export function costOfUsage(usage: Usage, price: ModelPrice | null): bigint | null {
  if (price === null || usage.inputTokens === null || usage.outputTokens === null) return null;
  const rate = priceForInput(price, usage.inputTokens);
  const read = usage.cachedInputTokens ?? 0;
  const write = usage.cacheWriteTokens ?? 0;
  const writeLong = Math.min(usage.cacheWriteLongTokens ?? 0, write);
  const reasoning = Math.min(usage.reasoningTokens ?? 0, usage.outputTokens);
  const plainInput = usage.inputTokens - read - write;
  if (plainInput < 0) return null;

  const lines = [
    line(plainInput, rate.inputPicoUsd),
    line(read, rate.cacheReadPicoUsd),
    line(write - writeLong, rate.cacheWritePicoUsd),
    line(writeLong, rate.cacheWriteLongPicoUsd),
    line(usage.outputTokens - reasoning, rate.outputPicoUsd),
    line(reasoning, rate.reasoningPicoUsd ?? rate.outputPicoUsd),
  ];
  let picoUsd = 0n;
  for (const amount of lines) {
    if (amount === null) return null;
    picoUsd += amount;
  }
  return roundPicoToNano(picoUsd);
}

/** Adds costs in nano-dollars; an unknown (`null`) one is counted, never taken for 0. */
export function totalCost(costsNanoUsd: Iterable<bigint | null>): CostTotal {
  let nanoUsd = 0n;
  let unknownEntries = 0;
  for (const cost of costsNanoUsd) {
    if (cost === null) unknownEntries += 1;
    else nanoUsd += cost;
  }
  return { nanoUsd, unknownEntries };
}

/** Adds totals. */
export function addCostTotals(totals: Iterable<CostTotal>): CostTotal {
  let nanoUsd = 0n;
  let unknownEntries = 0;
  for (const total of totals) {
    nanoUsd += total.nanoUsd;
    unknownEntries += total.unknownEntries;
  }
  return { nanoUsd, unknownEntries };
}

/**
 * A price in US dollars per million tokens, as vendors print it, in pico-dollars per token.
 *
 * @throws LatticeError `LATTICE_CATALOG` when the text is not a non-negative decimal number or needs more than six
 * decimals (a price finer than a pico-dollar per token).
 */
export function picoUsdFromUsdPerMillion(usdPerMillion: string | number): bigint {
  const text = typeof usdPerMillion === 'number' ? plainDecimal(usdPerMillion) : usdPerMillion;
  const match = /^(\d+)(?:\.(\d{1,6})0*)?$/.exec(text);
  if (!match) {
    throw new LatticeError(
      'LATTICE_CATALOG',
      `"${text}" is not a price in US dollars per million tokens: write a non-negative decimal with at most six decimals.`,
    );
  }
  return BigInt(match[1] ?? '0') * 1_000_000n + BigInt((match[2] ?? '').padEnd(6, '0'));
}

/** Numbers such as 0.1 + 0.2 carry binary noise; twelve decimals are past any real price and below the noise. */
function plainDecimal(value: number): string {
  return Number.isFinite(value) ? value.toFixed(12).replace(/\.?0+$/, '') : String(value);
}

/** Nano-dollars as a decimal text of US dollars: 1_500_000n is "0.0015". */
export function usdFromNano(nanoUsd: bigint): string {
  const sign = nanoUsd < 0n ? '-' : '';
  const digits = (nanoUsd < 0n ? -nanoUsd : nanoUsd).toString().padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}`;
}
