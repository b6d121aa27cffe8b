import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createLocalEmbeddings, createLocalProvider } from './index.ts';

runProviderConformance({
  name: 'local, as Ollama',
  wire: 'ollama-chat',
  createProvider: (baseUrl, apiKey, parts) => createLocalProvider({ baseUrl, apiKey, api: 'ollama', ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createLocalEmbeddings({ baseUrl, apiKey, api: 'ollama', ...parts }),
});

runProviderConformance({
  name: 'local, as OpenAI',
  wire: 'openai-chat',
  createProvider: (baseUrl, apiKey, parts) => createLocalProvider({ baseUrl, apiKey, ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createLocalEmbeddings({ baseUrl, apiKey, ...parts }),
});
