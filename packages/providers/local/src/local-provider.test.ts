import type { ServerResponse } from 'node:http';
import { collectChat, type ChatProvider, type ChatRequest } from '@lattice-lock/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { sendJson, startScriptedServer, type ReceivedRequest, type ScriptedServer } from '@lattice-lock/testing';
import { createLocalEmbeddings, local, type LocalRequestOptions } from './index.ts';

const request: ChatRequest = { model: 'qwen3:4b', messages: [{ role: 'user', content: 'Hello' }] };
const started: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.close();
});

type Route = (response: ServerResponse, request: ReceivedRequest) => void;

async function serve(routes: Readonly<Record<string, Route>>, port = 0): Promise<ScriptedServer> {
  const server = await startScriptedServer((received, response) => {
    const route = routes[`${received.method} ${received.path}`];
    if (route === undefined) sendJson(response, 404, { error: { message: `no ${received.path}` } });
    else route(response, received);
  }, port);
  started.push(server);
  return server;
}

function create(baseUrl: string, options: Record<string, unknown> = {}): ChatProvider {
  const provider = local.create({ baseUrl, ...options });
  started.push(provider);
  return provider;
}

const ollamaAnswer = {
  model: 'qwen3:4b',
  message: { role: 'assistant', content: 'Hi', thinking: 'Hm.' },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 5,
  eval_count: 2,
};

const ollamaRoutes: Readonly<Record<string, Route>> = {
  'GET /api/version': (response) => sendJson(response, 200, { version: '0.30.1' }),
  'GET /api/tags': (response) => sendJson(response, 200, { models: [{ name: 'qwen3:4b', model: 'qwen3:4b' }] }),
  'POST /api/chat': (response, { body }) => {
    if (body['model'] === 'nope') sendJson(response, 404, { error: "model 'nope' not found" });
    else if (body['stream'] === false) sendJson(response, 200, ollamaAnswer);
    else {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const { message, ...last } = ollamaAnswer;
      response.write(`${JSON.stringify({ model: 'qwen3:4b', message, done: false })}\n`);
      response.end(`${JSON.stringify({ ...last, message: { role: 'assistant', content: '' } })}\n`);
    }
  },
};

const openaiRoutes: Readonly<Record<string, Route>> = {
  'GET /v1/models': (response, { headers }) =>
    headers.authorization === 'Bearer right'
      ? sendJson(response, 200, { object: 'list', data: [{ id: 'qwen3:4b' }] })
      : sendJson(response, 401, { error: { message: 'Unauthorized' } }),
  'POST /v1/chat/completions': (response) =>
    sendJson(response, 200, {
      id: 'chatcmpl-1',
      model: 'qwen3:4b',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }],
      usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    }),
};

const pathsOf = (server: ScriptedServer) => server.received.map(({ method, path }) => `${method} ${path}`);

describe('Ollama', () => {
  it('is found by asking once, and answers the same buffered and streamed', async () => {
    const server = await serve(ollamaRoutes);
    const provider = create(server.url);
    const buffered = await provider.chat(request);
    const streamed = await collectChat(provider.stream(request), { provider: 'local', model: request.model });
    expect(streamed).toEqual(buffered);
    expect(buffered).toMatchObject({ text: 'Hi', reasoning: 'Hm.', usage: { totalTokens: 7 } });
    expect(pathsOf(server)).toEqual(['GET /api/version', 'POST /api/chat', 'POST /api/chat']);
  });

  it('is not asked when the option or the address says it', async () => {
    const server = await serve(ollamaRoutes);
    await create(server.url, { api: 'ollama' }).chat(request);
    await create(`${server.url}/api`).chat(request);
    expect(pathsOf(server)).toEqual(['POST /api/chat', 'POST /api/chat']);
  });

  it('takes raw fields', async () => {
    const server = await serve(ollamaRoutes);
    await create(server.url, { api: 'ollama' }).chat({
      ...request,
      maxOutputTokens: 8,
      providerOptions: { local: { keep_alive: 0, options: { num_ctx: 4096 } } satisfies LocalRequestOptions },
    });
    expect(server.received[0]?.body).toMatchObject({ keep_alive: 0, options: { num_ctx: 4096, num_predict: 8 } });
  });

  it('says that a model is not there', async () => {
    const server = await serve(ollamaRoutes);
    await expect(create(server.url).chat({ ...request, model: 'nope' })).rejects.toMatchObject({
      code: 'LATTICE_NOT_FOUND',
      retryable: false,
      message: expect.stringContaining("model 'nope' not found") as string,
    });
  });

  it('lists its models', async () => {
    const server = await serve(ollamaRoutes);
    expect(await create(server.url).checkHealth()).toMatchObject({ state: 'available', models: ['qwen3:4b'] });
  });
});

describe('a server that speaks OpenAI', () => {
  it('is what does not answer as Ollama does', async () => {
    const server = await serve(openaiRoutes);
    const provider = create(server.url);
    expect(await provider.chat(request)).toMatchObject({ text: 'Hi', provider: 'local' });
    expect(pathsOf(server)).toEqual(['GET /api/version', 'POST /v1/chat/completions']);
  });

  it('is not asked when the option or the address says it', async () => {
    const server = await serve(openaiRoutes);
    await create(`${server.url}/v1`).chat(request);
    await create(server.url, { api: 'openai' }).chat(request);
    expect(pathsOf(server)).toEqual(['POST /v1/chat/completions', 'POST /v1/chat/completions']);
  });

  it('may want a key', async () => {
    const server = await serve(openaiRoutes);
    expect(await create(server.url, { apiKey: 'right' }).checkHealth()).toMatchObject({ models: ['qwen3:4b'] });
    expect(await create(server.url, { apiKey: 'wrong' }).checkHealth()).toMatchObject({ state: 'unauthorized' });
    expect(await create(server.url).checkHealth()).toMatchObject({
      state: 'unauthorized',
      remedy: expect.stringContaining('LOCAL_API_KEY') as string,
    });
  });
});

