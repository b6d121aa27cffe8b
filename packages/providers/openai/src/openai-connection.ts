import { LatticeError, type ChatRequest } from '@lattice-lock/contract';
import {
  checkBaseUrl,
  readModelList,
  type ChatCodec,
  type WireConnection,
  type WireTarget,
} from '@lattice-lock/provider-kit';
import {
  answersOnlyOverResponses,
  createChatCodec,
  createResponsesCodec,
  openAIEmbeddingCodec,
  sealsReasoning,
  takesCacheBreakpoints,
  wantsResponses,
} from '@lattice-lock/provider-openai-compatible';
import type { OpenAIOptions } from './openai-provider.ts';

const defaultBaseUrl = 'https://api.openai.com/v1';

/**
 * The connection that the `openai` package knows: its `buildRequest` gives URL, credentials and headers; its own
 * transport, retries and parsers stay unused. With a fixed key these facts never change, so each path asks once: asking
 * each time costs 11 us of the 45 us a buffered call takes.
 *
 * @throws LatticeError `LATTICE_CONFIG` when there is no key or the base URL is not one.
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
  const targets = new Map<string, WireTarget>();
  const ask = async (method: 'GET' | 'POST', path: string): Promise<WireTarget> => {
    const { url, req } = await client.buildRequest({ method: method === 'GET' ? 'get' : 'post', path });
    const target = { url, headers: Object.fromEntries(req.headers) };
    targets.set(`${method} ${path}`, target);
    return target;
  };
  return {
    codec: chooseCodec(options, isOpenAIHost(client.baseURL)),
    embeddings: openAIEmbeddingCodec,
    health: { path: '/models', readModels: readModelList },
    secrets: [client.apiKey],
    prepare: async ({ method, path, requestId }) => {
      const target = targets.get(`${method} ${path}`) ?? (await ask(method, path));
      if (requestId === undefined) return target;
      return { url: target.url, headers: { ...target.headers, 'x-client-request-id': requestId } };
    },
  };
}

/** Chat Completions, unless the model answers only over Responses or the raw options ask for what only that has. */
function chooseCodec(
  { id: provider = 'openai', api = 'auto', reasoningSummary }: OpenAIOptions,
  isOpenAI: boolean,
): ChatCodec | ((request: ChatRequest) => ChatCodec) {
  const responses = createResponsesCodec({
    sealsReasoning: ({ model }) => sealsReasoning(model),
    reasoningSummary,
    takesCacheBreakpoints,
  });
  if (api === 'responses') return responses;
  const chat = createChatCodec({
    maxTokensField: isOpenAI ? 'max_completion_tokens' : 'max_tokens',
    takesCacheBreakpoints,
  });
  if (api === 'chat') return chat;
  return ({ model, providerOptions }) => {
    const own = providerOptions?.[provider];
    return answersOnlyOverResponses(model) || (own !== undefined && wantsResponses(own)) ? responses : chat;
  };
}

/** `api.openai.com` and its regional hosts, which refuse the older `max_tokens` for their newer models. */
function isOpenAIHost(baseUrl: string): boolean {
  return /(^|\.)api\.openai\.com$/.test(new URL(baseUrl).hostname);
}
