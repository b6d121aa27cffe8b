import type { FinishReason, RateLimitInfo, TokenLogprob } from './chat-result.ts';
import type { LatticeError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Usage } from './usage.ts';

/** The upstream has begun to answer. Always the first event of a stream that got that far. */
export interface StartEvent {
  readonly type: 'start';
  readonly id: string | null;
  readonly provider: string;
  readonly model: string;
  readonly warnings: readonly string[];
  readonly rateLimit: RateLimitInfo | null;
  readonly upstreamRequestId: string | null;
}

/** More text. `index` is the block's place in the answer; deltas of one block share it. */
export interface TextDeltaEvent {
  readonly type: 'text-delta';
  readonly index: number;
  readonly text: string;
}

/** More of a refusal, from vendors that send one apart from the text. */
export interface RefusalDeltaEvent {
  readonly type: 'refusal-delta';
  readonly text: string;
}

/** More reasoning, or the signature or the sealed data of a reasoning block. */
export interface ReasoningDeltaEvent {
  readonly type: 'reasoning-delta';
  readonly index: number;
  readonly text: string;
  readonly signature?: string;
  readonly redactedData?: string;
}

/** A tool call begins. */
export interface ToolCallStartEvent {
  readonly type: 'tool-call-start';
  readonly index: number;
  readonly id: string;
  readonly name: string;
}

/** More of a tool call's arguments, as text. Calls of one turn may interleave: merge by `index`. */
export interface ToolCallDeltaEvent {
  readonly type: 'tool-call-delta';
  readonly index: number;
  readonly argumentsText: string;
}

/** A tool call is whole. Comes before `finish` for every call of a finished answer, never for a broken one. */
export interface ToolCallEndEvent {
  readonly type: 'tool-call-end';
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly argumentsText: string;
  /** `null` when the text is not a JSON object. */
  readonly arguments: JsonObject | null;
}

/** What is known of the usage so far: a running total that replaces the one before. */
export interface UsageEvent {
  readonly type: 'usage';
  readonly usage: Usage;
}

/** Probabilities of the next tokens of the text. */
export interface LogprobsEvent {
  readonly type: 'logprobs';
  readonly tokens: readonly TokenLogprob[];
}

/** What the vendor says beside the common words; fields of a later one replace those of an earlier one. */
export interface MetadataEvent {
  readonly type: 'metadata';
  readonly metadata: JsonObject;
}

/** The answer is whole. The last event of a good stream; a stream without it is broken. */
export interface FinishEvent {
  readonly type: 'finish';
  readonly finishReason: FinishReason;
  readonly rawFinishReason: string | null;
}

/** The stream broke. The last event of a bad stream; `error.partial` holds what had arrived. */
export interface ErrorEvent {
  readonly type: 'error';
  readonly error: LatticeError;
}

/**
 * A stream in the house's own words: `start`, then deltas and `usage` in any order, then exactly one `finish` or
 * `error`. The iterator itself never throws: errors are events, so that no reader can lose what came before one.
 */
export type ChatEvent =
  | StartEvent
  | TextDeltaEvent
  | RefusalDeltaEvent
  | ReasoningDeltaEvent
  | ToolCallStartEvent
  | ToolCallDeltaEvent
  | ToolCallEndEvent
  | UsageEvent
  | LogprobsEvent
  | MetadataEvent
  | FinishEvent
  | ErrorEvent;

/** True for an event that shows the reader something of the answer: from then on a silent switch of model would lie. */
export function isContentEvent(event: { readonly type: string }): boolean {
  return event.type.endsWith('-delta') || event.type.startsWith('tool-call-');
}
