import type { FinishReason } from '@lattice-lock/contract';

const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
};

/**
 * The common word for a `stop_reason`. `pause_turn` and `compaction` end a request but not the turn, so they are
 * `other`, like reasons that are not known yet.
 */
export function mapAnthropicStopReason(stopReason: string): FinishReason {
  return Object.hasOwn(finishReasons, stopReason) ? (finishReasons[stopReason] ?? 'other') : 'other';
}
