import type { ProviderOptions } from '@lattice-lock/contract';
import type { AzureRoute } from './azure-address.ts';
import type { EntraCredential } from './entra-token.ts';

/**
 * Any of these that is set tells that the default chain of `@azure/identity` finds a credential: a service principal, or
 * the identity of a workload or a machine.
 */
export const ambientVariables = ['AZURE_CLIENT_ID', 'AZURE_FEDERATED_TOKEN_FILE', 'IDENTITY_ENDPOINT'] as const;

/** The API that chat requests go to. */
export type AzureApi = 'auto' | 'chat' | 'responses';

/** Options of Azure OpenAI, beyond those of every provider. */
export interface AzureOptions extends ProviderOptions {
  /** The resource, e.g. `https://my-resource.openai.azure.com`, or the address of a deployment as the portal shows it. */
  readonly baseUrl?: string;
  /** Default `OPENAI_API_VERSION`. A dated one means the older deployment paths. */
  readonly apiVersion?: string;
  /** Default: what the address says; else `deployments` with a dated API version, and `v1` without. */
  readonly route?: AzureRoute;
  /**
   * Default `auto`: Chat Completions, except for deployments named like a model that answers only over Responses and
   * requests whose raw options name what only Responses has.
   */
  readonly api?: AzureApi;
  /** Asks reasoning models on Responses for their reasoning in words. */
  readonly reasoningSummary?: 'auto' | 'concise' | 'detailed';
  /** Gives a Microsoft Entra token for each request, renewed by itself. */
  readonly azureADTokenProvider?: () => Promise<string>;
  /**
   * A credential of `@azure/identity`, or `default` for its default chain where no key is set. Default: `default` where
   * a variable of {@link ambientVariables} is set.
   */
  readonly credential?: 'default' | EntraCredential;
  /** What a credential is asked for. Default `https://cognitiveservices.azure.com/.default`. */
  readonly scope?: string;
}
