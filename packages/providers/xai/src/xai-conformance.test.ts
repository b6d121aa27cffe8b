import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createXaiProvider } from './xai-provider.ts';

runProviderConformance({
  name: 'xai over Chat Completions',
  wire: 'xai-chat',
  showsReasoning: true,
  skip: {
    'context-length': 'xAI has no mark for it: a prompt that is too long is one more invalid argument',
    'cut-tool-call': 'xAI sends calls whole, so that the answer has ended before the eleventh event, where this cuts',
  },
  createProvider: (baseUrl, apiKey, parts) => createXaiProvider({ baseUrl, apiKey, ...parts }),
});
