import {
  LatticeError,
  specVersion,
  type ChatProvider,
  type EmbeddingProvider,
  type ProviderCapabilities,
  type ProviderDefinition,
  type ProviderOptions,
} from '@lattice-lock/contract';
import { createWireEmbeddings, createWireProvider, type WireProviderSpec } from '@lattice-lock/provider-kit';
import { connectOpenAI } from './openai-connection.ts';

const capabilities: ProviderCapabilities = {
  streaming: true,
  tools: true,
  parallelTools: true,
  structuredOutput: 'native',
  images: true,
  files: true,
  reasoning: true,
  promptCache: true,
  seed: true,
  logprobs: true,
  embeddings: true,
  usage: 'always',
};

const env = { apiKey: ['OPENAI_API_KEY'], baseUrl: ['OPENAI_BASE_URL'] } as const;

/** Options of OpenAI, beyond those of every provider. */
export interface OpenAIOptions extends ProviderOptions {
  /** Includes `/v1`. Default `https://api.openai.com/v1`. */
  readonly baseUrl?: string;
  /**
   * The API that chat requests go to. Default `auto`: Chat Completions, except for models that answer only over
   * Responses and requests whose raw options name what only Responses has.
   */
  readonly api?: 'auto' | 'chat' | 'responses';
  /** Asks reasoning models on Responses for their reasoning in words; some want a verified organization for it. */
  readonly reasoningSummary?: 'auto' | 'concise' | 'detailed';
  /** Sent as `OpenAI-Organization`; the SDK reads `OPENAI_ORG_ID` otherwise. */
  readonly organization?: string;
  /** Sent as `OpenAI-Project`; the SDK reads `OPENAI_PROJECT_ID` otherwise. */
  readonly project?: string;
}

/**
 * Makes the provider of OpenAI's models over Chat Completions and Responses. The `openai` package is loaded on the first
 * call; it knows the credentials, base URL and headers, while the request travels over our own transport.
 *
 * @throws LatticeError `LATTICE_CONFIG` for an empty key or an unknown `api`.
 */
export function createOpenAIProvider(options: OpenAIOptions): ChatProvider {
  return createWireProvider(specOf(options));
}

/**
 * Makes the provider of OpenAI's embedding models.
 *
 * @throws LatticeError as {@link createOpenAIProvider}.
 */
export function createOpenAIEmbeddings(options: OpenAIOptions): EmbeddingProvider {
  return createWireEmbeddings(specOf(options));
}

function specOf(options: OpenAIOptions): WireProviderSpec {
  const { id = 'openai', api = 'auto', apiKey } = options;
  if (apiKey !== undefined && apiKey.trim() === '') {
    const message = `The API key of ${id} is empty; set OPENAI_API_KEY or apiKey.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
  }
  if (!['auto', 'chat', 'responses'].includes(api)) {
    const message = `The option api of ${id} is "${api}"; it must be auto, chat or responses.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
  }
  return {
    id: 'openai',
    displayName: 'OpenAI',
    capabilities,
    options,
    apiKeyEnv: env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: () => connectOpenAI(options),
  };
}

/** OpenAI, over Chat Completions and Responses. */
export const openai: ProviderDefinition = {
  specVersion,
  id: 'openai',
  displayName: 'OpenAI',
  packageName: '@lattice-lock/provider-openai',
  aliases: ['gpt', 'chatgpt'],
  env,
  needsApiKey: true,
  defaultBaseUrl: 'https://api.openai.com/v1',
  wire: 'openai-chat',
  capabilities,
  models: [],
  create: createOpenAIProvider,
  createEmbeddings: createOpenAIEmbeddings,
};