describe('a request to a server that speaks OpenAI', () => {
  it('takes raw fields of the family and of its own id, and no files', async () => {
    const server = await serve(openaiRoutes);
    const provider = create(`${server.url}/v1`, { id: 'second' });
    await provider.chat({ ...request, providerOptions: { local: { min_p: 0.1, top_k: 5 }, second: { top_k: 6 } } });
    expect(server.received[0]?.body).toMatchObject({ min_p: 0.1, top_k: 6 });
    const file = { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: 'AA' } } as const;
    await expect(provider.chat({ ...request, messages: [{ role: 'user', content: [file] }] })).rejects.toMatchObject({
      code: 'LATTICE_UNSUPPORTED',
    });
    expect(server.received).toHaveLength(1);
  });
});

describe('an answer of a server that speaks OpenAI', () => {
  it('keeps the server’s own figures', async () => {
    const timings = { predicted_per_second: 40.5, cache_n: 3 };
    const choice = { index: 0, finish_reason: 'stop' };
    const answer: Route = (response, { body }) => {
      if (body['stream'] !== true) {
        sendJson(response, 200, { choices: [{ ...choice, message: { content: 'Hi' } }], timings });
        return;
      }
      const chunk = { choices: [{ ...choice, delta: { content: 'Hi' } }], timings };
      response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
    };
    const server = await serve({ 'POST /v1/chat/completions': answer });
    const provider = create(`${server.url}/v1`);
    const buffered = await provider.chat(request);
    expect(buffered.providerMetadata).toEqual({ timings });
    expect(await collectChat(provider.stream(request), { provider: 'local', model: request.model })).toEqual(buffered);
  });
});

describe('embeddings', () => {
  const texts = { model: 'bge-m3', texts: ['a', 'b'], dimensions: 2, purpose: 'query' } as const;

  async function embed(routes: Readonly<Record<string, Route>>, api: 'ollama' | 'openai') {
    const server = await serve(routes);
    const provider = createLocalEmbeddings({ baseUrl: server.url, api });
    started.push(provider);
    return { server, result: await provider.embed(texts) };
  }

  it('come from Ollama in the order of the texts', async () => {
    const vectors = [
      [0.5, -1],
      [2, 3],
    ];
    const { server, result } = await embed(
      { 'POST /api/embed': (response) => sendJson(response, 200, { embeddings: vectors, prompt_eval_count: 4 }) },
      'ollama',
    );
    expect(server.received[0]?.body).toEqual({ model: 'bge-m3', input: ['a', 'b'], dimensions: 2 });
    expect(result.vectors.map((vector) => [...vector])).toEqual(vectors);
    expect(result).toMatchObject({ model: 'bge-m3', usage: { inputTokens: 4 }, warnings: [expect.any(String)] });
  });

  it('come from any other server over OpenAI’s wire', async () => {
    const data = [
      { index: 1, embedding: [2, 3] },
      { index: 0, embedding: [0.5, -1] },
    ];
    const { result } = await embed(
      { 'POST /v1/embeddings': (response) => sendJson(response, 200, { data }) },
      'openai',
    );
    expect(result.vectors.map((vector) => [...vector])).toEqual([
      [0.5, -1],
      [2, 3],
    ]);
  });

  it('that cannot be read are an error', async () => {
    for (const embeddings of [undefined, [[]], [['x']], [[1], 2]]) {
      const routes: Readonly<Record<string, Route>> = {
        'POST /api/embed': (response) => sendJson(response, 200, { embeddings }),
      };
      await expect(embed(routes, 'ollama')).rejects.toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE' });
    }
  });
});

describe('a server that fails or refuses when it is asked what it is', () => {
  it('is not decided on, and asked again', async () => {
    let status = 503;
    const asked: Route = (response) =>
      sendJson(response, status, status === 200 ? { version: '1' } : { error: 'busy' });
    const server = await serve({ ...ollamaRoutes, 'GET /api/version': asked });
    const provider = create(server.url);
    await expect(provider.chat(request)).rejects.toMatchObject({ code: 'LATTICE_OVERLOADED', retryable: true });
    status = 401;
    expect(await provider.checkHealth()).toMatchObject({ state: 'unauthorized' });
    status = 200;
    expect(await provider.chat(request)).toMatchObject({ text: 'Hi' });
    expect(pathsOf(server).at(-1)).toBe('POST /api/chat');
  });
});

describe('no server', () => {
  it('is unreachable, and is asked again once it is there', async () => {
    const gone = await startScriptedServer(() => undefined);
    await gone.close();
    const provider = create(gone.url);
    expect(await provider.checkHealth()).toMatchObject({ state: 'unreachable' });
    await expect(provider.chat(request)).rejects.toMatchObject({ code: 'LATTICE_CONNECTION_REFUSED', retryable: true });
    await serve(ollamaRoutes, Number(new URL(gone.url).port));
    expect(await provider.chat(request)).toMatchObject({ text: 'Hi' });
    expect(await provider.checkHealth({ fresh: true })).toMatchObject({ state: 'available' });
  });

  it('is told from a bad address', async () => {
    await expect(create('ftp://box').chat(request)).rejects.toMatchObject({ code: 'LATTICE_CONFIG' });
  });
});
