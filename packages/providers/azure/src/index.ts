// The provider of models deployed in Azure, and of its embeddings.
export { azure, createAzureEmbeddings, createAzureProvider, type AzureOptions } from './azure-provider.ts';
export type { AzureApi } from './azure-codecs.ts';
export type { AzureRoute } from './azure-address.ts';
export type { EntraAccessToken, EntraCredential } from './entra-token.ts';
export type { AzureRequestOptions } from './azure-request-options.ts';
