// The provider of a DIAL server: chat and embeddings of every deployment behind it.
export { createDialEmbeddings, createDialProvider, dial } from './dial-provider.ts';
export type { DialOptions } from './dial-connection.ts';
export type { DialRequestOptions } from './dial-request-options.ts';

// What is left of a deployment's limits.
export { readDialLimits, type DialLimit, type DialLimits, type DialLimitsOptions } from './dial-limits.ts';
