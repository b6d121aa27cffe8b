import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { openai } from './openai-provider.ts';

runProviderConformance({
  name: 'openai',
  wire: 'openai-chat',
  createProvider: (baseUrl, apiKey) => openai.create({ baseUrl, apiKey }),
});
