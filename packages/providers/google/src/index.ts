// The provider.
export { createGoogleEmbeddings, createGoogleProvider, google, googleVertex } from './google-provider.ts';
export type { GoogleOptions, GoogleRequestOptions, GoogleSafetySetting, VertexOptions } from './google-options.ts';

// The wire as pure functions, for gateways that speak it themselves.
export { createGeminiCodec } from './gemini/gemini-codec.ts';
export type { GeminiService } from './gemini/gemini-model.ts';
