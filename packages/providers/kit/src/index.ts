// Transport: how bytes travel, and where they may go.
export { createTransport, type TransportOptions } from './transport/transport.ts';
export { createOutboundPolicy, type OutboundPolicyOptions } from './transport/outbound-policy.ts';
export { isPublicAddress } from './transport/address-range.ts';

// Streams: how a body is cut into frames.
export { defaultMaxFrameLength, type Frame, type FrameParser } from './framing/frame.ts';
export { readSse, SseParser, type SseEvent, type SseOptions } from './framing/sse.ts';
export { NdjsonParser, readNdjson, type NdjsonOptions } from './framing/ndjson.ts';

// Errors and limits: what a vendor says beside its answer.
export { mapHttpError, maskSecrets, upstreamRequestIdOf, type HttpErrorInput } from './errors/http-error.ts';
export { retryAfterMs } from './errors/retry-after.ts';
export { rateLimitInfo } from './errors/rate-limit-info.ts';

// The adapter skeleton: what a vendor package fills in.
export { createWireProvider } from './wire/wire-provider.ts';
export { createWireEmbeddings } from './wire/wire-embeddings.ts';
export type { DecodedEmbeddings, EmbeddingCodec } from './wire/embedding-codec.ts';
export {
  checkBaseUrl,
  createFixedConnection,
  readModelList,
  type FixedConnectionOptions,
} from './wire/wire-connection.ts';
export { isObject, itemsOf, objectOf, textOf } from './wire/json-fields.ts';
export { AnswerDecoder, type AnswerDecoderOptions } from './wire/answer-decoder.ts';
export { withSchemaFallback, type SchemaFallbackOptions } from './wire/schema-fallback.ts';
export { createAnswerCheck, type AnswerCheck } from './wire/schema-check.ts';
export type {
  ChatCodec,
  DecodeContext,
  EmitEvent,
  EncodeContext,
  EncodedRequest,
  StreamDecoder,
  WireCall,
  WireConnection,
  WireHealthProbe,
  WireProviderSpec,
  WireTarget,
} from './wire/wire-spec.ts';

// Health.
export { createHealthCache, type HealthCache, type HealthCacheOptions } from './health/health-cache.ts';

// The registry: which providers there are, under which names, and how they are.
export {
  createProviderRegistry,
  type ProviderRegistry,
  type ProviderRegistryOptions,
} from './registry/provider-registry.ts';
export type { ProviderSettings, RegisteredProvider } from './registry/provider-entry.ts';
export type { MisspeltCredential } from './registry/misspelt-credentials.ts';
export { ProviderAvailability } from './health/provider-availability.ts';
