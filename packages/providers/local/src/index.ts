// The provider.
export { createLocalEmbeddings, createLocalProvider, local } from './local-provider.ts';
export type { LocalOptions } from './local-connection.ts';
export type { LocalApi } from './local-address.ts';
export type { LocalRequestOptions } from './local-request-options.ts';

// Ollama's native wire, for providers of their own.
export { ollamaCodec } from './ollama/ollama-codec.ts';
