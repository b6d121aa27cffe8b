// A provider for any server that speaks the wire.
export {
  createOpenAICompatibleEmbeddings,
  createOpenAICompatibleProvider,
  openAICompatible,
  type OpenAICompatibleOptions,
} from './openai-compatible-provider.ts';

// The Chat Completions wire as pure functions, for providers of their own.
export { createChatCodec, decodeChatStream } from './chat/chat-codec.ts';
export { encodeChatRequest, type ChatDialect } from './chat/chat-request-encoder.ts';
export type { ChatMetadata } from './chat/chat-metadata.ts';
export { decodeChatBody } from './chat/chat-body-decoder.ts';
export { mapChatUsage } from './chat/chat-usage.ts';
export { mapChatFinishReason } from './chat/chat-finish-reason.ts';

// The Responses wire as pure functions, for providers of their own.
export { createResponsesCodec } from './responses/responses-codec.ts';
export { encodeResponsesRequest, type ResponsesDialect } from './responses/responses-request-encoder.ts';
export { decodeResponsesBody } from './responses/responses-body-decoder.ts';
export { mapResponsesUsage } from './responses/responses-usage.ts';
export { mapResponsesFinishReason } from './responses/responses-finish-reason.ts';

// OpenAI's embedding wire as a codec, for providers of their own.
export { createEmbeddingCodec, openAIEmbeddingCodec, type EmbeddingDialect } from './embeddings/embedding-codec.ts';

// What is true of OpenAI's own models and bodies wherever they are served.
export { answersOnlyOverResponses, sealsReasoning, takesCacheBreakpoints } from './openai/openai-models.ts';
export { wantsResponses, type OpenAIRequestOptions } from './openai/openai-request-options.ts';

// Vendors that speak the wire, as data: one row of compatible-hosts.json each.
export {
  cerebras,
  compatibleHosts,
  deepseek,
  fireworks,
  groq,
  mistral,
  openrouter,
  perplexity,
  together,
} from './hosts/compatible-hosts.ts';
export { createHostCodec, defineCompatibleHost, type HostCodecProfile } from './hosts/define-compatible-host.ts';
export type { HostMetadataFields, HostProfile, HostRequestQuirks, OmittableField } from './hosts/host-profile.ts';
