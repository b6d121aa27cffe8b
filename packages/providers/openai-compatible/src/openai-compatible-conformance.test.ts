import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createOpenAICompatibleProvider } from './openai-compatible-provider.ts';

runProviderConformance({
  name: 'openai-compatible',
  wire: 'openai-chat',
  createProvider: (baseUrl, apiKey) => createOpenAICompatibleProvider({ baseUrl, apiKey }),
});
