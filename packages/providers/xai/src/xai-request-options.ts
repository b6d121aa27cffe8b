import type { ChatRequest, JsonObject, JsonValue } from '@lattice-lock/contract';

/** A tool that xAI runs itself, over the Responses API. */
export type XaiServerTool =
  | {
      readonly type: 'web_search';
      readonly filters?: {
        readonly allowed_domains?: readonly string[];
        readonly excluded_domains?: readonly string[];
      };
      readonly enable_image_understanding?: boolean;
      readonly enable_image_search?: boolean;
    }
  | {
      readonly type: 'x_search';
      readonly allowed_x_handles?: readonly string[];
      readonly excluded_x_handles?: readonly string[];
      readonly from_date?: string;
      readonly to_date?: string;
      readonly enable_image_understanding?: boolean;
      readonly enable_video_understanding?: boolean;
    }
  | { readonly type: 'code_interpreter' }
  | { readonly type: 'file_search'; readonly vector_store_ids: readonly string[]; readonly max_num_results?: number }
  | {
      readonly type: 'mcp';
      readonly server_url: string;
      readonly server_label?: string;
      readonly authorization?: string;
      readonly allowed_tools?: readonly string[];
    };

/**
 * Raw fields of xAI's request bodies that have no common word; any other field may be given too. `tools`,
 * `previous_response_id`, `store`, `include`, `max_turns` and `text` go over the Responses API alone.
 */
export type XaiRequestOptions = {
  readonly tools?: readonly XaiServerTool[];
  /** Live search of Chat Completions, which xAI gives up in favour of `tools`. */
  readonly search_parameters?: {
    readonly mode?: 'off' | 'auto' | 'on';
    readonly return_citations?: boolean;
    readonly from_date?: string;
    readonly to_date?: string;
    readonly max_search_results?: number;
    readonly sources?: readonly JsonObject[];
  };
  readonly previous_response_id?: string;
  readonly store?: boolean;
  readonly include?: readonly string[];
  readonly max_turns?: number;
  readonly prompt_cache_key?: string;
  readonly service_tier?: 'default' | 'priority';
  readonly reasoning?: { readonly effort?: string; readonly summary?: string };
  readonly [field: string]: JsonValue | undefined;
};

const onlyResponses = ['previous_response_id', 'store', 'include', 'max_turns', 'text'];

/** True for requests that only the Responses API can serve: by their raw options, or by their model. */
export function wantsResponses({ model, providerOptions }: ChatRequest, provider: string): boolean {
  if (model.includes('multi-agent')) return true;
  const own = providerOptions?.[provider];
  if (own === undefined) return false;
  if (onlyResponses.some((field) => own[field] !== undefined)) return true;
  const { tools } = own;
  return Array.isArray(tools) && tools.some((tool: JsonObject | null) => tool !== null && tool['type'] !== 'function');
}
