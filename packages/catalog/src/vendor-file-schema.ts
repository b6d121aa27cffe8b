import { z } from 'zod';

const text = z.string().min(1);
const day = z.iso.date();
const decimalPrice = z
  .string()
  .regex(/^\d+(\.\d{1,6})?$/, 'write US dollars per million tokens with at most six decimals, e.g. "0.25"');
const tokens = z.int().positive();

/** A day, or a time with its offset: what the bounds of a price are. */
const instantSchema = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'write YYYY-MM-DD (midnight UTC) or a time with its offset such as 2026-09-01T00:00:00Z',
});

/** The prices of one model in US dollars per million tokens; `price` says how one is written. */
function usdPerMillionSchema<Price extends z.ZodType>(price: Price) {
  return z.strictObject({
    input: price,
    output: price,
    cacheRead: price.optional(),
    cacheWrite: price.optional(),
    cacheWriteLong: price.optional(),
    reasoning: price.optional(),
  });
}

/** A price with its time and its tiers by input size. */
function priceEntrySchema<Price extends z.ZodType>(price: Price) {
  const usdPerMillion = usdPerMillionSchema(price);
  return z.strictObject({
    from: instantSchema.nullable().optional(),
    until: instantSchema.nullable().optional(),
    usdPerMillion,
    tiers: z.array(z.strictObject({ aboveInputTokens: tokens, usdPerMillion })).optional(),
    source: text.optional(),
    asOf: day.optional(),
  });
}

/** What a bound of time is in ms; an open one is infinite. */
function bound(value: string | null | undefined, open: number): number {
  return value === null || value === undefined ? open : Date.parse(value);
}

/** Periods in ascending order that do not overlap, with tiers in ascending order: else says which is wrong. */
function checkPriceOrder(
  prices: readonly {
    readonly from?: string | null | undefined;
    readonly until?: string | null | undefined;
    readonly tiers?: readonly { readonly aboveInputTokens: number }[] | undefined;
  }[],
): { readonly index: number; readonly message: string } | null {
  let previousEnd = -Infinity;
  for (const [index, { from, until, tiers = [] }] of prices.entries()) {
    const start = bound(from, -Infinity);
    const end = bound(until, Infinity);
    if (start >= end) return { index, message: '`from` must be earlier than `until`' };
    if (index > 0 && start < previousEnd) {
      return {
        index,
        message: 'begins before the period above it ends: give that one an `until`, or order them by time',
      };
    }
    if (tiers.some((tier, at) => at > 0 && tier.aboveInputTokens <= (tiers[at - 1]?.aboveInputTokens ?? 0))) {
      return { index, message: 'tiers must come in ascending order of `aboveInputTokens`' };
    }
    previousEnd = end;
  }
  return null;
}

/** Adds the order of prices to a schema's checks. */
export function pricesSchema<Price extends z.ZodType>(price: Price) {
  return z.array(priceEntrySchema(price)).check((context) => {
    const wrong = checkPriceOrder(context.value);
    if (wrong === null) return;
    context.issues.push({ code: 'custom', input: context.value, path: [wrong.index], message: wrong.message });
  });
}

/** The facts of a model beside its id and prices. */
export const modelFactsShape = {
  name: text,
  family: text.nullable(),
  released: z
    .string()
    .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'write YYYY, YYYY-MM or YYYY-MM-DD')
    .nullable(),
  status: z.enum(['current', 'beta', 'deprecated']),
  contextTokens: tokens.nullable(),
  maxInputTokens: tokens.nullable(),
  maxOutputTokens: tokens.nullable(),
  input: z.array(z.enum(['text', 'image', 'pdf', 'audio', 'video'])).min(1),
  output: z.array(z.enum(['text', 'image', 'pdf', 'audio', 'video'])).min(1),
  tools: z.boolean(),
  structuredOutput: z.boolean().nullable(),
  reasoning: z.boolean(),
  reasoningControls: z
    .strictObject({
      efforts: z.array(text),
      budgetTokens: z.strictObject({ min: z.int().min(0), max: tokens.nullable() }).nullable(),
      canDisable: z.boolean(),
    })
    .nullable(),
  temperature: z.boolean().nullable(),
  openWeights: z.boolean(),
  aliases: z.array(text.regex(/^[^/\s]+$/, 'an alias has no slash and no space')),
  source: text,
  asOf: day,
};

/** One model of a data file. */
const vendorModelSchema = z.strictObject({ id: text, ...modelFactsShape, prices: pricesSchema(decimalPrice) });

/** One file of `data/`. */
export const vendorFileSchema = z.strictObject({
  format: z.literal(1),
  provider: z.string().regex(/^[a-z0-9-]+$/),
  models: z.array(vendorModelSchema).min(1),
});
