import { specVersion, type ProviderDefinition } from '@lattice-lock/contract';
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
  usage: 'sometimes',
} as const;

/** Model servers on this machine or network: Ollama by its native API, and any server that speaks OpenAI's. */
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
  create: (options: LocalOptions) =>
    createWireProvider({
      id: 'local',
      displayName: 'The local model server',
      capabilities,
      options,
      apiKeyEnv: env.apiKey,
      baseUrlEnv: env.baseUrl,
      connect: (transport) => connectLocal(options, transport),
    }),
});
