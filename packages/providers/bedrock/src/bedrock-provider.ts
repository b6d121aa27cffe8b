import {
  specVersion,
  type ChatProvider,
  type EmbeddingProvider,
  type ProviderDefinition,
} from '@lattice-lock/contract';
import { createWireEmbeddings, createWireProvider, type WireProviderSpec } from '@lattice-lock/provider-kit';
import { connectBedrock } from './bedrock-connection.ts';
import type { BedrockOptions } from './bedrock-options.ts';
import { withTextBatches } from './embeddings/text-batches.ts';

const env = {
  apiKey: ['AWS_BEARER_TOKEN_BEDROCK'],
  baseUrl: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
  ambient: [
    'AWS_ACCESS_KEY_ID',
    'AWS_PROFILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  ],
} as const;

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
  embeddings: true,
  usage: 'always',
} as const;

/**
 * Makes the provider of the models on AWS Bedrock. The AWS SDK is loaded on the first call and serves as the
 * connection: credentials and their refresh, region, endpoint, signature; the request travels over our own transport.
 */
export function createBedrockProvider(options: BedrockOptions): ChatProvider {
  return createWireProvider(specOf(options));
}

/** Makes the provider of the embedding models on AWS Bedrock: Titan, Nova and Cohere, over InvokeModel. */
export function createBedrockEmbeddings(options: BedrockOptions): EmbeddingProvider {
  return withTextBatches(createWireEmbeddings(specOf(options)));
}

function specOf(options: BedrockOptions): WireProviderSpec {
  return {
    id: 'bedrock',
    displayName: 'AWS Bedrock',
    capabilities,
    options,
    apiKeyEnv: options.apiKey === undefined ? ['AWS_ACCESS_KEY_ID'] : env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: (transport) => connectBedrock(options, transport),
  };
}

/** AWS Bedrock, over Converse. The base URL follows from the region unless it is set. */
export const bedrock: ProviderDefinition = Object.freeze({
  specVersion,
  id: 'bedrock',
  displayName: 'AWS Bedrock',
  packageName: '@lattice-lock/provider-bedrock',
  aliases: ['aws', 'amazon-bedrock'],
  env,
  needsApiKey: true,
  defaultBaseUrl: null,
  needsBaseUrl: false,
  wire: 'bedrock-converse',
  capabilities,
  models: [],
  create: createBedrockProvider,
  createEmbeddings: createBedrockEmbeddings,
});
