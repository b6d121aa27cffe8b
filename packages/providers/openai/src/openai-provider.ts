import {
  LatticeError,
  specVersion,
  type ChatProvider,
  type ProviderCapabilities,
  type ProviderDefinition,
  type ProviderOptions,
} from '@lattice-lock/contract';
import { createWireProvider } from '@lattice-lock/provider-kit';
import { connectOpenAI } from './openai-connection.ts';

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
  logprobs: false,
  embeddings: false,
  usage: 'always',
};

const env = { apiKey: ['OPENAI_API_KEY'], baseUrl: ['OPENAI_BASE_URL'] } as const;

/** Options of OpenAI, beyond those of every provider. */
export interface OpenAIOptions extends ProviderOptions {
  /** Includes `/v1`. Default `https://api.openai.com/v1`. */
  readonly baseUrl?: string;
  /** Sent as `OpenAI-Organization`; the SDK reads `OPENAI_ORG_ID` otherwise. */
  readonly organization?: string;
  /** Sent as `OpenAI-Project`; the SDK reads `OPENAI_PROJECT_ID` otherwise. */
  readonly project?: string;
}

/**
 * Makes the provider of OpenAI's models over Chat Completions. The `openai` package is loaded on the first call; it
 * knows the credentials, base URL and headers, while the request travels over our own transport.
 */
export function createOpenAIProvider(options: OpenAIOptions): ChatProvider {
  const id = options.id ?? 'openai';
  if (options.apiKey !== undefined && options.apiKey.trim() === '') {
    const message = `The API key of ${id} is empty; set OPENAI_API_KEY or apiKey.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
  }
  return createWireProvider({
    id: 'openai',
    displayName: 'OpenAI',
    capabilities,
    options,
    apiKeyEnv: env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: () => connectOpenAI(options),
  });
}

/** OpenAI, over Chat Completions. */
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
};
