/**
 * Tokens of one call in normal form. A number the vendor did not report is `null`, never 0.
 *
 * - `inputTokens` includes `cachedInputTokens` and `cacheWriteTokens`;
 * - `outputTokens` includes `reasoningTokens`;
 * - `totalTokens` is the vendor's own total where it sends one, else input + output.
 */
export interface Usage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly totalTokens: number | null;
  /** Input read from the vendor's prompt cache. */
  readonly cachedInputTokens: number | null;
  /** Input written to the vendor's prompt cache, of either lifetime. */
  readonly cacheWriteTokens: number | null;
  /** The part of `cacheWriteTokens` that is kept for an hour and has its own price. */
  readonly cacheWriteLongTokens: number | null;
  /** The part of `outputTokens` the model spent thinking. */
  readonly reasoningTokens: number | null;
}

/** Usage of which nothing is known. */
export const unknownUsage: Usage = Object.freeze({
  inputTokens: null,
  outputTokens: null,
  totalTokens: null,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  cacheWriteLongTokens: null,
  reasoningTokens: null,
});

/** A count as the wire may carry it: a non-negative safe integer, else unknown. Negative, fractional and textual counts are unknown. */
export function tokenCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** Builds a usage from what is known; `totalTokens` is filled from input + output where the vendor sends none. */
export function createUsage(known: Partial<Usage>): Usage {
  const usage = { ...unknownUsage, ...known };
  if (usage.totalTokens !== null || usage.inputTokens === null || usage.outputTokens === null) return usage;
  return { ...usage, totalTokens: usage.inputTokens + usage.outputTokens };
}

/** True when neither input nor output is known. */
export function isUnknownUsage(usage: Usage): boolean {
  return usage.inputTokens === null && usage.outputTokens === null && usage.totalTokens === null;
}

const fields = Object.keys(unknownUsage) as readonly (keyof Usage)[];

/**
 * Adds usages field by field over known numbers. A field is `null` only when no entry knows it: how many entries are
 * unknown is for the caller to count (see {@link CostTotal}), because a sum cannot say it.
 */
export function addUsage(usages: Iterable<Usage>): Usage {
  const sum: Record<keyof Usage, number | null> = { ...unknownUsage };
  for (const usage of usages) {
    for (const field of fields) {
      const value = usage[field];
      if (value !== null) sum[field] = (sum[field] ?? 0) + value;
    }
  }
  return sum;
}
