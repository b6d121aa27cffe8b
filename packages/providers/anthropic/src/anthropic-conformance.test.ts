import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createAnthropicProvider } from './index.ts';

runProviderConformance({
  name: 'anthropic',
  wire: 'anthropic-messages',
  createProvider: (baseUrl, apiKey, parts) => createAnthropicProvider({ baseUrl, apiKey, ...parts }),
});
