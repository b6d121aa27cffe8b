import { createUsage, tokenCount, type Usage } from '@lattice-lock/contract';
import { fieldsOf } from './chat-fields.ts';

/**
 * The usage of a chat completion in normal form; `null` when neither input nor output is told. `prompt_tokens` includes
 * the cached ones. Most vendors count reasoning inside `completion_tokens`, xAI beside them: the vendor's own total
 * says which reading holds.
 */
export function mapChatUsage(value: unknown): Usage | null {
  const usage = fieldsOf(value);
  const prompt = fieldsOf(usage['prompt_tokens_details']);
  const completion = fieldsOf(usage['completion_tokens_details']);
  const inputTokens = tokenCount(usage['prompt_tokens']);
  const completionTokens = tokenCount(usage['completion_tokens']);
  if (inputTokens === null && completionTokens === null) return null;
  const totalTokens = tokenCount(usage['total_tokens']);
  const reasoningTokens = tokenCount(completion['reasoning_tokens']) ?? tokenCount(usage['reasoning_tokens']);
  const isReasoningBeside =
    inputTokens !== null &&
    completionTokens !== null &&
    reasoningTokens !== null &&
    reasoningTokens > 0 &&
    totalTokens === inputTokens + completionTokens + reasoningTokens;
  return createUsage({
    inputTokens,
    outputTokens: isReasoningBeside ? completionTokens + reasoningTokens : completionTokens,
    totalTokens,
    cachedInputTokens:
      tokenCount(prompt['cached_tokens']) ??
      tokenCount(usage['prompt_cache_hit_tokens']) ??
      tokenCount(usage['cached_tokens']),
    cacheWriteTokens: tokenCount(prompt['cache_write_tokens']),
    reasoningTokens,
  });
}
