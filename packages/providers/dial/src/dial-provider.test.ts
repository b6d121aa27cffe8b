import type { ServerResponse } from 'node:http';
import {
  collectChat,
  type ChatEvent,
  type ChatProvider,
  type ChatRequest,
  type ChatResult,
  type JsonObject,
} from '@lattice-lock/contract';
import { sendJson, startScriptedServer, type ReceivedRequest, type ScriptedServer } from '@lattice-lock/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createDialEmbeddings, dial, type DialOptions, type DialRequestOptions } from './index.ts';

const key = 'dial-key-0123456789';
const request: ChatRequest = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] };
const started: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.close();
});

type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

async function serve(answer: Answer): Promise<ScriptedServer> {
  const server = await startScriptedServer((received, response) => answer(response, received));
  started.push(server);
  return server;
}

function create(baseUrl: string, options: DialOptions = { apiKey: key }): ChatProvider {
  const provider = dial.create({ baseUrl, ...options });
  started.push(provider);
  return provider;
}

const whole = {
  id: 'c1',
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      message: {
        role: 'assistant',
        content: 'Done.',
        custom_content: {
          attachments: [{ type: 'image/png', title: 'Chart', url: 'files/b/chart.png' }],
          stages: [{ name: 'Searching', status: 'completed', content: 'found 3' }],
          state: { turn: 2, index: 7, seen: ['a'], none: null },
        },
      },
    },
  ],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
  statistics: {
    usage_per_model: [{ model: 'gpt-4', prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }],
    discarded_messages: [0, 1],
  },
};

const delta = (fields: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: 'c1',
  choices: [{ index: 0, finish_reason: null, delta: fields, ...more }],
  usage: null,
});

const chunks: readonly JsonObject[] = [
  delta({ role: 'assistant' }),
  delta({ custom_content: { stages: [{ index: 0, name: 'Searching', status: null }] } }),
  delta({ custom_content: { stages: [{ index: 0, content: 'found ', status: null }] } }),
  delta({ content: 'Do' }),
  delta({ custom_content: { stages: [{ index: 0, content: '3', status: 'completed' }], attachments: [] } }),
  delta({
    custom_content: { attachments: [{ index: 0, type: 'image/png', title: 'Chart', url: 'files/b/chart.png' }] },
  }),
  delta({ content: 'ne.', custom_content: { state: { turn: 2, index: 7, seen: ['a'], none: null } } }),
  delta({}, { finish_reason: 'stop' }),
  {
    statistics: {
      usage_per_model: [{ index: 0, model: 'gpt-4', prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }],
    },
  },
  { statistics: { discarded_messages: [0, 1] }, usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } },
];

const sse = (events: readonly JsonObject[]) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

function answerBoth(response: ServerResponse, { body }: ReceivedRequest): void {
  if (body['stream'] !== true) return sendJson(response, 200, whole);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`${sse(chunks)}data: [DONE]\n\n`);
}

const streamed = (provider: ChatProvider, asked = request): Promise<ChatResult> =>
  collectChat(provider.stream(asked), { provider: provider.id, model: asked.model });

