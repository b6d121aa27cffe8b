// The provider of OpenAI's models, and of its embeddings.
export { createOpenAIEmbeddings, createOpenAIProvider, openai, type OpenAIOptions } from './openai-provider.ts';
export type { OpenAIRequestOptions } from '@lattice-lock/provider-openai-compatible';
