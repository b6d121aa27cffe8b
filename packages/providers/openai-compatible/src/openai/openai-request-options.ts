import type { JsonObject, JsonValue } from '@lattice-lock/contract';

/**
 * Raw body fields of OpenAI that have no common word, for `providerOptions`. They are merged into the body last: on Responses `tools` and `include` are added to ours, `reasoning` and `text` field by field; any other replaces.
 * Further fields pass through as they are.
 */
export type OpenAIRequestOptions = {
  // Both APIs
  service_tier?: 'auto' | 'default' | 'flex' | 'scale' | 'priority' | 'fast';
  /** Default `false` on Responses; Chat Completions follows the account. */
  store?: boolean;
  metadata?: { [key: string]: string };
  /** Requests of one key share a cache: set it where many have a long prefix in common. */
  prompt_cache_key?: string;
  prompt_cache_options?: { mode?: 'implicit' | 'explicit'; ttl?: '30m' | '12h' };
  prompt_cache_retention?: 'in_memory' | '24h';
  /** A stable hash of the end user; replaces `user`. */
  safety_identifier?: string;
  // Chat Completions
  verbosity?: 'low' | 'medium' | 'high';
  logit_bias?: { [token: string]: number };
  prediction?: { type: 'content'; content: string };
  web_search_options?: JsonObject;
  // Responses
  previous_response_id?: string;
  conversation?: string | { id: string };
  /** The answer comes back `queued`; its id is in the result. */
  background?: boolean;
  include?: string[];
  instructions?: string;
  max_tool_calls?: number;
  truncation?: 'auto' | 'disabled';
  context_management?: { type: string; compact_threshold?: number }[];
  /** `summary` asks for the reasoning in words; some models want a verified organization for it. */
  reasoning?: { effort?: string; summary?: 'auto' | 'concise' | 'detailed'; mode?: string };
  text?: { verbosity?: 'low' | 'medium' | 'high' };
  /** Tools of the vendor's own, e.g. `{ type: 'web_search' }`. */
  tools?: JsonObject[];
  [field: string]: JsonValue | undefined;
};

/** Fields that Chat Completions does not know: a request with one of them means Responses. */
const responsesFields = [
  'previous_response_id',
  'conversation',
  'background',
  'include',
  'instructions',
  'max_tool_calls',
  'truncation',
  'context_management',
  'reasoning',
  'text',
  'prompt',
] as const;

/** True when raw options name a field, or a tool, that only the Responses API has. */
export function wantsResponses(own: JsonObject): boolean {
  if (responsesFields.some((field) => own[field] !== undefined)) return true;
  const { tools } = own;
  return (
    Array.isArray(tools) &&
    (tools as readonly JsonObject[]).some(({ type }) => type !== 'function' && type !== 'custom')
  );
}
