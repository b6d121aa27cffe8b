import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createGoogleEmbeddings, createGoogleProvider } from './index.ts';

runProviderConformance({
  name: 'google',
  wire: 'gemini',
  createProvider: (baseUrl, apiKey, parts) => createGoogleProvider({ baseUrl, apiKey, ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createGoogleEmbeddings({ baseUrl, apiKey, ...parts }),
});
