import { createUsage, tokenCount, type JsonObject, type Usage } from '@lattice-lock/contract';
import { itemsOf, objectOf } from '@lattice-lock/provider-kit';

/**
 * The vendor's `usage` in normal form. Its `inputTokens` leave cached input out, so reads and writes of the cache are
 * added; where its own total shows that they are inside already, as for OpenAI's models, they are not. Reasoning is
 * part of the output and is not counted apart.
 */
export function mapConverseUsage(usage: JsonObject): Usage {
  const freshTokens = tokenCount(usage['inputTokens']);
  const outputTokens = tokenCount(usage['outputTokens']);
  const totalTokens = tokenCount(usage['totalTokens']);
  const cachedInputTokens = tokenCount(usage['cacheReadInputTokens']);
  const cacheWriteTokens = tokenCount(usage['cacheWriteInputTokens']);
  const isInside = totalTokens !== null && totalTokens === (freshTokens ?? 0) + (outputTokens ?? 0);
  const besideTokens = isInside ? 0 : (cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0);
  return createUsage({
    inputTokens: freshTokens === null ? null : freshTokens + besideTokens,
    outputTokens,
    totalTokens,
    cachedInputTokens,
    cacheWriteTokens,
    cacheWriteLongTokens: longCacheWrites(usage),
  });
}

function longCacheWrites(usage: JsonObject): number | null {
  const writes = itemsOf(usage['cacheDetails'])
    .map(objectOf)
    .filter(({ ttl }) => ttl === '1h')
    .map(({ inputTokens }) => tokenCount(inputTokens) ?? 0);
  return writes.length === 0 ? null : writes.reduce((sum, count) => sum + count, 0);
}
