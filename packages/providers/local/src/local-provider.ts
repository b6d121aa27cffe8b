import {
  specVersion,
  type ChatProvider,
  type EmbeddingProvider,
  type ProviderDefinition,
} from '@lattice-lock/contract';
import {
  createHealthCache,
  createTransport,
  createWireEmbeddings,
  createWireProvider,
  type WireProviderSpec,
} from '@lattice-lock/provider-kit';
import { connectLocal, defaultLocalBaseUrl, type LocalOptions } from './local-connection.ts';
import { examineLocalServer } from './local-health.ts';
import type { LocalServer } from './local-server.ts';

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
  logprobs: true,
  embeddings: true,
  usage: 'sometimes',
} as const;

function specOf(options: LocalOptions, found?: (server: LocalServer) => void): WireProviderSpec {
  return {
    id: 'local',
    displayName: 'The local model server',
    capabilities,
    options,
    apiKeyEnv: env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: (transport) => connectLocal(options, transport, found),
  };
}

/**
 * Makes a provider for a model server on this machine or network. Which wire it speaks is found out on the first call.
 * Its health is asked for in the words of its make: see {@link examineLocalServer}.
 */
export function createLocalProvider(options: LocalOptions): ChatProvider {
  const transport = options.transport ?? createTransport();
  let server: LocalServer | undefined;
  const wire = createWireProvider(specOf({ ...options, transport }, (found) => (server = found)));
  const health = createHealthCache({
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    probe: async (signal) => {
      const status = await wire.checkHealth({ fresh: true, signal });
      return server === undefined ? status : examineLocalServer(status, server, transport, signal);
    },
  });
  return {
    id: wire.id,
    capabilities,
    chat: (request, call) => wire.chat(request, call),
    stream: (request, call) => wire.stream(request, call),
    ...(wire.streamBatches === undefined ? {} : { streamBatches: wire.streamBatches.bind(wire) }),
    // A caller that gave up is told so by the wire's provider, which remembers nothing then.
    checkHealth: (asked) => health.check(asked).catch(() => wire.checkHealth({ signal: AbortSignal.abort() })),
    close: async () => {
      health.reset();
      await wire.close();
      if (options.transport === undefined) await transport.close();
    },
  };
}

/** Makes an embedding provider for a model server on this machine or network. */
export function createLocalEmbeddings(options: LocalOptions): EmbeddingProvider {
  return createWireEmbeddings(specOf(options));
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
  createEmbeddings: createLocalEmbeddings,
});
