import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createOpenAICompatibleEmbeddings, createOpenAICompatibleProvider } from './openai-compatible-provider.ts';

runProviderConformance({
  name: 'openai-compatible',
  wire: 'openai-chat',
  reasoningContent: true,
  createProvider: (baseUrl, apiKey, parts) => createOpenAICompatibleProvider({ baseUrl, apiKey, ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createOpenAICompatibleEmbeddings({ baseUrl, apiKey, ...parts }),
});
