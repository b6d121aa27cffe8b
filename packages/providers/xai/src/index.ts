// The provider of xAI's models.
export { createXaiProvider, xai, type XaiOptions } from './xai-provider.ts';

// What its raw options may say.
export type { XaiRequestOptions, XaiServerTool } from './xai-request-options.ts';
