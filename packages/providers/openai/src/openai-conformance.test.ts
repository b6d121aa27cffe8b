import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createOpenAIEmbeddings, createOpenAIProvider } from './openai-provider.ts';

runProviderConformance({
  name: 'openai',
  wire: 'openai-chat',
  createProvider: (baseUrl, apiKey, parts) => createOpenAIProvider({ baseUrl, apiKey, ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createOpenAIEmbeddings({ baseUrl, apiKey, ...parts }),
});
