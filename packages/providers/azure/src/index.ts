// The provider of models deployed in Azure, and of its embeddings.
export { azure, createAzureEmbeddings, createAzureProvider } from './azure-provider.ts';
export type { AzureApi, AzureOptions } from './azure-options.ts';
export type { AzureRoute } from './azure-address.ts';
export type { EntraAccessToken, EntraCredential } from './entra-token.ts';
export type { AzureRequestOptions } from './azure-request-options.ts';
