import { specVersion, type ChatProvider, type ProviderDefinition } from '@lattice-lock/contract';
import { createWireProvider } from '@lattice-lock/provider-kit';
import { connectLocal, defaultLocalBaseUrl, type LocalOptions } from './local-connection.ts';

const env = { apiKey: ['LOCAL_API_KEY'], baseUrl: ['LOCAL_BASE_URL', 'OLLAMA_HOST'] } as const;

const capabilities = {
  streaming: true,
  tools: true,
  parallelTools: true,
  structuredOutput: 'native',
  images: true,
  files: false,
  reasoning: true,
  promptCache: false,
  seed: true,
  logprobs: false,
  embeddings: false,
  usage: 'sometimes',
} as const;

/** Makes a provider for a model server on this machine or network. Which wire it speaks is found out on the first call. */
export function createLocalProvider(options: LocalOptions): ChatProvider {
  return createWireProvider({
    id: 'local',
    displayName: 'The local model server',
    capabilities,
    options,
    apiKeyEnv: env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: (transport) => connectLocal(options, transport),
  });
}

/** Model servers at home: Ollama by its native API, and any server that speaks OpenAI's. */
export const local: ProviderDefinition = Object.freeze({
  specVersion,
  id: 'local',
  displayName: 'Local models',
  packageName: '@lattice-lock/provider-local',
  aliases: ['ollama'],
  env,
  needsApiKey: false,
  defaultBaseUrl: defaultLocalBaseUrl,
  wire: 'ollama-chat',
  capabilities,
  models: [],
  create: createLocalProvider,
});
