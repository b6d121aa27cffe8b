import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ChatResult } from '@lattice-lock/contract';
import { collectChat } from '@lattice-lock/contract';
import { sendJson, startScriptedServer, type ScriptedServer } from '@lattice-lock/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  azure,
  createAzureEmbeddings,
  createAzureProvider,
  type AzureOptions,
  type AzureRequestOptions,
} from './index.ts';

const safe = { hate: { filtered: false, severity: 'safe' } };
const chatAnswer = {
  id: 'c-1',
  model: 'gpt-5-2025-08-07',
  prompt_filter_results: [{ prompt_index: 0, content_filter_results: safe }],
  choices: [{ index: 0, finish_reason: 'stop', message: { content: 'Hello' }, content_filter_results: safe }],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
};
const responsesAnswer = {
  object: 'response',
  status: 'completed',
  model: 'gpt-5',
  output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }],
  content_filters: [{ blocked: false, source_type: 'prompt' }],
};

let server: ScriptedServer;
const answers: { status: number; body: unknown; headers?: Record<string, string> }[] = [];

beforeEach(async () => {
  server = await startScriptedServer((request, response) => {
    const next = answers.shift() ?? {
      status: 200,
      body: request.path.includes('responses') ? responsesAnswer : chatAnswer,
    };
    for (const [name, value] of Object.entries(next.headers ?? {})) response.setHeader(name, value);
    if (typeof next.body !== 'string') return sendJson(response, next.status, next.body);
    response.writeHead(next.status, { 'content-type': 'text/event-stream' });
    response.end(next.body);
  });
});

afterEach(async () => {
  answers.length = 0;
  await server.close();
});

const request = { model: 'my dep', messages: [{ role: 'user', content: 'hi' }], maxOutputTokens: 9 } as const;

async function ask(options: AzureOptions, more: object = {}): Promise<ChatResult> {
  const provider = createAzureProvider({ baseUrl: server.url, apiKey: 'key-12345678', ...options });
  try {
    return await provider.chat({ ...request, ...more }, { requestId: 'r1' });
  } finally {
    await provider.close();
  }
}

