import type { JsonObject, ProviderOptions } from '@lattice-lock/contract';

/** Which project of Google Cloud is called, and where its models run. */
export interface VertexOptions {
  /** Default `GOOGLE_CLOUD_PROJECT`. */
  readonly project?: string;
  /** A region such as `europe-west4`, a multi-region `us` or `eu`, or `global`. Default `GOOGLE_CLOUD_LOCATION`, else `global`. */
  readonly location?: string;
}

/** Options of Google's models, beyond those of every provider. */
export interface GoogleOptions extends ProviderOptions {
  /** A key of the Gemini API; not used with Vertex AI. */
  readonly apiKey?: string;
  /**
   * Default `https://generativelanguage.googleapis.com`, or the host of the Vertex location. It may end in an API
   * version; otherwise `/v1beta` (Gemini API) or `/v1` (Vertex AI) is added.
   */
  readonly baseUrl?: string;
  /**
   * Calls Vertex AI instead of the Gemini API. Default: whether `GOOGLE_GENAI_USE_VERTEXAI` (in newer words
   * `GOOGLE_GENAI_USE_ENTERPRISE`) is `true` or `1`, as long as no other `baseUrl` is given.
   */
  readonly vertex?: boolean | VertexOptions;
  /**
   * A token of the scope `https://www.googleapis.com/auth/cloud-platform` for Vertex AI. Asked before every call, so it
   * should keep the token until it expires. Default: Application Default Credentials through `google-auth-library`.
   */
  readonly accessToken?: () => Promise<string>;
}

/** How strictly answers of one kind of harm are blocked. */
export type GoogleSafetySetting = {
  readonly category: string;
  readonly threshold: string;
};

/**
 * Raw fields of `generateContent`, for `providerOptions.google`. `generationConfig` and `toolConfig` are added to ours
 * field by field, `tools` are added to ours, everything else replaces. Source: the reference of models.generateContent
 * (ai.google.dev/api/generate-content) and @google/genai 3.1.
 */
export type GoogleRequestOptions = {
  readonly generationConfig?: {
    readonly topK?: number;
    readonly mediaResolution?: string;
    readonly responseModalities?: readonly string[];
    /** In place of `responseJsonSchema`, for models and proxies that know only the older form. */
    readonly responseSchema?: JsonObject;
    readonly thinkingConfig?: {
      readonly thinkingBudget?: number;
      readonly thinkingLevel?: string;
      readonly includeThoughts?: boolean;
    };
    readonly speechConfig?: JsonObject;
    readonly imageConfig?: JsonObject;
    readonly audioTimestamp?: boolean;
  };
  readonly safetySettings?: readonly GoogleSafetySetting[];
  /** Name of a cache, e.g. `cachedContents/abc`; it holds the system instruction and the tools. */
  readonly cachedContent?: string;
  /** Tools that run at Google's: `{ googleSearch: {} }`, `{ codeExecution: {} }`, `{ urlContext: {} }`. */
  readonly tools?: readonly JsonObject[];
  readonly toolConfig?: {
    /** `streamFunctionCallArguments` lets Vertex AI stream arguments in pieces. */
    readonly functionCallingConfig?: JsonObject;
    readonly retrievalConfig?: JsonObject;
    readonly includeServerSideToolInvocations?: boolean;
  };
  /** Vertex AI: labels of the request for billing reports. */
  readonly labels?: { readonly [name: string]: string };
  /** Goes on with an answer that came with such a token in its metadata. */
  readonly continuationToken?: string;
  readonly serviceTier?: string;
};
