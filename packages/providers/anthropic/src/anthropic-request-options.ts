import type { JsonObject } from '@lattice-lock/contract';

/**
 * Raw fields of a Messages request, for `providerOptions.anthropic`. Source: `MessageCreateParams` of @anthropic-ai/sdk
 * 1.10, stable and beta; what is not here can be sent all the same.
 */
export type AnthropicRequestOptions = {
  /** Beta features of this request, sent in the `anthropic-beta` header. */
  readonly betas?: readonly string[];
  /** A container to go on working in, by id, or the skills to load into a new one. */
  readonly container?: string | JsonObject | null;
  /** Clears old tool uses or thinking, or compacts the conversation, on the server (beta). */
  readonly context_management?: { readonly edits?: readonly JsonObject[] } | null;
  readonly compaction?: JsonObject | null;
  /** MCP servers whose tools the vendor calls itself (beta). */
  readonly mcp_servers?: readonly JsonObject[];
  /** Replaces the tools of the request: repeat those of your own beside the vendor's. */
  readonly tools?: readonly JsonObject[];
  /** Caches the prompt up to its last block that can be. */
  readonly cache_control?: { readonly type: 'ephemeral'; readonly ttl?: '5m' | '1h' } | null;
  readonly thinking?: JsonObject;
  readonly output_config?: JsonObject;
  readonly service_tier?: 'auto' | 'standard_only';
  readonly speed?: 'standard' | 'fast' | null;
  readonly inference_geo?: string | null;
  readonly metadata?: { readonly user_id?: string | null };
  readonly top_k?: number;
};
