import { createUsage, tokenCount, type JsonObject, type JsonValue, type Usage } from '@lattice-lock/contract';
import { objectOf } from '@lattice-lock/provider-kit';

/**
 * The vendor's usage in normal form. Its `input_tokens` leave cached input out, so reads and writes of the cache are
 * added. After a server-side compaction the top-level counts leave that pass out and the iterations are summed
 * (platform.claude.com, compaction; recorded: 612 at the top against 60,997 in all).
 */
export function mapAnthropicUsage(usage: JsonObject): Usage {
  const passes = compactedPasses(usage['iterations']);
  const sources = passes ?? [usage];
  const cachedInputTokens = sum(sources, (source) => tokenCount(source['cache_read_input_tokens']));
  const cacheWriteTokens = sum(sources, cacheWrites);
  const freshTokens = sum(sources, (source) => tokenCount(source['input_tokens']));
  return createUsage({
    inputTokens: freshTokens === null ? null : freshTokens + (cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0),
    outputTokens: sum(sources, (source) => tokenCount(source['output_tokens'])),
    cachedInputTokens,
    cacheWriteTokens,
    cacheWriteLongTokens: sum(sources, (source) => cacheCreation(source, 'ephemeral_1h_input_tokens')),
    reasoningTokens: tokenCount(objectOf(usage['output_tokens_details'])['thinking_tokens']),
  });
}

/** The passes of the answering model when one of them was a compaction; `null` when the top-level counts are whole. */
function compactedPasses(iterations: JsonValue | undefined): readonly JsonObject[] | null {
  if (!Array.isArray(iterations)) return null;
  const passes = iterations
    .map((iteration: JsonValue) => objectOf(iteration))
    .filter(({ type }) => type === 'message' || type === 'compaction');
  return passes.some(({ type }) => type === 'compaction') ? passes : null;
}

function cacheWrites(usage: JsonObject): number | null {
  const total = tokenCount(usage['cache_creation_input_tokens']);
  if (total !== null) return total;
  const short = cacheCreation(usage, 'ephemeral_5m_input_tokens');
  const long = cacheCreation(usage, 'ephemeral_1h_input_tokens');
  return short === null && long === null ? null : (short ?? 0) + (long ?? 0);
}

function cacheCreation(usage: JsonObject, lifetime: string): number | null {
  return tokenCount(objectOf(usage['cache_creation'])[lifetime]);
}

function sum(sources: readonly JsonObject[], count: (source: JsonObject) => number | null): number | null {
  return sources.reduce<number | null>((total, source) => {
    const value = count(source);
    return value === null ? total : (total ?? 0) + value;
  }, null);
}
