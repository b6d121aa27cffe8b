import type { JsonObject, JsonSchema } from './json.ts';
import type { Message } from './messages.ts';

/** A tool the model may call. */
export interface ToolDefinition {
  /** Letters, digits, `_` and `-`, at most 64 characters: the common ground of the vendors. */
  readonly name: string;
  readonly description?: string;
  /** The arguments' schema; its root is an object. */
  readonly parameters: JsonSchema;
  /** Asks the vendor to enforce the schema while generating, where it can. */
  readonly strict?: boolean;
}

/** Whether the model may, must not or must call a tool, or which one it must call. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** The form of the answer's text. */
export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema';
      readonly name: string;
      readonly schema: JsonSchema;
      readonly description?: string;
      readonly strict?: boolean;
    };

/** How much a reasoning model may think: a level, a budget in tokens, or both where the vendor takes both. */
export interface ReasoningOptions {
  readonly effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
  readonly budgetTokens?: number;
}

/**
 * One call of one model, in the house's own words. A provider translates it to its vendor's wire; what the vendor does
 * not support is reported in the result's `warnings` or refused by `LATTICE_UNSUPPORTED`, never dropped in silence.
 */
export interface ChatRequest {
  /** The vendor's own model id, without a provider prefix. */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolDefinition[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly responseFormat?: ResponseFormat;
  /** Upper bound of generated tokens, reasoning included. */
  readonly maxOutputTokens?: number;
  /** 0 to 2; vendors with a smaller range refuse what lies outside theirs. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly reasoning?: ReasoningOptions;
  /** Asks for the probability of each token and of so many alternatives (0 to 20). */
  readonly topLogprobs?: number;
  /** An opaque id of the end user, for the vendor's abuse detection. */
  readonly user?: string;
  /** Raw vendor fields by provider id, merged into the body last: `{ openai: { service_tier: 'flex' } }`. */
  readonly providerOptions?: { readonly [providerId: string]: JsonObject | undefined };
}

/** What belongs to one call and not to its content. */
export interface CallOptions {
  /** Cancels the call down to the socket. */
  readonly signal?: AbortSignal;
  /** Time until the response headers must have come, in ms. */
  readonly firstByteTimeoutMs?: number;
  /** Longest silence between two chunks of a body, in ms. */
  readonly idleTimeoutMs?: number;
  /** Our id of the request, for logs; sent to vendors that take one. */
  readonly requestId?: string;
  /** The W3C `traceparent` to send along. */
  readonly traceparent?: string;
}
