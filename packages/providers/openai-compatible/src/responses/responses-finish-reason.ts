import type { FinishReason } from '@lattice-lock/contract';
import { fieldsOf, textOf, type Fields } from '../chat/chat-fields.ts';

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ['completed', 'stop'],
  ['max_output_tokens', 'length'],
  ['max_tokens', 'length'],
  ['content_filter', 'content-filter'],
]);

/** The vendor's own word for how a response ended: why it is incomplete, else its status; without one, `completed`. */
export function rawResponsesFinishReason(response: Fields): string {
  const status = textOf(response['status']) ?? 'completed';
  return status === 'incomplete' ? (textOf(fieldsOf(response['incomplete_details'])['reason']) ?? status) : status;
}

/**
 * The house's word for it. A completed response with function calls means the calls; one that is still queued or in
 * progress in the background, or cancelled, is `other`.
 */
export function mapResponsesFinishReason(raw: string, hasToolCalls: boolean): FinishReason {
  const reason = reasons.get(raw) ?? 'other';
  return reason === 'stop' && hasToolCalls ? 'tool-calls' : reason;
}