describe('a call', () => {
  it('goes to the deployment, with the key, and gives the same buffered and streamed', async () => {
    const server = await serve(answerBoth);
    const provider = create(`${server.url}/openai/`);
    const buffered = await provider.chat(request);
    expect(await streamed(provider)).toEqual(buffered);
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      path: '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
      headers: { 'api-key': key },
      body: { messages: [{ role: 'user', content: 'Hello' }] },
    });
    expect(buffered).toMatchObject({
      provider: 'dial',
      model: 'gpt-4o',
      text: 'Done.',
      usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 },
      providerMetadata: {
        attachments: [{ type: 'image/png', title: 'Chart', url: 'files/b/chart.png' }],
        stages: [{ name: 'Searching', status: 'completed', content: 'found 3' }],
        state: { turn: 2, index: 7, seen: ['a'], none: null },
        statistics: whole.statistics,
      },
    });
  });

  it('tells stages while they grow, after start', async () => {
    const server = await serve(answerBoth);
    const events: ChatEvent[] = [];
    for await (const event of create(server.url).stream(request)) events.push(event);
    const stages = events.flatMap((event) => (event.type === 'metadata' ? [event.metadata['stages']] : []));
    expect(stages).toContainEqual([{ name: 'Searching', content: 'found ' }]);
    expect(events[0]?.type).toBe('start');
    expect(events.at(-1)?.type).toBe('finish');
  });

  it('sends the state of an earlier answer back to the provider who gave it, and only there', async () => {
    const server = await serve(answerBoth);
    const own = await create(server.url, { apiKey: key, id: 'team' }).chat(request);
    const messages: ChatRequest['messages'] = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: own.content, providerMetadata: { team: own.providerMetadata ?? {} } },
      { role: 'user', content: 'And now?' },
    ];
    await create(server.url, { apiKey: key, id: 'team' }).chat({ ...request, messages });
    await create(server.url).chat({ ...request, messages });
    const sent = server.received.map(({ body }) => (body['messages'] as JsonObject[])[1]);
    expect(sent[1]).toEqual({
      role: 'assistant',
      content: 'Done.',
      custom_content: { state: { turn: 2, index: 7, seen: ['a'], none: null } },
    });
    expect(sent[2]).not.toHaveProperty('custom_content');
  });

  it('takes raw fields, the API version and the way to ask for limits and usage', async () => {
    const server = await serve(answerBoth);
    const options = { apiKey: key, apiVersion: '2026-01-01', streamUsage: false } as const;
    const raw = {
      max_prompt_tokens: 100,
      custom_fields: { configuration: { tone: 'dry' } },
    } satisfies DialRequestOptions;
    await streamed(create(server.url, options), { ...request, maxOutputTokens: 3, providerOptions: { dial: raw } });
    expect(server.received[0]).toMatchObject({
      path: expect.stringContaining('api-version=2026-01-01') as string,
      body: { ...raw, max_tokens: 3, stream: true },
    });
    expect(server.received[0]?.body).not.toHaveProperty('stream_options');
  });
});

describe('a schema', () => {
  const schema = { type: 'object', required: ['a'] };
  const asked: ChatRequest = { ...request, responseFormat: { type: 'json-schema', name: 'n', schema } };

  it('is enforced by the deployment, or asked for and checked', async () => {
    const server = await serve(answerBoth);
    expect((await create(server.url).chat(asked)).warnings).toEqual([]);
    const provider = create(server.url, { apiKey: key, structuredOutput: 'none' });
    expect(provider.capabilities.structuredOutput).toBe('none');
    await expect(provider.chat(asked)).rejects.toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE' });
    expect(server.received.map(({ body }) => 'response_format' in body)).toEqual([true, false]);
  });
});

describe('a credential', () => {
  it('may be a token, or a function asked for each call, and wins over a key', async () => {
    const server = await serve(answerBoth);
    let count = 0;
    const accessToken = () => Promise.resolve(`jwt-${(count += 1)}`);
    const provider = create(server.url, { apiKey: key, accessToken });
    await provider.chat(request);
    await provider.chat(request);
    await create(server.url, { accessToken: 'fixed-jwt' }).chat(request);
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer jwt-1',
      'Bearer jwt-2',
      'Bearer fixed-jwt',
    ]);
    expect(server.received[0]?.headers).not.toHaveProperty('api-key');
  });

  it('is masked where the server echoes it', async () => {
    const server = await serve((response, { headers }) => response.writeHead(401).end(`Bad: ${headers.authorization}`));
    const provider = create(server.url, { accessToken: () => 'jwt-secret-12345' });
    await expect(provider.chat(request)).rejects.toMatchObject({
      code: 'LATTICE_AUTHENTICATION',
      message: expect.not.stringContaining('jwt-secret') as string,
    });
  });

  it.each([
    [{ apiKey: ' ' }, 'LATTICE_CONFIG'],
    [{ apiKey: 'sécret-key' }, 'LATTICE_CONFIG'],
    [{ accessToken: () => Promise.reject(new RangeError('no')) }, 'LATTICE_AUTHENTICATION'],
    [{ apiKey: key, baseUrl: 'dial.example' }, 'LATTICE_CONFIG'],
    [{ apiKey: key, baseUrl: undefined }, 'LATTICE_CONFIG'],
  ])('or an address that is none is said: %o', async (options, code) => {
    const provider = dial.create({ baseUrl: 'http://127.0.0.1:9', ...(options as DialOptions) });
    await expect(provider.chat(request)).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining('sécret') as string,
    });
  });
});

