import { specVersion, type ChatProvider, type ProviderDefinition } from '@lattice-lock/contract';
import { createWireProvider } from '@lattice-lock/provider-kit';
import { connectAnthropic, withoutBetaHeader, type AnthropicOptions } from './anthropic-connection.ts';

const env = { apiKey: ['ANTHROPIC_API_KEY'], baseUrl: ['ANTHROPIC_BASE_URL'] } as const;

const capabilities = {
  streaming: true,
  tools: true,
  parallelTools: true,
  structuredOutput: 'native',
  images: true,
  files: true,
  reasoning: true,
  promptCache: true,
  seed: false,
  logprobs: false,
  embeddings: false,
  usage: 'always',
} as const;

/**
 * Makes the provider of Anthropic's models. Its SDK is loaded on the first call and serves as the connection:
 * credentials, base URL, headers; the request travels over our own transport.
 */
export function createAnthropicProvider(options: AnthropicOptions): ChatProvider {
  return createWireProvider({
    id: 'anthropic',
    displayName: 'Anthropic',
    capabilities,
    options: withoutBetaHeader(options),
    apiKeyEnv: env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: (transport) => connectAnthropic(options, transport),
  });
}

/** Anthropic, over the Messages API. The base URL has no `/v1`. */
export const anthropic: ProviderDefinition = Object.freeze({
  specVersion,
  id: 'anthropic',
  displayName: 'Anthropic',
  packageName: '@lattice-lock/provider-anthropic',
  aliases: ['claude'],
  env,
  needsApiKey: true,
  defaultBaseUrl: 'https://api.anthropic.com',
  wire: 'anthropic-messages',
  capabilities,
  models: [],
  create: createAnthropicProvider,
});
