import type { ModelPrice, TokenPrice } from '@lattice-lock/contract';
import { pricePeriod } from '../vendor-file.ts';
import type { ListedPrice } from './listed-model.ts';

/** One part of a price that a list has otherwise than the catalog; US dollars per million tokens, `null`: unknown. */
export interface PricePartChange {
  /** `input`, `output`, `cacheRead`, ..., or one of a tier: `above 200000: input`. */
  readonly part: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** A price that is not what it was. */
export interface PriceChange {
  readonly ref: string;
  readonly parts: readonly PricePartChange[];
  /** The new price as it would be written. */
  readonly price: ListedPrice;
  /** Why it has to be accepted by the model's name; `null` when any acceptance will do. */
  readonly doubt: string | null;
}

const partNames = {
  inputPicoUsd: 'input',
  outputPicoUsd: 'output',
  cacheReadPicoUsd: 'cacheRead',
  cacheWritePicoUsd: 'cacheWrite',
  cacheWriteLongPicoUsd: 'cacheWriteLong',
  reasoningPicoUsd: 'reasoning',
} as const;

type PartKey = keyof typeof partNames;
const partKeys = Object.keys(partNames) as readonly PartKey[];

/** A price that moves by more than this factor is more likely a slip of a unit than a vendor's decision. */
const doubtfulFactor = 10n;

/** Pico-dollars per token in US dollars per million tokens, which have the same digits. */
export function usdPerMillionText(picoUsd: bigint): string {
  const digits = picoUsd.toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${digits.slice(0, -6)}${fraction === '' ? '' : `.${fraction}`}`;
}

function asModelPrice({ usdPerMillion, tiers }: ListedPrice): ModelPrice {
  return pricePeriod({ usdPerMillion, tiers }, { source: '', asOf: '' }).price;
}

/** What the list leaves open stays as it was, as long as what it tells of the same price is unchanged. */
function complete(listed: TokenPrice, known: TokenPrice | undefined): TokenPrice {
  if (listed.inputPicoUsd !== known?.inputPicoUsd || listed.outputPicoUsd !== known.outputPicoUsd) return listed;
  return { ...known, ...listed };
}

function compare(from: TokenPrice | undefined, to: TokenPrice | undefined, label: string) {
  return partKeys.flatMap((key) => {
    const [before, after] = [from?.[key], to?.[key]];
    return before === after ? [] : [{ part: `${label}${partNames[key]}`, before, after }];
  });
}

function doubtOf(changes: ReturnType<typeof compare>): string | null {
  for (const { part, before, after } of changes) {
    if (before === undefined || after === undefined) continue;
    if (after === 0n) return `${part} becomes 0`;
    if (before === 0n) return `${part} was 0`;
    const [low, high] = before < after ? [before, after] : [after, before];
    if (high > low * doubtfulFactor) return `${part} moves by more than ${doubtfulFactor} times`;
  }
  return null;
}

/** The price as a list would write it, with what was kept of the known one. */
function asListedPrice(price: ModelPrice): ListedPrice {
  const rates = (rate: TokenPrice) =>
    Object.fromEntries(
      partKeys.flatMap((key) => {
        const value = rate[key];
        return value === undefined ? [] : [[partNames[key], usdPerMillionText(value)] as const];
      }),
    ) as unknown as ListedPrice['usdPerMillion'];
  const tiers = (price.tiers ?? []).map((tier) => ({
    aboveInputTokens: tier.aboveInputTokens,
    usdPerMillion: rates(tier.price),
  }));
  return { usdPerMillion: rates(price), tiers };
}

/** How a listed price differs from the one in force; `null` when it does not. */
export function comparePrice(ref: string, known: ModelPrice | null, listed: ListedPrice): PriceChange | null {
  const told = asModelPrice(listed);
  const knownTiers = known?.tiers ?? [];
  const base = complete(told, known ?? undefined);
  const isSameBase = compare(known ?? undefined, base, '').length === 0;
  const toldTiers = told.tiers ?? (isSameBase ? knownTiers : []);
  const tiers = toldTiers.map((tier) => {
    const before = knownTiers.find(({ aboveInputTokens }) => aboveInputTokens === tier.aboveInputTokens);
    return { aboveInputTokens: tier.aboveInputTokens, price: complete(tier.price, before?.price) };
  });
  const bounds = new Set([...knownTiers, ...tiers].map(({ aboveInputTokens }) => aboveInputTokens));
  const at = (list: typeof tiers, bound: number) => list.find((tier) => tier.aboveInputTokens === bound)?.price;
  const changes = [
    ...compare(known ?? undefined, base, ''),
    ...[...bounds].flatMap((bound) => compare(at([...knownTiers], bound), at(tiers, bound), `above ${bound}: `)),
  ];
  if (changes.length === 0) return null;
  const text = (value: bigint | undefined) => (value === undefined ? null : usdPerMillionText(value));
  return {
    ref,
    parts: changes.map(({ part, before, after }) => ({ part, from: text(before), to: text(after) })),
    price: asListedPrice({ ...base, tiers }),
    // A price that was unknown and is 0, wholly or in part, is seldom the price of an answer.
    doubt: doubtOf(changes) ?? (base.inputPicoUsd === 0n || base.outputPicoUsd === 0n ? 'the price is 0' : null),
  };
}
