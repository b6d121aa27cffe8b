import type { StatusReason } from './simulator-reply.ts';
import type { SimulatorWire } from './simulator-request.ts';

/** The words, and the code where there is one, by which a client knows the reason of an error. */
export interface ReasonMark {
  readonly message: string;
  readonly code?: string;
}

const openAIContext: ReasonMark = {
  message: 'Your input exceeds the context window of this model.',
  code: 'context_length_exceeded',
};
const openAIQuota: ReasonMark = {
  message: 'The quota of this account is used up; see its plan and billing.',
  code: 'insufficient_quota',
};
const openAIFilter: ReasonMark = { message: 'The prompt was stopped by the content filter.', code: 'content_filter' };

/** The marks by which clients tell these apart from others of the same status; they are part of each vendor's wire. */
export const reasonMarks: Readonly<Record<StatusReason, Readonly<Record<SimulatorWire, ReasonMark>>>> = {
  'context-length': {
    'openai-chat': openAIContext,
    'openai-responses': openAIContext,
    'anthropic-messages': { message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    'ollama-chat': { message: 'prompt too long; exceeded max context length by 4000 tokens' },
    gemini: {
      message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      code: 'INVALID_ARGUMENT',
    },
    'bedrock-converse': { message: 'Input is too long for requested model.', code: 'ValidationException' },
    'xai-chat': {
      message: "This model's maximum prompt length is 131072 but the request contains 200000 tokens.",
      code: 'invalid-argument',
    },
    'azure-openai': openAIContext,
    'dial-chat': {
      message: "This model's maximum context length is 128000 tokens.",
      code: 'context_length_exceeded',
    },
  },
  quota: {
    'openai-chat': openAIQuota,
    'openai-responses': openAIQuota,
    'anthropic-messages': { message: 'The spend limit is reached.', code: 'enforced_spend_limit_reached' },
    'ollama-chat': { message: 'the usage limit of this account is reached' },
    gemini: {
      message: 'You exceeded your current quota, please check your plan and billing details.',
      code: 'QUOTA_PER_DAY',
    },
    'bedrock-converse': {
      message: 'Too many tokens per day, please wait before trying again.',
      code: 'ThrottlingException',
    },
    'xai-chat': {
      message: 'Your team has either used all available credits or reached its monthly spending limit.',
      code: 'resource-exhausted',
    },
    'azure-openai': openAIQuota,
    'dial-chat': {
      message: 'Hit token rate limit. Minute limit: 0 / 10000 tokens. Day limit: 500000 / 500000 tokens.',
      code: '429',
    },
  },
  'content-filter': {
    'openai-chat': openAIFilter,
    'openai-responses': openAIFilter,
    'anthropic-messages': { message: 'Output blocked by content filtering policy' },
    'ollama-chat': { message: 'the prompt was stopped by the content filter' },
    gemini: { message: 'The prompt was blocked: PROHIBITED_CONTENT.', code: 'INVALID_ARGUMENT' },
    'bedrock-converse': {
      message: 'The input was blocked by the content filter of this model.',
      code: 'ValidationException',
    },
    'xai-chat': { message: 'Content violates usage guidelines.', code: 'permission-denied' },
    'azure-openai': {
      message: 'The response was filtered due to the prompt triggering the content management policy.',
      code: 'content_filter',
    },
    'dial-chat': { message: 'The prompt was stopped by the content filter.', code: 'content_filter' },
  },
};
