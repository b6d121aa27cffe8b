import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createGoogleEmbeddings, createGoogleProvider } from './index.ts';

runProviderConformance({
  name: 'google',
  wire: 'gemini',
  createProvider: (baseUrl, apiKey, parts) => createGoogleProvider({ baseUrl, apiKey, ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createGoogleEmbeddings({ baseUrl, apiKey, ...parts }),
});

const onVertex = (apiKey: string) =>
  ({ vertex: { project: 'p', location: 'global' }, accessToken: () => Promise.resolve(apiKey) }) as const;

runProviderConformance({
  name: 'google on Vertex AI',
  wire: 'gemini',
  createProvider: (baseUrl, apiKey, parts) => createGoogleProvider({ baseUrl, ...onVertex(apiKey), ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createGoogleEmbeddings({ baseUrl, ...onVertex(apiKey), ...parts }),
});
