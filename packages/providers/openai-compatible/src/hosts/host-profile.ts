import type { ChatRequest, JsonObject, ProviderCapabilities } from '@lattice-lock/contract';
import type { ChatDialect } from '../chat/chat-request-encoder.ts';

/** Fields of a request that a host may not have; they are left out with a warning. */
export type OmittableField = Extract<
  keyof ChatRequest,
  'seed' | 'topLogprobs' | 'parallelToolCalls' | 'presencePenalty' | 'frequencyPenalty' | 'user'
>;

/** How a host's requests differ. */
export interface HostRequestQuirks {
  /** Default `max_tokens`. */
  readonly maxTokensField?: ChatDialect['maxTokensField'];
  /** False for hosts that refuse `stream_options`; default true. */
  readonly streamUsage?: boolean;
  readonly leftOut?: readonly OmittableField[];
  /** Body fields that have another name there. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Hosts that take tool call ids of so many letters and digits only; others are replaced, the same by the same. */
  readonly toolIdLength?: number;
  /** The field that takes a budget of reasoning as `{max_tokens}`, in place of `reasoning_effort`. */
  readonly reasoningBudget?: string;
  /** The fields that switch thinking off, sent for the effort `none` in place of `reasoning_effort`. */
  readonly withoutReasoning?: JsonObject;
  /** The message field in which the host takes the reasoning of earlier turns back. */
  readonly reasoningBack?: string;
  /** Fields of an answer's `providerMetadata` that go back in its message unchanged. */
  readonly fieldsBack?: readonly string[];
}

/** What a host says beside the common words, by where it stands; collected into `providerMetadata`. */
export interface HostMetadataFields {
  readonly body?: readonly string[];
  /** Collected under `usage`. */
  readonly usage?: readonly string[];
  readonly choice?: readonly string[];
  readonly message?: readonly string[];
}

/**
 * A vendor that speaks OpenAI Chat Completions, as data: a row of `compatible-hosts.json`. A further vendor is a further
 * row; `host-profile.schema.json` is its schema.
 */
export interface HostProfile {
  /** Lower case letters, digits and `-`. */
  readonly id: string;
  readonly displayName: string;
  readonly aliases: readonly string[];
  readonly env: { readonly apiKey: readonly string[]; readonly baseUrl: readonly string[] };
  /** Without a trailing slash; paths such as `/chat/completions` are joined to it. */
  readonly baseUrl: string;
  /** What differs from {@link commonCapabilities}. Tools, images and files of a host without them are refused. */
  readonly capabilities?: Partial<Omit<ProviderCapabilities, 'structuredOutput' | 'embeddings'>>;
  /** What the host enforces: for all models, for none, or for those whose id begins so. Default all. */
  readonly formats?: { readonly jsonSchema: boolean | readonly string[]; readonly jsonObject: boolean };
  readonly request?: HostRequestQuirks;
  readonly metadata?: HostMetadataFields;
  /** Present where the host has embedding models. */
  readonly embeddings?: {
    readonly encodingFormat: 'base64' | 'float';
    readonly rename?: Readonly<Record<string, string>>;
  };
  /** Default `GET /models`, which lists what the key may use. */
  readonly health?: { readonly path: string; readonly models: boolean };
  /** Where the facts were read. */
  readonly sources: readonly string[];
  /** The day they were read, `YYYY-MM-DD`. */
  readonly asOf: string;
}

/** What a host of this wire can do unless its profile says otherwise. */
export const commonCapabilities: Omit<ProviderCapabilities, 'structuredOutput' | 'embeddings'> = {
  streaming: true,
  tools: true,
  parallelTools: true,
  images: false,
  files: false,
  reasoning: true,
  promptCache: false,
  seed: false,
  logprobs: false,
  usage: 'sometimes',
};