describe('a failure', () => {
  it.each([
    [401, 'At least API-KEY or Authorization header must be provided', 'LATTICE_AUTHENTICATION', false],
    [403, 'Forbidden deployment: gpt-4o', 'LATTICE_PERMISSION', false],
    [404, 'Deployment not found', 'LATTICE_NOT_FOUND', false],
    [502, 'No route', 'LATTICE_UPSTREAM', true],
  ])('%i as plain text is understood', async (status, text, code, retryable) => {
    const server = await serve((response) => response.writeHead(status, { 'content-type': 'text/plain' }).end(text));
    const failed = { code, status, retryable, message: expect.stringContaining(text) as string };
    await expect(create(server.url).chat(request)).rejects.toMatchObject(failed);
    await expect(streamed(create(server.url))).rejects.toMatchObject(failed);
  });

  it('after finish_reason and before the end is an error, not an answer', async () => {
    const error = { error: { message: 'Broken', type: 'runtime_error', code: '500' } };
    const server = await serve((response) => response.end(`${sse([...chunks, error])}data: [DONE]\n\n`));
    await expect(streamed(create(server.url))).rejects.toMatchObject({
      code: 'LATTICE_UPSTREAM',
      retryable: true,
      partial: { text: 'Done.', usage: { totalTokens: 7 }, providerMetadata: { state: { turn: 2 } } },
    });
  });

  it('of a day limit is waited for as long as a day', async () => {
    const message = 'Hit token rate limit. Minute limit: 1 / 9 tokens. Day limit: 9 / 9 tokens.';
    const server = await serve((response) => sendJson(response, 429, { error: { message, code: '429' } }));
    await expect(create(server.url).chat(request)).rejects.toMatchObject({
      code: 'LATTICE_RATE_LIMIT',
      retryAfterMs: 86_400_000,
    });
  });

  it('is a model that is no deployment', async () => {
    const server = await serve(answerBoth);
    for (const model of ['', '..', 'a/../../v1/user', 'a/%2e%2E/b']) {
      await expect(create(server.url).chat({ ...request, model })).rejects.toMatchObject({
        code: 'LATTICE_INVALID_REQUEST',
      });
    }
    expect(server.received).toEqual([]);
  });
});

describe('health', () => {
  it('lists what the key may use', async () => {
    const server = await serve((response) => sendJson(response, 200, { data: [{ id: 'gpt-4o' }, { id: 'claude' }] }));
    expect(await create(server.url).checkHealth()).toMatchObject({ state: 'available', models: ['gpt-4o', 'claude'] });
    expect(server.received[0]).toMatchObject({ method: 'GET', path: '/openai/models', headers: { 'api-key': key } });
  });

  it('tells a refused key from a server that is not there', async () => {
    const server = await serve((response) => response.writeHead(401).end('Unknown api key'));
    expect(await create(server.url).checkHealth()).toMatchObject({
      state: 'unauthorized',
      remedy: expect.stringContaining('DIAL_API_KEY') as string,
    });
    await server.close();
    started.splice(started.indexOf(server), 1);
    expect(await create(server.url).checkHealth()).toMatchObject({
      state: 'unreachable',
      remedy: expect.stringContaining('DIAL_URL') as string,
    });
  });
});

describe('embeddings', () => {
  it('come from the deployment', async () => {
    const server = await serve((response) =>
      sendJson(response, 200, {
        data: [{ index: 0, embedding: [0.5, -1] }],
        model: 'ada',
        usage: { prompt_tokens: 2, total_tokens: 2 },
      }),
    );
    const provider = createDialEmbeddings({ baseUrl: server.url, apiKey: key });
    started.push(provider);
    const result = await provider.embed({ model: 'text-embedding-3-small', texts: ['a'] });
    expect([...(result.vectors[0] ?? [])]).toEqual([0.5, -1]);
    expect(server.received[0]?.path).toBe(
      '/openai/deployments/text-embedding-3-small/embeddings?api-version=2024-10-21',
    );
  });
});
