import type { FinishReason } from '@lattice-lock/contract';

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['length', 'length'],
  ['model_length', 'length'],
  ['max_tokens', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
]);

/**
 * The house's word for a chat `finish_reason`. A natural stop with tool calls means the calls: a forced `tool_choice`
 * and several servers end that way.
 */
export function mapChatFinishReason(raw: string | null, hasToolCalls: boolean): FinishReason {
  if (raw === null) return hasToolCalls ? 'tool-calls' : 'other';
  const reason = reasons.get(raw) ?? 'other';
  return reason === 'stop' && hasToolCalls ? 'tool-calls' : reason;
}
