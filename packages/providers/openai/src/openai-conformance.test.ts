import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createOpenAIEmbeddings, createOpenAIProvider } from './openai-provider.ts';

runProviderConformance({
  name: 'openai over Chat Completions',
  wire: 'openai-chat',
  createProvider: (baseUrl, apiKey, parts) => createOpenAIProvider({ baseUrl, apiKey, ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createOpenAIEmbeddings({ baseUrl, apiKey, ...parts }),
});

runProviderConformance({
  name: 'openai over Responses',
  wire: 'openai-responses',
  createProvider: (baseUrl, apiKey, parts) =>
    createOpenAIProvider({ baseUrl, apiKey, api: 'responses', reasoningSummary: 'auto', ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createOpenAIEmbeddings({ baseUrl, apiKey, ...parts }),
});
