import {
  LatticeError,
  specVersion,
  type ChatProvider,
  type EmbeddingProvider,
  type ProviderCapabilities,
  type ProviderDefinition,
  type ProviderOptions,
} from '@lattice-lock/contract';
import {
  createFixedConnection,
  createWireEmbeddings,
  createWireProvider,
  readModelList,
  type WireProviderSpec,
} from '@lattice-lock/provider-kit';
import { createChatCodec } from './chat/chat-codec.ts';
import type { ChatDialect } from './chat/chat-request-encoder.ts';
import { openAIEmbeddingCodec } from './embeddings/embedding-codec.ts';

const capabilities: ProviderCapabilities = {
  streaming: true,
  tools: true,
  parallelTools: true,
  structuredOutput: 'native',
  images: true,
  files: true,
  reasoning: true,
  promptCache: false,
  seed: true,
  logprobs: true,
  embeddings: true,
  usage: 'sometimes',
};

/** Options of a server that speaks OpenAI Chat Completions, beyond those of every provider. */
export interface OpenAICompatibleOptions extends ProviderOptions {
  /** Includes `/v1` where the server wants it, e.g. `http://127.0.0.1:8000/v1`. */
  readonly baseUrl?: string;
  /** Default `max_tokens`. */
  readonly maxTokensField?: ChatDialect['maxTokensField'];
  /** Whether streams ask for usage; default true. Turn it off for servers that refuse `stream_options`. */
  readonly streamUsage?: boolean;
}

const env = { apiKey: ['OPENAI_COMPATIBLE_API_KEY'], baseUrl: ['OPENAI_COMPATIBLE_BASE_URL'] } as const;

/**
 * Makes a provider for any server that speaks OpenAI Chat Completions.
 *
 * @throws LatticeError `LATTICE_CONFIG` without a base URL: there is no server to assume.
 */
export function createOpenAICompatibleProvider(options: OpenAICompatibleOptions): ChatProvider {
  return createWireProvider(specOf(options));
}

/**
 * Makes an embedding provider for any server that speaks OpenAI's `POST /embeddings`.
 *
 * @throws LatticeError as {@link createOpenAICompatibleProvider}.
 */
export function createOpenAICompatibleEmbeddings(options: OpenAICompatibleOptions): EmbeddingProvider {
  return createWireEmbeddings(specOf(options));
}

function specOf(options: OpenAICompatibleOptions): WireProviderSpec {
  const { id = 'openai-compatible', baseUrl, apiKey, maxTokensField = 'max_tokens', streamUsage = true } = options;
  if (baseUrl === undefined) {
    const message = `The provider ${id} needs a base URL, e.g. http://127.0.0.1:8000/v1; set OPENAI_COMPATIBLE_BASE_URL or baseUrl.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
  }
  return {
    id: 'openai-compatible',
    displayName: 'the OpenAI-compatible server',
    capabilities,
    options,
    apiKeyEnv: env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: () =>
      createFixedConnection({
        provider: id,
        baseUrl,
        headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
        secrets: apiKey === undefined ? [] : [apiKey],
        codec: createChatCodec({ maxTokensField, streamUsage }),
        embeddings: openAIEmbeddingCodec,
        health: { path: '/models', readModels: readModelList },
      }),
  };
}

/** Any server that speaks OpenAI Chat Completions; it has no base URL of its own. */
export const openAICompatible: ProviderDefinition = {
  specVersion,
  id: 'openai-compatible',
  displayName: 'OpenAI-compatible server',
  packageName: '@lattice-lock/provider-openai-compatible',
  aliases: ['compatible'],
  env,
  needsApiKey: false,
  defaultBaseUrl: null,
  wire: 'openai-chat',
  capabilities,
  models: [],
  create: createOpenAICompatibleProvider,
  createEmbeddings: createOpenAICompatibleEmbeddings,
};
