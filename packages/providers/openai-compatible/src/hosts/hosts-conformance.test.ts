import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { compatibleHosts } from './compatible-hosts.ts';

/** What the simulator of OpenAI's wire cannot show of a vendor, or the vendor does not have. */
const skipped: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mistral: {
    options: 'the seed is random_seed there, which OpenAI does not know; host-quirks.test.ts looks at it',
    'embeddings-dimensions': 'the length is output_dimension there; host-quirks.test.ts looks at it',
  },
  perplexity: Object.fromEntries(
    ['round-trip', 'deltas', 'choice', 'empty-arguments', 'broken-arguments'].map((name) => [
      `tool-${name}`,
      'Perplexity has no tools; host-quirks.test.ts sees that they are refused',
    ]),
  ),
};

for (const definition of compatibleHosts) {
  const { createEmbeddings } = definition;
  runProviderConformance({
    name: definition.displayName,
    wire: 'openai-chat',
    reasoningContent: true,
    // The vendors that count unasked are stood for by a simulator that counts when it is asked.
    createProvider: (baseUrl, apiKey, parts) => definition.create({ baseUrl, apiKey, streamUsage: true, ...parts }),
    skip: skipped[definition.id] ?? {},
    ...(createEmbeddings === undefined
      ? {}
      : { createEmbeddings: (baseUrl, apiKey, parts) => createEmbeddings({ baseUrl, apiKey, ...parts }) }),
  });
}
