import type { JsonObject } from '@lattice-lock/contract';
import type { SimulatorWire } from '../simulator-request.ts';

/** How a wire is asked for an answer without a client, and what one can see of it. */
export interface WireSample {
  path(stream: boolean): string;
  body(stream: boolean): JsonObject;
  /** Stands in the last event of a whole stream that matters, and in none before. */
  readonly terminal: string;
  /** Fields that every error has, with their types. */
  readonly errorFields: readonly string[];
  /** Statuses whose errors are plain text. */
  readonly textStatuses: readonly number[];
  /** Whether the time to wait stands in `retry-after`. */
  readonly hasRetryHeader: boolean;
  /** What is known of the usage in the middle of a stream. */
  readonly knownEarly: readonly ('inputTokens' | 'outputTokens')[];
}

const prompt = 'Tell me about the sea.';
const messages = [{ role: 'user', content: prompt }];
const chat = (stream: boolean): JsonObject => ({
  model: 'm',
  messages,
  stream,
  stream_options: { include_usage: true },
});

const chatSample: WireSample = {
  path: () => '/v1/chat/completions',
  body: chat,
  terminal: '[DONE]',
  errorFields: ['error.message', 'error.type'],
  textStatuses: [],
  hasRetryHeader: true,
  knownEarly: [],
};

/** Every wire, asked for the same. */
export const wireSamples: Readonly<Record<SimulatorWire, WireSample>> = {
  'openai-chat': chatSample,
  'openai-responses': {
    ...chatSample,
    path: () => '/v1/responses',
    body: (stream) => ({ model: 'm', input: prompt, stream }),
    terminal: 'response.completed',
  },
  'anthropic-messages': {
    ...chatSample,
    path: () => '/v1/messages',
    body: (stream) => ({ model: 'm', max_tokens: 500, messages, stream }),
    terminal: 'message_stop',
    errorFields: ['error.message', 'error.type', 'request_id'],
    knownEarly: ['inputTokens'],
  },
  'ollama-chat': {
    ...chatSample,
    path: () => '/api/chat',
    body: (stream) => ({ model: 'm', messages, stream }),
    terminal: '"done":true',
    errorFields: ['error'],
  },
  gemini: {
    ...chatSample,
    path: (stream) => `/v1beta/models/m:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: () => ({ contents: [{ role: 'user', parts: [{ text: prompt }] }] }),
    terminal: '"finishReason"',
    errorFields: ['error.message', 'error.status'],
    hasRetryHeader: false,
    knownEarly: ['inputTokens', 'outputTokens'],
  },
  'bedrock-converse': {
    ...chatSample,
    path: (stream) => `/model/amazon.m/${stream ? 'converse-stream' : 'converse'}`,
    body: () => ({ messages: [{ role: 'user', content: [{ text: prompt }] }] }),
    terminal: 'messageStop',
    errorFields: ['message'],
  },
  'xai-chat': { ...chatSample, path: () => '/xai/v1/chat/completions', errorFields: ['code', 'error'] },
  'azure-openai': {
    ...chatSample,
    path: () => '/openai/deployments/m/chat/completions?api-version=2024-10-21',
    errorFields: ['error.message', 'error.code'],
  },
  'dial-chat': {
    ...chatSample,
    path: () => '/dial/openai/deployments/m/chat/completions?api-version=2024-10-21',
    errorFields: ['error.message', 'error.code'],
    textStatuses: [401, 403],
  },
};