describe('the routes into a resource', () => {
  it('are /openai/v1 with the deployment as model, unless told otherwise', async () => {
    const result = await ask({});
    expect(result).toMatchObject({
      provider: 'azure',
      model: 'gpt-5-2025-08-07',
      text: 'Hello',
      providerMetadata: { prompt_filter_results: chatAnswer.prompt_filter_results, content_filter_results: safe },
    });
    const [sent] = server.received;
    expect(sent).toMatchObject({ path: '/openai/v1/chat/completions', method: 'POST' });
    expect(sent?.headers).toMatchObject({ 'api-key': 'key-12345678', 'x-ms-client-request-id': 'r1' });
    expect(sent?.headers).not.toHaveProperty('authorization');
    expect(sent?.body).toMatchObject({ model: 'my dep', max_completion_tokens: 9 });
  });

  it.each([
    [
      { apiVersion: '2024-10-21' },
      '/openai/deployments/my%20dep/chat/completions?api-version=2024-10-21',
      'max_completion_tokens',
    ],
    [
      { apiVersion: '2024-02-01' },
      '/openai/deployments/my%20dep/chat/completions?api-version=2024-02-01',
      'max_tokens',
    ],
    [
      { route: 'deployments' },
      '/openai/deployments/my%20dep/chat/completions?api-version=2024-10-21',
      'max_completion_tokens',
    ],
    [{ route: 'models' }, '/models/chat/completions?api-version=2024-05-01-preview', 'max_tokens'],
    [{ apiVersion: 'preview' }, '/openai/v1/chat/completions?api-version=preview', 'max_completion_tokens'],
    [{ api: 'responses' }, '/openai/v1/responses', 'max_output_tokens'],
    [
      { api: 'responses', apiVersion: '2025-04-01-preview' },
      '/openai/responses?api-version=2025-04-01-preview',
      'max_output_tokens',
    ],
  ] as const)('%j is %s', async (options, path, field) => {
    expect((await ask(options)).text).toBe('Hello');
    expect(server.received[0]?.path).toBe(path);
    expect(server.received[0]?.body[field]).toBe(9);
  });

  it('hands fields on to the models of other vendors', async () => {
    await ask({ route: 'models' });
    await ask({});
    expect(server.received.map(({ headers }) => headers['extra-parameters'])).toEqual(['pass-through', undefined]);
  });

  it('are read from the address that the portal shows', async () => {
    const baseUrl = `${server.url}/openai/deployments/fixed/chat/completions?api-version=2024-10-21`;
    await ask({ baseUrl });
    expect(server.received[0]?.path).toBe('/openai/deployments/fixed/chat/completions?api-version=2024-10-21');
  });

  it('ask old versions for no usage in streams, which they refuse', async () => {
    const chunk = { model: 'm', choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }] };
    const body = `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;
    for (const apiVersion of ['2024-02-01', '2024-10-21']) {
      answers.push({ status: 200, body });
      const provider = createAzureProvider({ baseUrl: server.url, apiKey: 'k', apiVersion });
      await collectChat(provider.stream(request), { provider: 'azure', model: 'm' });
      await provider.close();
    }
    expect(server.received.map(({ body: sent }) => sent['stream_options'])).toEqual([
      undefined,
      { include_usage: true },
    ]);
  });

  it('choose Responses by the name of the deployment or by raw options', async () => {
    const own = { background: true } satisfies AzureRequestOptions;
    await ask({}, { model: 'gpt-5-codex' });
    await ask({}, { providerOptions: { azure: own } });
    const { providerMetadata } = await ask({}, { model: 'o3-pro', reasoning: { effort: 'low' } });
    expect(server.received.map(({ path }) => path)).toEqual(Array(3).fill('/openai/v1/responses'));
    expect(server.received[2]?.body).toMatchObject({ store: false, include: ['reasoning.encrypted_content'] });
    expect(providerMetadata).toEqual({ content_filters: responsesAnswer.content_filters });
  });

  it('lead to embeddings too', async () => {
    const embedding = Buffer.from(Float32Array.of(1, 2).buffer).toString('base64');
    const body = { model: 'ada', data: [{ index: 0, embedding }], usage: { prompt_tokens: 1, total_tokens: 1 } };
    answers.push({ status: 200, body }, { status: 200, body });
    for (const options of [{}, { apiVersion: '2024-10-21' }]) {
      const embeddings = createAzureEmbeddings({ baseUrl: server.url, apiKey: 'k', ...options });
      const { vectors } = await embeddings.embed({ model: 'emb', texts: ['hi'] });
      expect(vectors).toEqual([Float32Array.of(1, 2)]);
      await embeddings.close();
    }
    expect(server.received.map(({ path }) => path)).toEqual([
      '/openai/v1/embeddings',
      '/openai/deployments/emb/embeddings?api-version=2024-10-21',
    ]);
  });
});

describe('content filters', () => {
  it('may leave an answer without a message', async () => {
    const choice = { index: 0, finish_reason: 'content_filter', content_filter_results: { hate: { filtered: true } } };
    answers.push({ status: 200, body: { ...chatAnswer, choices: [choice] } });
    expect(await ask({})).toMatchObject({
      text: '',
      finishReason: 'content-filter',
      providerMetadata: { content_filter_results: { hate: { filtered: true } } },
    });
  });

  it('may refuse a prompt', async () => {
    const innererror = { code: 'ResponsibleAIPolicyViolation', content_filter_result: { hate: { filtered: true } } };
    answers.push({ status: 400, body: { error: { code: 'content_filter', message: 'Filtered.', innererror } } });
    await expect(ask({})).rejects.toMatchObject({ code: 'LATTICE_CONTENT_FILTER', retryable: false, status: 400 });
  });

  it('gives the wait of a rate limit, and no limits that Azure does not know', async () => {
    const headers = { 'retry-after': '7', 'retry-after-ms': '1500' };
    answers.push({ status: 429, headers, body: { error: { code: '429', message: 'Slow down.' } } });
    await expect(ask({})).rejects.toMatchObject({ code: 'LATTICE_RATE_LIMIT', retryable: true, retryAfterMs: 1500 });
    const unknown = { 'x-ratelimit-limit-requests': '-1', 'x-ratelimit-remaining-requests': '0' };
    answers.push({ status: 200, headers: unknown, body: chatAnswer });
    expect((await ask({})).rateLimit).toBeNull();
  });
});

describe('Microsoft Entra', () => {
  it('signs each call with the token of the moment, and masks it where it is echoed', async () => {
    let count = 0;
    const provider = createAzureProvider({
      baseUrl: server.url,
      azureADTokenProvider: () => Promise.resolve(`entra-token-${++count}`),
    });
    await provider.chat(request);
    answers.push({ status: 401, body: { error: { code: '401', message: 'Token entra-token-2 is expired.' } } });
    const failed = provider.chat(request);
    await expect(failed).rejects.toMatchObject({
      code: 'LATTICE_AUTHENTICATION',
      message: expect.stringContaining('Token *** is expired') as string,
    });
    await provider.close();
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer entra-token-1',
      'Bearer entra-token-2',
    ]);
    expect(server.received[0]?.headers).not.toHaveProperty('api-key');
  });

  it('asks a credential once for many calls, for the scope that is set', async () => {
    const scopes: unknown[] = [];
    const credential = {
      getToken: (scope: string | string[]) => {
        scopes.push(scope);
        return Promise.resolve({ token: 'entra-token', expiresOnTimestamp: Date.now() + 3_600_000 });
      },
    };
    const provider = createAzureProvider({ baseUrl: server.url, credential, scope: 'https://ai.azure.com/.default' });
    await Promise.all([provider.chat(request), provider.chat(request)]);
    await provider.chat(request);
    await provider.close();
    expect(scopes).toEqual(['https://ai.azure.com/.default']);
    expect(new Set(server.received.map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Bearer entra-token']),
    );
  });

  it('is not asked where a key is set and the default chain is only the alternative', async () => {
    await ask({ credential: 'default' });
    expect(server.received[0]?.headers).toMatchObject({ 'api-key': 'key-12345678' });
  });
});

describe('health', () => {
  it('asks for the list of models, which names no deployments', async () => {
    answers.push({ status: 200, body: { data: [{ id: 'gpt-5' }] } });
    const provider = createAzureProvider({ baseUrl: `${server.url}/openai/v1`, apiKey: 'k' });
    expect(await provider.checkHealth()).toMatchObject({ state: 'available', models: null });
    expect(server.received[0]).toMatchObject({ method: 'GET', path: '/openai/models?api-version=2024-10-21' });
    answers.push({ status: 401, body: { error: { code: '401', message: 'Access denied.' } } });
    expect(await provider.checkHealth({ fresh: true })).toMatchObject({ state: 'unauthorized' });
    await provider.close();
  });
});

describe('configuration', () => {
  const rejected = (options: AzureOptions) =>
    expect(createAzureProvider({ id: 'azure-eu', baseUrl: server.url, ...options }).chat(request)).rejects;

  it('says what is missing or too much', async () => {
    await rejected({}).toMatchObject({
      code: 'LATTICE_CONFIG',
      message: expect.stringContaining('credential') as string,
    });
    const both = { apiKey: 'k', azureADTokenProvider: () => Promise.resolve('t') };
    await rejected(both).toMatchObject({
      code: 'LATTICE_CONFIG',
      message: expect.stringContaining('keep one') as string,
    });
    await rejected({ apiKey: 'k', baseUrl: 'res.example' }).toMatchObject({ code: 'LATTICE_CONFIG' });
    await expect(createAzureProvider({ id: 'azure-eu', apiKey: 'k' }).chat(request)).rejects.toMatchObject({
      message: expect.stringContaining('https://my-resource.openai.azure.com') as string,
    });
    expect(() => azure.create({ apiKey: ' ' })).toThrow(/is empty/);
    expect(() => azure.create({ apiKey: 'k', api: 'soap' })).toThrow(/must be auto, chat or responses/);
    expect(() => azure.create({ apiKey: 'k', api: 'responses', route: 'models' })).toThrow(/use the route v1/);
    expect(server.received).toHaveLength(0);
  });
});

describe('what is loaded', () => {
  async function run(hook: string, body: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
    const script = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve: (name, context, next) => { ${hook} return next(name, context); } });
      const { azure } = await import('./index.ts');
      const transport = { request: () => Promise.reject(new TypeError('no network')), close: async () => undefined };
      const ask = (options) => azure.create({ baseUrl: 'http://127.0.0.1:9', transport, ...options })
        .chat({ model: 'm', messages: [] }).catch((error) => error);
      ${body}
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@lattice-lock/source', '--input-type=module', '--eval', script],
      { cwd: import.meta.dirname, env: { ...process.env, ...env } },
    );
    return JSON.parse(stdout) as unknown;
  }

  it('is the SDK on the first call, and the identity package only when asked for', async () => {
    const seen = await run(
      `if (name === 'openai' || name === '@azure/identity') seen.push(name);`,
      `const before = seen.length; await ask({ apiKey: 'k' }); console.log(JSON.stringify({ before, seen }));`,
    );
    expect(seen).toEqual({ before: 0, seen: ['openai'] });
  });

  it.each([
    ['an option', `credential: 'default'`, {}],
    ['the environment', '', { AZURE_CLIENT_ID: 'c', AZURE_OPENAI_API_KEY: undefined }],
  ])('is named with the command that installs it when %s asks for what is not there', async (_who, options, env) => {
    const error = await run(
      `if (name === '@azure/identity') throw Object.assign(new TypeError('gone'), { code: 'ERR_MODULE_NOT_FOUND' });`,
      `const { code, message } = await ask({ ${options} }); console.log(JSON.stringify({ code, message }));`,
      env,
    );
    expect(error).toMatchObject({
      code: 'LATTICE_CONFIG',
      message: expect.stringContaining('npm install @azure/identity') as string,
    });
  });
});
