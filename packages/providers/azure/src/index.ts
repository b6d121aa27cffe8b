// The provider of models deployed in Azure, and of its embeddings.
export {
  azure,
  createAzureEmbeddings,
  createAzureProvider,
  type AzureApi,
  type AzureOptions,
} from './azure-provider.ts';
export type { AzureRoute } from './azure-address.ts';
export type { EntraAccessToken, EntraCredential } from './entra-token.ts';
export type { AzureRequestOptions } from './azure-request-options.ts';
