import { createUsage, tokenCount, unknownUsage, type JsonObject, type Usage } from '@lattice-lock/contract';

/**
 * Usage in normal form. `promptTokenCount` includes cached input; the results of the vendor's own tools are counted
 * apart and belong to the input, unless the total says that they are in the prompt already. Proto JSON leaves zeros
 * out, so a missing count beside others is 0; metadata without any count (`trafficType` alone) is unknown.
 */
export function mapGeminiUsage(metadata: JsonObject): Usage {
  const prompt = tokenCount(metadata['promptTokenCount']);
  const candidates = tokenCount(metadata['candidatesTokenCount']);
  const thoughts = tokenCount(metadata['thoughtsTokenCount']);
  const total = tokenCount(metadata['totalTokenCount']);
  if (prompt === null && candidates === null && thoughts === null && total === null) return unknownUsage;
  const outputTokens = (candidates ?? 0) + (thoughts ?? 0);
  const toolUse = tokenCount(metadata['toolUsePromptTokenCount']) ?? 0;
  const isWithin = total === (prompt ?? 0) + outputTokens;
  return createUsage({
    inputTokens: (prompt ?? 0) + (isWithin ? 0 : toolUse),
    outputTokens,
    totalTokens: total,
    cachedInputTokens: tokenCount(metadata['cachedContentTokenCount']),
    reasoningTokens: thoughts,
  });
}
