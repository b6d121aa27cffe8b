import type { FinishReason } from '@lattice-lock/contract';

const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool-calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
};

/**
 * The common word for a `stopReason` (`StopReason` of @aws-sdk/client-bedrock-runtime). `malformed_model_output` and
 * `malformed_tool_use` have none and are `other`, like reasons that are not known yet.
 */
export function mapConverseStopReason(stopReason: string): FinishReason {
  return Object.hasOwn(finishReasons, stopReason) ? (finishReasons[stopReason] ?? 'other') : 'other';
}
