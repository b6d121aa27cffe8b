import {
  specVersion,
  type ChatProvider,
  type EmbeddingProvider,
  type ProviderDefinition,
} from '@lattice-lock/contract';
import { createWireEmbeddings, createWireProvider, type WireProviderSpec } from '@lattice-lock/provider-kit';
import { connectDial, type DialOptions } from './dial-connection.ts';

const env = { apiKey: ['DIAL_API_KEY'], baseUrl: ['DIAL_URL', 'DIAL_API_HOST'] } as const;

const capabilities = {
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
  usage: 'sometimes',
} as const;

function specOf(options: DialOptions): WireProviderSpec {
  return {
    id: 'dial',
    displayName: 'DIAL',
    capabilities: { ...capabilities, structuredOutput: options.structuredOutput ?? capabilities.structuredOutput },
    options,
    apiKeyEnv: env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: () => connectDial(options),
  };
}

/**
 * Makes the provider of a DIAL server. The model of a request is the id of a deployment: a model, an application or an
 * assistant. Attachments, stages, state and statistics of an answer are in its `providerMetadata`; the state goes back
 * with the assistant message that carries it in `providerMetadata` under the provider's id.
 */
export function createDialProvider(options: DialOptions): ChatProvider {
  return createWireProvider(specOf(options));
}

/** Makes the embedding provider of a DIAL server; the model of a request is the id of an embedding deployment. */
export function createDialEmbeddings(options: DialOptions): EmbeddingProvider {
  return createWireEmbeddings(specOf(options));
}

/** EPAM DIAL: one address, many deployments. It has no address of its own. */
export const dial: ProviderDefinition = Object.freeze({
  specVersion,
  id: 'dial',
  displayName: 'EPAM DIAL',
  packageName: '@lattice-lock/provider-dial',
  aliases: ['epam-dial'],
  env,
  needsApiKey: true,
  defaultBaseUrl: null,
  wire: 'dial-chat',
  capabilities,
  models: [],
  create: createDialProvider,
  createEmbeddings: createDialEmbeddings,
});
