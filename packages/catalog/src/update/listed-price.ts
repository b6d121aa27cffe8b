import type { UsdPerMillion } from '../vendor-file.ts';
import { isWithinPico, scaleDecimal, withoutNoise } from './decimal-text.ts';
import type { ListedPrice } from './listed-model.ts';

/** Prices as a list writes them: decimal texts, in the list's own unit. */
export interface RawRates {
  readonly input?: string | null | undefined;
  readonly output?: string | null | undefined;
  readonly cacheRead?: string | null | undefined;
  readonly cacheWrite?: string | null | undefined;
  readonly cacheWriteLong?: string | null | undefined;
  readonly reasoning?: string | null | undefined;
}

/** How a list's prices become ours. */
export interface RateReading {
  /** 0 for prices per million tokens, 6 for prices per token. */
  readonly powerOfTen: number;
  /** Anthropic's one-hour cache write is twice the input price (https://platform.claude.com/docs/en/about-claude/pricing). */
  readonly hasLongCacheWrite: boolean;
}

const optionalParts = ['cacheRead', 'cacheWrite', 'cacheWriteLong', 'reasoning'] as const;

function readRates(raw: RawRates, { powerOfTen, hasLongCacheWrite }: RateReading): UsdPerMillion | null {
  if (raw.input === undefined || raw.input === null || raw.output === undefined || raw.output === null) return null;
  const scaled = (text: string) => withoutNoise(scaleDecimal(text, 1, powerOfTen));
  const input = scaled(raw.input);
  const rates: Record<string, string> = { input, output: scaled(raw.output) };
  for (const part of optionalParts) {
    const text = raw[part];
    if (text === undefined || text === null) continue;
    const value = scaled(text);
    // Nothing beside a paid input is a gap in the list: unknown is right, free would be wrong.
    if (value !== '0' || input === '0') rates[part] = value;
  }
  if (hasLongCacheWrite && rates['cacheWrite'] !== undefined) rates['cacheWriteLong'] ??= scaleDecimal(input, 2);
  return rates as unknown as UsdPerMillion;
}

/** A price the books can hold, or why there is none. */
export function readListedPrice(
  base: RawRates,
  tiers: readonly { readonly aboveInputTokens: number; readonly rates: RawRates }[],
  reading: RateReading,
): { readonly price: ListedPrice | null; readonly note: string | null } {
  const usdPerMillion = readRates(base, reading);
  if (usdPerMillion === null) return { price: null, note: null };
  const entries = tiers.flatMap(({ aboveInputTokens, rates }) => {
    const read = readRates({ ...base, ...rates }, reading);
    return read === null ? [] : [{ aboveInputTokens, usdPerMillion: read }];
  });
  const ordered = entries.toSorted((left, right) => left.aboveInputTokens - right.aboveInputTokens);
  const all = [usdPerMillion, ...ordered.map((tier) => tier.usdPerMillion)].flatMap((rates) => Object.values(rates));
  const tooFine = all.find((value) => !isWithinPico(String(value)));
  if (tooFine !== undefined) {
    return { price: null, note: `its price ${String(tooFine)} is finer than a pico-dollar a token: left unknown` };
  }
  return { price: { usdPerMillion, tiers: ordered }, note: null };
}
