import {
  specVersion,
  type ChatProvider,
  type EmbeddingProvider,
  type ProviderCapabilities,
  type ProviderDefinition,
} from '@lattice-lock/contract';
import { createWireEmbeddings, createWireProvider, type WireProviderSpec } from '@lattice-lock/provider-kit';
import { apiKeyVariables, connectGoogle, defaultGoogleBaseUrl } from './google-connection.ts';
import type { GoogleOptions } from './google-options.ts';

const env = { apiKey: apiKeyVariables, baseUrl: ['GOOGLE_GEMINI_BASE_URL'] } as const;

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
  usage: 'always',
};

/** Makes the provider of Google's models: over the Gemini API with a key, or over Vertex AI with a cloud credential. */
export function createGoogleProvider(options: GoogleOptions): ChatProvider {
  return createWireProvider(specOf(options));
}

/** Makes the provider of Google's embedding models, with the same options. */
export function createGoogleEmbeddings(options: GoogleOptions): EmbeddingProvider {
  return createWireEmbeddings(specOf(options));
}

function specOf(options: GoogleOptions): WireProviderSpec {
  return {
    id: 'google',
    displayName: 'Google',
    capabilities,
    options,
    apiKeyEnv: env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: () => connectGoogle(options),
  };
}

/** Google: Gemini over `generateContent`. */
export const google: ProviderDefinition = Object.freeze({
  specVersion,
  id: 'google',
  displayName: 'Google',
  packageName: '@lattice-lock/provider-google',
  aliases: ['gemini'],
  env,
  needsApiKey: true,
  defaultBaseUrl: defaultGoogleBaseUrl,
  wire: 'gemini',
  capabilities,
  models: [],
  create: createGoogleProvider,
  createEmbeddings: createGoogleEmbeddings,
});
