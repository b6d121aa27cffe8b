import { collectChat, type ChatRequest, type JsonObject } from '@lattice-lock/contract';
import { sendJson, startScriptedServer, type ReceivedRequest } from '@lattice-lock/testing';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { xai, type XaiOptions, type XaiRequestOptions } from './index.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

async function connect(answer: Answer, options: XaiOptions = {}) {
  const server = await startScriptedServer(answer);
  cleanups.push(() => server.close());
  const provider = xai.create({ apiKey: 'xai-secret-key-1', baseUrl: `${server.url}/v1`, ...options });
  cleanups.push(() => provider.close());
  return { server, provider };
}

const usage = {
  prompt_tokens: 470,
  completion_tokens: 68,
  total_tokens: 723,
  prompt_tokens_details: { cached_tokens: 192 },
  completion_tokens_details: { reasoning_tokens: 185 },
  num_sources_used: 1,
  cost_in_usd_ticks: 5_596_400,
};
const message = { content: 'Two.', reasoning_content: 'One and one.' };
const chatBody = {
  id: 'c',
  model: 'grok-x',
  choices: [{ index: 0, message, finish_reason: 'stop' }],
  citations: ['https://a.example'],
  usage,
};
const chatStream = [
  { id: 'c', model: 'grok-x', choices: [{ index: 0, delta: { reasoning_content: 'One and one.' } }] },
  { choices: [{ index: 0, delta: { content: 'Two.' } }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], citations: ['https://a.example'] },
  { choices: [], usage },
];
const responsesBody = {
  id: 'r',
  object: 'response',
  status: 'completed',
  model: 'grok-x',
  output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Two.' }] }],
  usage: { input_tokens: 5, output_tokens: 9, output_tokens_details: { reasoning_tokens: 7 }, total_tokens: 14 },
};
const answerEither: Answer = ({ path, body }, response) => {
  if (path === '/v1/responses') sendJson(response, 200, responsesBody);
  else if (body['stream'] !== true) sendJson(response, 200, chatBody);
  else response.end(chatStream.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('') + 'data: [DONE]\n\n');
};
const request: ChatRequest = { model: 'grok-x', messages: [{ role: 'user', content: '1+1' }], maxOutputTokens: 9 };

describe('xai over Chat Completions', () => {
  it('counts reasoning beside the completion, and keeps citations and cost, streamed or whole', async () => {
    const { server, provider } = await connect(answerEither);
    const expected = {
      text: 'Two.',
      reasoning: 'One and one.',
      usage: { inputTokens: 470, outputTokens: 253, totalTokens: 723, reasoningTokens: 185, cachedInputTokens: 192 },
      providerMetadata: {
        citations: ['https://a.example'],
        usage: { cost_in_usd_ticks: 5_596_400, num_sources_used: 1 },
      },
    };
    expect(await provider.chat(request)).toMatchObject(expected);
    const streamed = collectChat(provider.stream(request), { provider: 'xai', model: 'grok-x' });
    expect(await streamed).toMatchObject(expected);
    expect(server.received[0]).toMatchObject({ path: '/v1/chat/completions', body: { max_completion_tokens: 9 } });
    expect(server.received[0]?.headers['authorization']).toBe('Bearer xai-secret-key-1');
  });

  it.each([
    ['Incorrect API key provided: xai-secret-key-1.', 'LATTICE_AUTHENTICATION'],
    ['Model not found: grok-0', 'LATTICE_INVALID_REQUEST'],
  ])('tells a wrong key from a wrong request, both under 400: %s', async (error, code) => {
    const { provider } = await connect((_request, response) =>
      sendJson(response, 400, { code: 'invalid-argument', error }),
    );
    const thrown: unknown = await provider.chat(request).catch((reason: unknown) => reason);
    expect(thrown).toMatchObject({ code, retryable: false, status: 400, upstreamCode: 'invalid-argument' });
    expect(String(thrown)).not.toContain('xai-secret-key-1');
  });

  it('refuses files, which this API does not take', async () => {
    const source = { type: 'base64', mediaType: 'application/pdf', data: 'AAAA' } as const;
    const { provider } = await connect(answerEither);
    const asked = provider.chat({ ...request, messages: [{ role: 'user', content: [{ type: 'file', source }] }] });
    await expect(asked).rejects.toMatchObject({ code: 'LATTICE_UNSUPPORTED' });
  });
});

