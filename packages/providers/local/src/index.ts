// The provider.
export { createLocalProvider, local } from './local-provider.ts';
export type { LocalOptions } from './local-connection.ts';
export type { LocalApi } from './local-address.ts';

// Ollama's native wire, for providers of their own.
export { ollamaCodec } from './ollama/ollama-codec.ts';
