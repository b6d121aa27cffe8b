import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createXaiProvider } from './xai-provider.ts';

const noContextMark = 'xAI has no mark for it: a prompt that is too long is one more invalid argument';

runProviderConformance({
  name: 'xai over Chat Completions',
  wire: 'xai-chat',
  showsReasoning: true,
  skip: {
    'context-length': noContextMark,
    'cut-tool-call': 'xAI sends calls whole, so that the answer has ended before the eleventh event, where this cuts',
  },
  createProvider: (baseUrl, apiKey, parts) => createXaiProvider({ baseUrl, apiKey, ...parts }),
});

runProviderConformance({
  name: 'xai over Responses',
  wire: 'xai-chat',
  // xAI shows summaries unasked; its simulator shows them only when asked, as OpenAI does.
  showsReasoning: false,
  skip: { 'context-length': noContextMark },
  createProvider: (baseUrl, apiKey, parts) => createXaiProvider({ baseUrl, apiKey, api: 'responses', ...parts }),
});
