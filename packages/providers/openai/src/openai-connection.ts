import { LatticeError } from '@lattice-lock/contract';
import { checkBaseUrl, readModelList, type WireConnection } from '@lattice-lock/provider-kit';
import { createChatCodec } from '@lattice-lock/provider-openai-compatible';
import type { OpenAIOptions } from './openai-provider.ts';

const defaultBaseUrl = 'https://api.openai.com/v1';

/**
 * The connection that the `openai` package knows: its `buildRequest` gives URL, credentials and headers of each call
 * (about 11 us), its own transport, retries and parsers stay unused.
 *
 * @throws LatticeError `LATTICE_CONFIG` when there is no key.
 */
export async function connectOpenAI(options: OpenAIOptions): Promise<WireConnection> {
  const { OpenAI } = await import('openai');
  const { id: provider = 'openai', apiKey, organization, project } = options;
  const client = new OpenAI({
    baseURL: checkBaseUrl(provider, options.baseUrl ?? defaultBaseUrl),
    maxRetries: 0,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(organization === undefined ? {} : { organization }),
    ...(project === undefined ? {} : { project }),
  });
  if (client.apiKey === null) {
    throw new LatticeError('LATTICE_CONFIG', `${provider} has no API key; set OPENAI_API_KEY.`, { provider });
  }
  return {
    codec: createChatCodec({ maxTokensField: isOpenAIHost(client.baseURL) ? 'max_completion_tokens' : 'max_tokens' }),
    health: { path: '/models', readModels: readModelList },
    secrets: [client.apiKey],
    prepare: async ({ method, path, requestId }) => {
      const { url, req } = await client.buildRequest({ method: method === 'GET' ? 'get' : 'post', path });
      const headers = Object.fromEntries(req.headers);
      if (requestId !== undefined) headers['x-client-request-id'] = requestId;
      return { url, headers };
    },
  };
}

/** `api.openai.com` and its regional hosts, which refuse the older `max_tokens` for their newer models. */
function isOpenAIHost(baseUrl: string): boolean {
  return /(^|\.)api\.openai\.com$/.test(new URL(baseUrl).hostname);
}
