import type { ModelInfo, ModelPrice, TokenPrice } from '@lattice-lock/contract';
import { capabilityPrior } from './capability-prior.ts';
import { modelSize, type ModelSize } from './model-size.ts';
import { modelKey } from './quality/model-key.ts';

/** A price in plain numbers, for ranking: pico-dollars per token are small enough to be exact. */
interface Rate {
  readonly aboveInputTokens: number;
  readonly input: number;
  readonly output: number;
}

/** What scoring needs of a model at a price, made once. */
export interface ModelFacts {
  readonly price: ModelPrice | null;
  /** What evidence about it is kept under. */
  readonly key: string;
  readonly size: ModelSize;
  /** The prior, 0 to 1. */
  readonly capability: number;
  /** By ascending bound; empty when the price is unknown. */
  readonly rates: readonly Rate[];
  /** Where the price comes from, in words. */
  readonly priceSource: string;
}

const facts = new WeakMap<ModelInfo, ModelFacts>();

/** The facts of a model at a price; the last price of each model is kept. */
export function modelFacts(model: ModelInfo, price: ModelPrice | null): ModelFacts {
  const known = facts.get(model);
  if (known !== undefined && known.price === price) return known;
  const made: ModelFacts = {
    price,
    key: modelKey(model.model),
    size: modelSize(model),
    capability: capabilityPrior(model, price),
    rates: price === null ? [] : ratesOf(price),
    priceSource: priceSourceOf(model, price),
  };
  facts.set(model, made);
  return made;
}

function priceSourceOf(model: ModelInfo, price: ModelPrice | null): string {
  const period = model.prices.find((one) => one.price === price);
  return period === undefined ? 'catalog' : `${period.source} (${period.asOf})`;
}

function ratesOf(price: ModelPrice): readonly Rate[] {
  const rate = (aboveInputTokens: number, at: TokenPrice): Rate => ({
    aboveInputTokens,
    input: Number(at.inputPicoUsd),
    output: Number(at.outputPicoUsd),
  });
  const tiers = (price.tiers ?? []).map((tier) => rate(tier.aboveInputTokens, tier.price));
  return [rate(-1, price), ...tiers].sort((a, b) => a.aboveInputTokens - b.aboveInputTokens);
}

/** The expected cost in US dollars as a number, for ranking; `null` when the price is unknown. */
export function approximateCostUsd(
  rates: ModelFacts['rates'],
  inputTokens: number,
  outputTokens: number,
): number | null {
  let chosen = rates[0];
  if (chosen === undefined) return null;
  for (const rate of rates) if (inputTokens > rate.aboveInputTokens) chosen = rate;
  return (inputTokens * chosen.input + outputTokens * chosen.output) / 1e12;
}
