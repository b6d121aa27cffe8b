import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createDialEmbeddings, createDialProvider } from './index.ts';

runProviderConformance({
  name: 'dial',
  wire: 'dial-chat',
  createProvider: (baseUrl, apiKey, parts) => createDialProvider({ baseUrl, apiKey, ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createDialEmbeddings({ baseUrl, apiKey, ...parts }),
});
