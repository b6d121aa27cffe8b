// The provider of the models on AWS Bedrock.
export { bedrock, createBedrockEmbeddings, createBedrockProvider } from './bedrock-provider.ts';
export type { BedrockCredentials, BedrockOptions, BedrockRequestOptions } from './bedrock-options.ts';
