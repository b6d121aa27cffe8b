import type { JsonObject } from '@lattice-lock/contract';
import type { OpenAIRequestOptions } from '@lattice-lock/provider-openai-compatible';

/** What Azure takes beyond OpenAI's fields. */
export type AzureOwnFields = {
  /** What the answer is to be grounded in, e.g. an Azure AI Search index; its citations are in `providerMetadata.context`. */
  data_sources?: ({ type: string } & JsonObject)[];
};

/**
 * Raw body fields of Azure OpenAI, for `providerOptions.azure`: those of OpenAI, and the data sources of "On Your Data".
 */
export type AzureRequestOptions = OpenAIRequestOptions & AzureOwnFields;
