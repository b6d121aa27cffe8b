import type { JsonObject } from '@lattice-lock/contract';

/**
 * Raw fields for `providerOptions.local`. The first group is Ollama's native wire (`ChatRequest` and `Options` in its
 * api/types.go), the second vLLM's and llama.cpp's additions to OpenAI's; what is not here can be sent all the same.
 */
export type LocalRequestOptions = {
  /** How long the model stays in memory after the call: seconds, or a text like `10m`; 0 unloads it, -1 never. */
  readonly keep_alive?: number | string;
  /** Added to the options that the request sets itself. */
  readonly options?: {
    readonly num_ctx?: number;
    readonly num_keep?: number;
    readonly num_gpu?: number;
    readonly num_thread?: number;
    readonly num_batch?: number;
    readonly main_gpu?: number;
    readonly use_mmap?: boolean;
    readonly top_k?: number;
    readonly min_p?: number;
    readonly typical_p?: number;
    readonly repeat_last_n?: number;
    readonly repeat_penalty?: number;
  };
  readonly truncate?: boolean;
  readonly shift?: boolean;

  readonly chat_template_kwargs?: JsonObject;
  readonly structured_outputs?: JsonObject;
  readonly guided_json?: JsonObject;
  readonly grammar?: string;
  readonly cache_prompt?: boolean;
  readonly id_slot?: number;
  readonly top_k?: number;
  readonly min_p?: number;
  readonly repetition_penalty?: number;
  readonly priority?: number;
};
