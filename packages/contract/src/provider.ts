import type { CallOptions, ChatRequest } from './chat-request.ts';
import type { ChatEvent } from './chat-events.ts';
import type { ChatResult, RateLimitInfo } from './chat-result.ts';
import type { Clock } from './clock.ts';
import type { ErrorCode } from './errors.ts';
import type { Logger } from './logger.ts';
import type { ModelInfo } from './model-info.ts';
import type { JsonObject } from './json.ts';
import type { HttpTransport } from './transport.ts';
import type { Usage } from './usage.ts';

/** The version of the provider contract. A definition with another one is refused by name. */
export const specVersion = 1;

/** What a provider's wire can carry; what one model can do is in the catalog. */
export interface ProviderCapabilities {
  readonly streaming: boolean;
  readonly tools: boolean;
  readonly parallelTools: boolean;
  /** `native`: the vendor enforces a JSON schema; `json`: any JSON; `none`. */
  readonly structuredOutput: 'native' | 'json' | 'none';
  readonly images: boolean;
  readonly files: boolean;
  readonly reasoning: boolean;
  readonly promptCache: boolean;
  readonly seed: boolean;
  readonly logprobs: boolean;
  readonly embeddings: boolean;
  /** Whether the vendor reports usage of buffered and of streamed answers. */
  readonly usage: 'always' | 'sometimes';
}

/** What a provider is known to be able to do now. */
export type ProviderState = 'available' | 'unauthorized' | 'unreachable' | 'failing';

/** What a health check found. */
export interface ProviderStatus {
  readonly provider: string;
  readonly state: ProviderState;
  /** ISO 8601. */
  readonly checkedAt: string;
  readonly latencyMs: number;
  /** The models this credential may use, where the vendor says; `null` where not. */
  readonly models: readonly string[] | null;
  readonly errorCode: ErrorCode | null;
  /** What was found, in a sentence without secrets. */
  readonly message: string;
  /** What to do about it; `null` when all is well. */
  readonly remedy: string | null;
}

/**
 * A vendor that can be called. `chat` and `stream` tell the same truth: the same answer sent either way gives equal
 * results.
 */
export interface ChatProvider {
  readonly id: string;
  readonly capabilities: ProviderCapabilities;
  /** @throws LatticeError with the code of what went wrong; never retries. */
  chat(request: ChatRequest, options?: CallOptions): Promise<ChatResult>;
  /** Never throws: errors are events. Leaving the iteration early closes the socket. */
  stream(request: ChatRequest, options?: CallOptions): AsyncIterable<ChatEvent>;
  /**
   * The events of {@link stream}, those that arrived together in one array (never an empty one): a reader who can take
   * them so waits once per chunk instead of once per event. Optional; it must tell the same as `stream`.
   */
  streamBatches?(request: ChatRequest, options?: CallOptions): AsyncIterable<readonly ChatEvent[]>;
  /**
   * Asks the vendor, at no token cost, whether this credential is good. Cached for at most 60 s (a failure 10 s);
   * concurrent callers share one probe. Never throws.
   */
  checkHealth(options?: { readonly fresh?: boolean; readonly signal?: AbortSignal }): Promise<ProviderStatus>;
  /** Closes connections and drops caches. */
  close(): Promise<void>;
}

/** Texts to turn into vectors, in one call. */
export interface EmbeddingRequest {
  /** The vendor's own model id. */
  readonly model: string;
  readonly texts: readonly string[];
  /** Asks for vectors of this length, from models that can shorten them. */
  readonly dimensions?: number;
  /** Some vendors embed a question differently from what is searched. */
  readonly purpose?: 'query' | 'document';
  /** Raw vendor fields by provider id, merged into the body last. */
  readonly providerOptions?: { readonly [providerId: string]: JsonObject | undefined };
}

/** The vectors of one call, in the order of the texts. */
export interface EmbeddingResult {
  readonly provider: string;
  /** The model as the vendor names it. */
  readonly model: string;
  readonly vectors: readonly Float32Array[];
  readonly usage: Usage;
  readonly warnings: readonly string[];
  readonly rateLimit: RateLimitInfo | null;
  readonly upstreamRequestId: string | null;
}

/** A vendor whose models turn texts into vectors. */
export interface EmbeddingProvider {
  readonly id: string;
  /** @throws LatticeError with the code of what went wrong; never retries. */
  embed(request: EmbeddingRequest, options?: CallOptions): Promise<EmbeddingResult>;
  close(): Promise<void>;
}

/** What a provider is created with. */
export interface ProviderOptions {
  /** Overrides the definition's id, for a second account or server of the same kind. */
  readonly id?: string;
  readonly apiKey?: string;
  readonly baseUrl?: string;
  /** Sent with every request; wins over the provider's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Shared pool; the provider makes one of its own unless given. */
  readonly transport?: HttpTransport;
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly firstByteTimeoutMs?: number;
  readonly idleTimeoutMs?: number;
  /** Where settings of the vendor that no option gives are looked up, such as `AWS_REGION`; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Further options of this provider alone. */
  readonly [option: string]: unknown;
}

/**
 * What a provider package exports. The registry and the catalog merge definitions, so a new provider edits no core
 * file.
 */
export interface ProviderDefinition {
  readonly specVersion: typeof specVersion;
  /** Lower case letters, digits and `-`. */
  readonly id: string;
  readonly displayName: string;
  readonly packageName: string;
  /** Other names a user may write. */
  readonly aliases: readonly string[];
  /** Environment variables, the first that is set wins. */
  readonly env: {
    readonly apiKey: readonly string[];
    readonly baseUrl: readonly string[];
    /** Any of these that is set means that the vendor's SDK finds a credential by itself; only the SDK reads them. */
    readonly ambient?: readonly string[];
  };
  /** False for servers that need none. */
  readonly needsApiKey: boolean;
  readonly defaultBaseUrl: string | null;
  /** False where the vendor's SDK knows the address by itself, e.g. by region. Default: a base URL without default must be set. */
  readonly needsBaseUrl?: boolean;
  /** The wire it speaks, as the simulator names it: `openai-chat`, `anthropic-messages`, `ollama-chat`, or one of its own. */
  readonly wire: string;
  readonly capabilities: ProviderCapabilities;
  /** Models the package knows beyond the catalog. */
  readonly models: readonly ModelInfo[];
  create(options: ProviderOptions): ChatProvider;
  /** Present where the vendor has embedding models. */
  createEmbeddings?(options: ProviderOptions): EmbeddingProvider;
}

/** Where the rest of the house learns how providers are. */
export interface HealthSource {
  /** The last known status without asking; `undefined` when never asked. */
  last(provider: string): ProviderStatus | undefined;
}
