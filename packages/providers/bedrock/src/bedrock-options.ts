import type { JsonObject, ProviderOptions } from '@lattice-lock/contract';

/** A pair of AWS access keys, with the session's token where they are temporary. */
export interface BedrockCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When they end; they are asked for again before. */
  readonly expiration?: Date;
}

/** Options of this provider beside the common ones, all optional. `apiKey` is a Bedrock API key (bearer token). */
export interface BedrockOptions extends ProviderOptions {
  /** The AWS region; else that of the base URL, `AWS_REGION` or the profile. */
  readonly region?: string;
  /** A profile of `~/.aws/config` or `~/.aws/credentials`. */
  readonly profile?: string;
  /** Access keys, or a function that fetches them; else the SDK's chain finds them. */
  readonly credentials?: BedrockCredentials | (() => Promise<BedrockCredentials>);
}

/**
 * Raw fields of Converse and ConverseStream for `providerOptions.bedrock`. Objects are merged field by field with what
 * the request says in common words.
 */
export type BedrockRequestOptions = {
  readonly guardrailConfig?: {
    readonly guardrailIdentifier: string;
    readonly guardrailVersion: string;
    readonly trace?: 'enabled' | 'disabled' | 'enabled_full';
    /** Streams only. */
    readonly streamProcessingMode?: 'sync' | 'async';
  };
  readonly performanceConfig?: { readonly latency: 'standard' | 'optimized' };
  readonly serviceTier?: { readonly type: 'default' | 'flex' | 'priority' | 'reserved' };
  /** Key-value pairs for the invocation log. */
  readonly requestMetadata?: { readonly [key: string]: string };
  /** Fields of the model beyond those of Converse, e.g. `{ top_k: 50 }`. */
  readonly additionalModelRequestFields?: JsonObject;
  /** JSON pointers of fields to return in `providerMetadata.additionalModelResponseFields`. */
  readonly additionalModelResponseFieldPaths?: readonly string[];
  /** Variables of a prompt of Prompt management whose ARN stands as the model. */
  readonly promptVariables?: { readonly [name: string]: { readonly text: string } };
};
