import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createAzureEmbeddings, createAzureProvider } from './azure-provider.ts';

runProviderConformance({
  name: 'azure over /openai/v1',
  wire: 'azure-openai',
  createProvider: (baseUrl, apiKey, parts) => createAzureProvider({ baseUrl, apiKey, route: 'v1', ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createAzureEmbeddings({ baseUrl, apiKey, route: 'v1', ...parts }),
});

runProviderConformance({
  name: 'azure over deployment paths',
  wire: 'azure-openai',
  createProvider: (baseUrl, apiKey, parts) =>
    createAzureProvider({ baseUrl, apiKey, apiVersion: '2024-10-21', ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) =>
    createAzureEmbeddings({ baseUrl, apiKey, apiVersion: '2024-10-21', ...parts }),
});
