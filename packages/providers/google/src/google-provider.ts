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

/** Switches of `@google/genai` that say: Vertex AI, with the credential of the machine. */
const ambient = ['GOOGLE_GENAI_USE_VERTEXAI', 'GOOGLE_GENAI_USE_ENTERPRISE'] as const;
const env = { apiKey: apiKeyVariables, baseUrl: ['GOOGLE_GEMINI_BASE_URL'], ambient } as const;
const vertexEnv = { apiKey: [], baseUrl: ['GOOGLE_VERTEX_BASE_URL'], ambient } as const;

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

/** Options of the definition `google-vertex`: Vertex AI unless told otherwise; a key is a token that was made already. */
function vertexOptions(options: GoogleOptions): GoogleOptions {
  const { apiKey, ...others } = options;
  const token = apiKey === undefined ? {} : { accessToken: () => Promise.resolve(apiKey) };
  return { id: 'google-vertex', vertex: true, ...token, ...others };
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

/** Google's models on Vertex AI, with a credential of Google Cloud. */
export const googleVertex: ProviderDefinition = Object.freeze({
  specVersion,
  id: 'google-vertex',
  displayName: 'Google Vertex AI',
  packageName: '@lattice-lock/provider-google',
  aliases: ['vertex', 'vertex-ai', 'vertexai'],
  env: vertexEnv,
  needsApiKey: true,
  defaultBaseUrl: null,
  needsBaseUrl: false,
  // The paths name a project, so the simulator cannot stand in where none is set.
  wire: 'gemini-vertex',
  capabilities,
  models: [],
  create: (options: GoogleOptions) => createGoogleProvider(vertexOptions(options)),
  createEmbeddings: (options: GoogleOptions) => createGoogleEmbeddings(vertexOptions(options)),
});
