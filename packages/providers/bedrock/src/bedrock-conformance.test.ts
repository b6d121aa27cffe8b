import { runProviderConformance } from '@lattice-lock/testing/conformance';
import { createBedrockEmbeddings, createBedrockProvider } from './index.ts';

runProviderConformance({
  name: 'bedrock with an API key',
  wire: 'bedrock-converse',
  createProvider: (baseUrl, apiKey, parts) => createBedrockProvider({ baseUrl, apiKey, ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createBedrockEmbeddings({ baseUrl, apiKey, ...parts }),
});

const signed = (accessKeyId: string) => ({
  region: 'us-east-1',
  credentials: { accessKeyId, secretAccessKey: 'conformance-secret-0123456789' },
});

runProviderConformance({
  name: 'bedrock with signed requests',
  wire: 'bedrock-converse',
  createProvider: (baseUrl, apiKey, parts) => createBedrockProvider({ baseUrl, ...signed(apiKey), ...parts }),
  createEmbeddings: (baseUrl, apiKey, parts) => createBedrockEmbeddings({ baseUrl, ...signed(apiKey), ...parts }),
});
