import { isUnknownUsage, type Usage } from '@lattice-lock/contract';

/** Usage as OpenAI writes it. */
export interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number | null; readonly cache_write_tokens: number | null };
  readonly completion_tokens_details: { readonly reasoning_tokens: number | null };
}

/** `null` when the vendor did not say how much went in or came out: OpenAI's form has no word for unknown, and 0 would be a lie. */
export function wireUsage(usage: Usage): WireUsage | null {
  const { inputTokens, outputTokens, totalTokens } = usage;
  if (isUnknownUsage(usage) || inputTokens === null || outputTokens === null) return null;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: totalTokens ?? inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedInputTokens, cache_write_tokens: usage.cacheWriteTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  };
}
