import type { JsonObject } from '@lattice-lock/contract';

/**
 * Raw fields of a DIAL chat request, for `providerOptions.dial`. Source: `ChatCompletionRequest` of aidial-sdk (2026);
 * a deployment may take more.
 */
export type DialRequestOptions = {
  /** The deployment's own configuration (`GET /v1/deployments/{id}/configuration` has its schema), and a cache mark. */
  readonly custom_fields?: { readonly configuration?: JsonObject; readonly cache_breakpoint?: JsonObject };
  /** Cuts the oldest messages until the prompt fits; what was cut is in `statistics.discarded_messages`. */
  readonly max_prompt_tokens?: number;
  readonly addons?: readonly { readonly name?: string; readonly url?: string }[];
  readonly n?: number;
  readonly logit_bias?: Readonly<Record<string, number>>;
  readonly max_completion_tokens?: number;
};