describe('xai over Responses', () => {
  const search = { tools: [{ type: 'web_search' }] } satisfies XaiRequestOptions;
  const raw = (own: XaiRequestOptions): Partial<ChatRequest> => ({ providerOptions: { xai: own } });

  it.each<[string, Partial<ChatRequest>, XaiOptions, string]>([
    ['as it is told', {}, { api: 'responses' }, '/v1/responses'],
    ['for tools that xAI runs', raw(search), {}, '/v1/responses'],
    ['for a stored conversation', raw({ previous_response_id: 'r0' }), {}, '/v1/responses'],
    ['for a multi-agent model', { model: 'grok-x-multi-agent' }, {}, '/v1/responses'],
    ['not for other options', raw({ search_parameters: { mode: 'on' } }), {}, '/v1/chat/completions'],
    ['not when told otherwise', raw(search), { api: 'chat' }, '/v1/chat/completions'],
  ])('is chosen %s', async (_name, more, options, path) => {
    const { server, provider } = await connect(answerEither, options);
    expect(await provider.chat({ ...request, ...more })).toMatchObject({ text: 'Two.', finishReason: 'stop' });
    expect(server.received[0]?.path).toBe(path);
  });

  it('sends the search along, asks for sealed reasoning where the model reasons, and counts as told', async () => {
    const { server, provider } = await connect(answerEither);
    const { usage: counted } = await provider.chat({ ...request, ...raw(search) });
    expect(counted).toMatchObject({ inputTokens: 5, outputTokens: 9, reasoningTokens: 7, totalTokens: 14 });
    await provider.chat({ ...request, model: 'grok-x-non-reasoning', ...raw(search) });
    const [first, second] = server.received.map(({ body }) => body);
    expect(first).toMatchObject({
      tools: [{ type: 'web_search' }],
      include: ['reasoning.encrypted_content'],
      max_output_tokens: 9,
      store: false,
    });
    expect(second).not.toHaveProperty('include');
  });
});

describe('the health of xai', () => {
  const key = { redacted_api_key: 'xai-...1', acls: ['api-key:model:*', 'api-key:endpoint:*'] };
  const health = async (told: JsonObject, models: [number, JsonObject] = [200, { data: [{ id: 'grok-x' }] }]) => {
    const { server, provider } = await connect(({ path }, response) =>
      path === '/v1/api-key' ? sendJson(response, 200, told) : sendJson(response, ...models),
    );
    const status = await provider.checkHealth();
    return { status, paths: server.received.map(({ method, path }) => `${method} ${path}`) };
  };

  it('asks about the key, then for the models', async () => {
    const { status, paths } = await health(key);
    expect(status).toMatchObject({ state: 'available', models: ['grok-x'], remedy: null });
    expect(paths).toEqual(['GET /v1/api-key', 'GET /v1/models']);
  });

  it('takes the models from the rights of the key, where they are named', async () => {
    const { status, paths } = await health({ ...key, acls: ['api-key:model:grok-y', 'api-key:endpoint:chat'] });
    expect(status.models).toEqual(['grok-y']);
    expect(paths).toEqual(['GET /v1/api-key']);
  });

  it('calls a good key good though its models are not for it to see', async () => {
    const { status } = await health(key, [403, { code: 'forbidden', error: 'No rights to list models.' }]);
    expect(status).toMatchObject({ state: 'available', models: null });
  });

  it.each([
    ['api_key_blocked', 'LATTICE_AUTHENTICATION', /Set XAI_API_KEY/],
    ['api_key_disabled', 'LATTICE_AUTHENTICATION', /Set XAI_API_KEY/],
    ['team_blocked', 'LATTICE_PERMISSION', /XAI_API_KEY/],
  ])('sees %s', async (flag, errorCode, remedy) => {
    const { status } = await health({ ...key, [flag]: true });
    expect(status).toMatchObject({ state: 'unauthorized', errorCode, models: null });
    expect(status.remedy).toMatch(remedy);
  });

  it('does not take another server for xAI', async () => {
    const { status } = await health({ hello: 1 });
    expect(status).toMatchObject({ state: 'failing', errorCode: 'LATTICE_MALFORMED_RESPONSE' });
    expect(status.remedy).toContain('XAI_BASE_URL');
  });
});

describe('the definition of xai', () => {
  it('names its variables, and refuses to be made without a key or with an unknown api', () => {
    expect(xai).toMatchObject({
      id: 'xai',
      aliases: ['grok'],
      defaultBaseUrl: 'https://api.x.ai/v1',
      wire: 'xai-chat',
    });
    expect(() => xai.create({})).toThrow(/XAI_API_KEY/);
    expect(() => xai.create({ apiKey: 'k', api: 'soap' })).toThrow(/auto, chat or responses/);
  });
});
