// The provider of OpenAI's models.
export { createOpenAIProvider, openai, type OpenAIOptions } from './openai-provider.ts';
