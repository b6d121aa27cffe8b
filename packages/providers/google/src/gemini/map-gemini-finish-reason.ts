import type { FinishReason } from '@lattice-lock/contract';

/**
 * Source: `FinishReason` of the API reference, @google/genai 3.1, and `MODEL_ARMOR`, which only recorded traffic shows.
 */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  LANGUAGE: 'other',
  OTHER: 'other',
  FINISH_REASON_UNSPECIFIED: 'other',
  MALFORMED_FUNCTION_CALL: 'other',
  MALFORMED_RESPONSE: 'other',
  UNEXPECTED_TOOL_CALL: 'other',
  TOO_MANY_TOOL_CALLS: 'other',
  MISSING_THOUGHT_SIGNATURE: 'other',
  NO_IMAGE: 'other',
  IMAGE_OTHER: 'other',
};

/** The common word for a `finishReason`. The vendor says `STOP` also when the model wants tools. */
export function mapGeminiFinishReason(finishReason: string, hasToolCalls: boolean): FinishReason {
  if (finishReason === 'STOP' && hasToolCalls) return 'tool-calls';
  return Object.hasOwn(finishReasons, finishReason) ? (finishReasons[finishReason] ?? 'other') : 'other';
}
