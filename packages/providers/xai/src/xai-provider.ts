import {
  LatticeError,
  specVersion,
  type ChatProvider,
  type ProviderCapabilities,
  type ProviderDefinition,
  type ProviderOptions,
} from '@lattice-lock/contract';
import { createWireProvider } from '@lattice-lock/provider-kit';
import { connectXai } from './xai-connection.ts';

const capabilities: ProviderCapabilities = {
  streaming: true,
  tools: true,
  parallelTools: true,
  structuredOutput: 'native',
  images: true,
  files: false,
  reasoning: true,
  promptCache: false,
  seed: true,
  logprobs: true,
  embeddings: false,
  usage: 'always',
};

const env = { apiKey: ['XAI_API_KEY'], baseUrl: ['XAI_BASE_URL'] } as const;
const defaultBaseUrl = 'https://api.x.ai/v1';

/** Options of xAI, beyond those of every provider. */
export interface XaiOptions extends ProviderOptions {
  /** Includes `/v1`. Default `https://api.x.ai/v1`. */
  readonly baseUrl?: string;
  /**
   * The API that requests go to. Default `auto`: Chat Completions, except for requests that only Responses can serve:
   * those with tools that xAI runs itself, with stored conversations, or to a multi-agent model.
   */
  readonly api?: 'auto' | 'chat' | 'responses';
}

/**
 * Makes the provider of xAI's models over Chat Completions and Responses.
 *
 * @throws LatticeError `LATTICE_CONFIG` without a key or for an unknown `api`.
 */
export function createXaiProvider(options: XaiOptions): ChatProvider {
  const { id = 'xai', apiKey = '', baseUrl = defaultBaseUrl, api = 'auto' } = options;
  if (apiKey.trim() === '') {
    const message = `${id} needs an API key; set XAI_API_KEY or apiKey.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
  }
  if (!['auto', 'chat', 'responses'].includes(api)) {
    const message = `The option api of ${id} is "${api}"; it must be auto, chat or responses.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
  }
  return createWireProvider({
    id: 'xai',
    displayName: 'xAI',
    capabilities,
    options,
    apiKeyEnv: env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: () => connectXai(options, apiKey, baseUrl),
  });
}

/** xAI, over Chat Completions and Responses. */
export const xai: ProviderDefinition = {
  specVersion,
  id: 'xai',
  displayName: 'xAI',
  packageName: '@lattice-lock/provider-xai',
  aliases: ['grok'],
  env,
  needsApiKey: true,
  defaultBaseUrl,
  wire: 'xai-chat',
  capabilities,
  models: [],
  create: createXaiProvider,
};
