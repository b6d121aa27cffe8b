// The provider.
export { anthropic, createAnthropicProvider } from './anthropic-provider.ts';
export type { AnthropicOptions } from './anthropic-connection.ts';
export type { AnthropicRequestOptions } from './anthropic-request-options.ts';

// The wire as pure functions, for gateways that speak it themselves.
export { createMessagesCodec, type MessagesCodecOptions } from './messages/messages-codec.ts';
export { defaultMaxTokens } from './messages/encode-messages-request.ts';
