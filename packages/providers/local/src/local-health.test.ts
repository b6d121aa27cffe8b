import type { ChatProvider } from '@lattice-lock/contract';
import { sendJson, startScriptedServer, type ScriptedServer } from '@lattice-lock/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createLocalProvider, type LocalOptions } from './index.ts';

const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.close();
});

type Answers = Readonly<Record<string, readonly [status: number, body: unknown]>>;

async function serve(answers: Answers): Promise<ScriptedServer> {
  const server = await startScriptedServer(({ path }, response) => {
    const [status, body] = answers[path] ?? [404, { error: 'not found' }];
    sendJson(response, status, body);
  });
  started.push(server);
  return server;
}

function create(baseUrl: string, options: LocalOptions = {}): ChatProvider {
  const provider = createLocalProvider({ baseUrl, ...options });
  started.push(provider);
  return provider;
}

async function statusOf(answers: Answers, options: LocalOptions = {}) {
  const server = await serve(answers);
  return create(server.url, { api: 'openai', ...options }).checkHealth();
}

const listed = (owner: string) => [200, { data: [{ id: 'qwen3', owned_by: owner }] }] as const;
const loading = [503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }] as const;

describe('Ollama', () => {
  const tags = [200, { models: [{ name: 'a' }, { name: 'b' }] }] as const;
  const ask = (answers: Answers) => statusOf(answers, { api: 'ollama' });

  it('says which models are there and which are in memory', async () => {
    const loaded = [200, { models: [{ name: 'b' }] }] as const;
    expect(
      await ask({ '/api/tags': tags, '/api/ps': loaded, '/api/version': [200, { version: '0.30.1' }] }),
    ).toMatchObject({
      state: 'available',
      models: ['a', 'b'],
      message: 'Ollama 0.30.1 answers and has 2 models, in memory: b.',
      remedy: null,
    });
    const idle = await ask({ '/api/tags': tags, '/api/ps': [200, { models: [] }] });
    expect(idle.message).toContain('none in memory');
  });

  it('is well without saying so, and without models', async () => {
    expect(await ask({ '/api/tags': tags })).toMatchObject({ state: 'available', models: ['a', 'b'] });
    const empty = await ask({ '/api/tags': [200, { models: [] }] });
    expect(empty).toMatchObject({ state: 'available', message: 'Ollama answers, but has no models yet.' });
  });
});

describe('llama.cpp', () => {
  const models = listed('llamacpp');
  const props = [200, { default_generation_settings: {} }] as const;

  it('is well when it is loaded and takes the key', async () => {
    const status = await statusOf({ '/v1/models': models, '/health': [200, { status: 'ok' }], '/props': props });
    expect(status).toMatchObject({ state: 'available', models: ['qwen3'] });
  });

  it.each([[{ '/v1/models': models, '/health': loading }], [{ '/v1/models': loading, '/health': loading }]])(
    'is loading its model',
    async (answers) => {
      expect(await statusOf(answers)).toMatchObject({
        state: 'failing',
        errorCode: 'LATTICE_OVERLOADED',
        message: 'The server is loading its model.',
        remedy: expect.stringContaining('try again') as string,
      });
    },
  );

  it('refuses a key that its open list of models did not ask for', async () => {
    const refused = [401, { error: { code: 401, message: 'Invalid API Key', type: 'authentication_error' } }] as const;
    const server = await serve({ '/v1/models': models, '/health': [200, {}], '/props': refused });
    const status = await create(`${server.url}/v1`, { apiKey: 'wrong-key' }).checkHealth();
    expect(status).toMatchObject({ state: 'unauthorized', models: null, errorCode: 'LATTICE_AUTHENTICATION' });
    expect(status.remedy).toContain('LOCAL_API_KEY');
    expect(server.received.at(-1)).toMatchObject({ path: '/props', headers: { authorization: 'Bearer wrong-key' } });
  });
});

describe('vLLM', () => {
  it('is well, or its engine is not', async () => {
    expect(await statusOf({ '/v1/models': listed('vllm'), '/health': [200, ''] })).toMatchObject({
      state: 'available',
    });
    expect(await statusOf({ '/v1/models': listed('vllm'), '/health': [503, ''] })).toMatchObject({
      state: 'failing',
      message: expect.stringContaining('engine') as string,
    });
  });
});

describe('LM Studio', () => {
  it('says which models are in memory', async () => {
    const details = [
      200,
      {
        data: [
          { id: 'qwen3', state: 'loaded' },
          { id: 'x', state: 'not-loaded' },
        ],
      },
    ] as const;
    const status = await statusOf({ '/v1/models': listed('organization_owner'), '/api/v0/models': details });
    expect(status.message).toBe('LM Studio answers and has 1 model, in memory: qwen3.');
  });
});

describe('a check', () => {
  it('is remembered and shared, and asks another server nothing but its models', async () => {
    const server = await serve({ '/v1/models': listed('me') });
    const provider = create(`${server.url}/v1`);
    await Promise.all([provider.checkHealth(), provider.checkHealth()]);
    await provider.checkHealth();
    expect(server.received.map(({ path }) => path)).toEqual(['/v1/models']);
    await provider.checkHealth({ fresh: true });
    expect(server.received).toHaveLength(2);
  });

  it('that its caller cancels says so and is forgotten', async () => {
    const server = await serve({ '/v1/models': listed('me') });
    const provider = create(`${server.url}/v1`);
    const status = await provider.checkHealth({ signal: AbortSignal.abort() });
    expect(status).toMatchObject({ state: 'unreachable', errorCode: 'LATTICE_ABORTED' });
    expect(await provider.checkHealth()).toMatchObject({ state: 'available' });
  });
});
