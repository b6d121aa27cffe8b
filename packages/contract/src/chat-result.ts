import type { JsonObject } from './json.ts';
import type { AssistantPart, ToolCallPart } from './messages.ts';
import type { Usage } from './usage.ts';

/**
 * Why a model stopped: it was done, it reached the token limit, it wants tools, a filter intervened, or something the
 * vendor names that has no common word (`rawFinishReason` keeps it).
 */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';

/** What a vendor says about the limits of the key in use; `null` where it says nothing. Resets are in ms from now. */
export interface RateLimitInfo {
  readonly limitRequests: number | null;
  readonly limitTokens: number | null;
  readonly remainingRequests: number | null;
  readonly remainingTokens: number | null;
  readonly resetRequestsMs: number | null;
  readonly resetTokensMs: number | null;
}

/** How likely the model held a token of its text, and which others it weighed. */
export interface TokenLogprob {
  readonly token: string;
  /** Natural logarithm of the probability, at most 0. */
  readonly logprob: number;
  /** The likeliest tokens at this place, as many as were asked for and the vendor gave. */
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
}

/** A whole answer of one call of one model. */
export interface ChatResult {
  /** The vendor's id of the answer, where it has one. */
  readonly id: string | null;
  readonly provider: string;
  /** The model that answered, as the vendor names it; the requested one where the vendor does not say. */
  readonly model: string;
  /** Text, reasoning and tool calls in the order the model produced them. */
  readonly content: readonly AssistantPart[];
  /** The text parts joined. */
  readonly text: string;
  /** The reasoning parts joined. */
  readonly reasoning: string;
  /** The model's explanation when it refuses through a channel of its own; `null` otherwise. */
  readonly refusal: string | null;
  readonly toolCalls: readonly ToolCallPart[];
  readonly finishReason: FinishReason;
  /** The vendor's own word for it. */
  readonly rawFinishReason: string | null;
  readonly usage: Usage;
  /** The tokens of the text with their probabilities, where they were asked for and the vendor gave them. */
  readonly logprobs: readonly TokenLogprob[] | null;
  /**
   * What the vendor says beside the common words, under its own names: filter verdicts, citations, attachments, or
   * state that goes back in the assistant message's `providerMetadata`.
   */
  readonly providerMetadata: JsonObject | null;
  /** What was asked for and could not be honoured, one sentence each. */
  readonly warnings: readonly string[];
  readonly rateLimit: RateLimitInfo | null;
  /** The vendor's id of the HTTP request, for support. */
  readonly upstreamRequestId: string | null;
}
