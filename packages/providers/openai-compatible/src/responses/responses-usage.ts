import { createUsage, tokenCount, type Usage } from '@lattice-lock/contract';
import { fieldsOf } from '../chat/chat-fields.ts';

/**
 * The usage of a response in normal form; `null` when neither input nor output is told. `input_tokens` includes the
 * cached ones, `output_tokens` the reasoning.
 */
export function mapResponsesUsage(value: unknown): Usage | null {
  const usage = fieldsOf(value);
  const inputTokens = tokenCount(usage['input_tokens']);
  const outputTokens = tokenCount(usage['output_tokens']);
  if (inputTokens === null && outputTokens === null) return null;
  const input = fieldsOf(usage['input_tokens_details']);
  return createUsage({
    inputTokens,
    outputTokens,
    totalTokens: tokenCount(usage['total_tokens']),
    cachedInputTokens: tokenCount(input['cached_tokens']),
    cacheWriteTokens: tokenCount(input['cache_write_tokens']),
    reasoningTokens: tokenCount(fieldsOf(usage['output_tokens_details'])['reasoning_tokens']),
  });
}
