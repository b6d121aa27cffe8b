import {
  LatticeError,
  specVersion,
  type ChatProvider,
  type EmbeddingProvider,
  type ProviderCapabilities,
  type ProviderDefinition,
} from '@lattice-lock/contract';
import { createWireEmbeddings, createWireProvider, type WireProviderSpec } from '@lattice-lock/provider-kit';
import { connectAzure } from './azure-connection.ts';
import { ambientVariables, type AzureOptions } from './azure-options.ts';

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

const env = {
  apiKey: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'],
  baseUrl: ['AZURE_OPENAI_ENDPOINT'],
  ambient: ambientVariables,
} as const;

/**
 * Makes the provider of models deployed in Azure; a request's model is the name of the deployment. The `openai` package,
 * and `@azure/identity` where it is asked for, are loaded on the first call.
 *
 * @throws LatticeError `LATTICE_CONFIG` for an empty key or an unknown `api`.
 */
export function createAzureProvider(options: AzureOptions): ChatProvider {
  return createWireProvider(specOf(options));
}

/**
 * Makes the provider of embedding models deployed in Azure.
 *
 * @throws LatticeError as {@link createAzureProvider}.
 */
export function createAzureEmbeddings(options: AzureOptions): EmbeddingProvider {
  return createWireEmbeddings(specOf(options));
}

function specOf(options: AzureOptions): WireProviderSpec {
  const { id = 'azure', api = 'auto', route, apiKey } = options;
  if (apiKey !== undefined && apiKey.trim() === '') {
    const message = `The API key of ${id} is empty; set AZURE_OPENAI_API_KEY or apiKey.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
  }
  if (!['auto', 'chat', 'responses'].includes(api)) {
    const message = `The option api of ${id} is "${api}"; it must be auto, chat or responses.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
  }
  if (api === 'responses' && route === 'models') {
    const message = `The option api of ${id} is responses, which the route models does not have; use the route v1.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
  }
  return {
    id: 'azure',
    displayName: 'Azure OpenAI',
    capabilities,
    options,
    apiKeyEnv: env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: () => connectAzure(options),
  };
}

/** Models deployed in Azure OpenAI and Azure AI Foundry, over Chat Completions and Responses. */
export const azure: ProviderDefinition = {
  specVersion,
  id: 'azure',
  displayName: 'Azure OpenAI',
  packageName: '@lattice-lock/provider-azure',
  aliases: ['azure-openai'],
  env,
  needsApiKey: true,
  defaultBaseUrl: null,
  wire: 'azure-openai',
  capabilities,
  models: [],
  create: createAzureProvider,
  createEmbeddings: createAzureEmbeddings,
};
