import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { collectChat, type ChatEvent, type ChatProvider, type ChatRequest } from '@lattice-lock/contract';
import { sendJson, startScriptedServer, type ScriptedServer } from '@lattice-lock/testing';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chunk, jsonArray, sse } from './__fixtures__/gemini-wire.ts';
import { createGoogleProvider, google, type GoogleOptions, type GoogleRequestOptions } from './index.ts';

const key = 'AIza-test-0123456789';
const request: ChatRequest = { model: 'gemini-2.5-flash', messages: [{ role: 'user', content: 'Hello' }] };
const chunks = [
  chunk([{ text: 'Hi ' }]),
  chunk([{ text: 'there.' }], { finishReason: 'STOP' }, { usageMetadata: { promptTokenCount: 1, totalTokenCount: 3 } }),
];
const whole = chunk(
  [{ text: 'Hi there.' }],
  { finishReason: 'STOP' },
  { usageMetadata: { promptTokenCount: 1, totalTokenCount: 3 } },
);

let answerWith: (response: ServerResponse) => void;
let server: ScriptedServer;
const open: ChatProvider[] = [];

function create(options: GoogleOptions = {}): ChatProvider {
  const provider = createGoogleProvider({ apiKey: key, baseUrl: server.url, ...options });
  open.push(provider);
  return provider;
}

const stream = async (provider: ChatProvider) => {
  const events: ChatEvent[] = [];
  for await (const event of provider.stream(request)) events.push(event);
  return events;
};

beforeEach(async () => {
  for (const name of ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENAI_USE_VERTEXAI', 'GOOGLE_GENAI_USE_ENTERPRISE'])
    vi.stubEnv(name, undefined);
  answerWith = (response) => sendJson(response, 200, whole);
  server = await startScriptedServer((_request, response) => answerWith(response));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((provider) => provider.close()));
  await server.close();
  vi.unstubAllEnvs();
});

describe('a call', () => {
  it('goes to the model with the key in its header', async () => {
    const result = await create({ headers: { 'X-Goog-User-Project': 'p1' } }).chat(request);
    expect(result).toMatchObject({ provider: 'google', text: 'Hi there.', usage: { inputTokens: 1, totalTokens: 3 } });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      path: '/v1beta/models/gemini-2.5-flash:generateContent',
      headers: { 'x-goog-api-key': key, 'x-goog-user-project': 'p1', 'content-type': 'application/json' },
      body: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
    });
    expect(server.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it.each([
    ['events', sse(chunks), 'text/event-stream'],
    ['an array', jsonArray(chunks), 'application/json'],
    ['one document', JSON.stringify(whole), 'application/json'],
  ])('gives the same result streamed as %s', async (_form, body, type) => {
    const provider = create();
    const buffered = await provider.chat(request);
    answerWith = (response) => response.writeHead(200, { 'content-type': type }).end(body);
    const streamed = await collectChat(provider.stream(request), { provider: 'google', model: request.model });
    expect(streamed).toEqual(buffered);
    expect(server.received[1]?.path).toBe('/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
  });

  it('takes the version from the base URL, and the key from the environment', async () => {
    vi.stubEnv('GOOGLE_API_KEY', ' from-environment ');
    await createGoogleProviderFor({ baseUrl: `${server.url}/v1/` }).chat(request);
    expect(server.received[0]).toMatchObject({
      path: '/v1/models/gemini-2.5-flash:generateContent',
      headers: { 'x-goog-api-key': 'from-environment' },
    });
    await expect(createGoogleProviderFor({ baseUrl: server.url, id: 'second' }).chat(request)).rejects.toMatchObject({
      code: 'LATTICE_CONFIG',
      provider: 'second',
    });
  });

  it('takes raw fields of a known type', async () => {
    const raw = { tools: [{ googleSearch: {} }], safetySettings: [] } satisfies GoogleRequestOptions;
    await create().chat({ ...request, providerOptions: { google: raw } });
    expect(server.received[0]?.body).toMatchObject({ tools: [{ googleSearch: {} }], safetySettings: [] });
  });
});

function createGoogleProviderFor(options: GoogleOptions): ChatProvider {
  const provider = createGoogleProvider(options);
  open.push(provider);
  return provider;
}

describe('a configuration that cannot work', () => {
  it.each<[string, GoogleOptions]>([
    ['no key', { apiKey: '' }],
    ['a key no header carries', { apiKey: 'AIza “secret”' }],
    ['no base URL', { baseUrl: 'api.example.com' }],
  ])('is told before anything is sent: %s', async (_name, options) => {
    const chat = create(options).chat(request);
    await expect(chat).rejects.toMatchObject({ code: 'LATTICE_CONFIG' });
    await expect(chat).rejects.not.toThrow(/secret/);
    expect(server.received).toEqual([]);
  });
});

describe('a failure', () => {
  const google400 = (reason: string) => ({
    error: {
      code: 400,
      message: `API key not valid: ${key}`,
      status: 'INVALID_ARGUMENT',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }],
    },
  });

  it('of the key is one, though its status is 400, and does not show it', async () => {
    answerWith = (response) => sendJson(response, 400, google400('API_KEY_INVALID'));
    await expect(create().chat(request)).rejects.toMatchObject({
      code: 'LATTICE_AUTHENTICATION',
      retryable: false,
      status: 400,
      message: expect.not.stringContaining(key) as string,
    });
  });

  it('tells the wait of a limit from its body', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.07s' }];
    answerWith = (response) =>
      sendJson(response, 429, { error: { code: 429, message: 'Quota', status: 'RESOURCE_EXHAUSTED', details } });
    await expect(create().chat(request)).rejects.toMatchObject({
      code: 'LATTICE_RATE_LIMIT',
      retryable: true,
      retryAfterMs: 34_070,
    });
  });

  it('is a list of one where the answer would have been a list', async () => {
    answerWith = (response) =>
      sendJson(response, 503, [{ error: { code: 503, message: 'Busy', status: 'UNAVAILABLE' } }]);
    expect((await stream(create())).at(-1)).toMatchObject({ error: { code: 'LATTICE_OVERLOADED', retryable: true } });
    answerWith = (response) =>
      sendJson(response, 200, [{ error: { code: 503, message: 'Busy', status: 'UNAVAILABLE' } }]);
    expect((await stream(create())).at(-1)).toMatchObject({ error: { code: 'LATTICE_OVERLOADED', retryable: true } });
  });

  it('is a page of HTML under a good status', async () => {
    answerWith = (response) => response.writeHead(200).end('<html><title>Login</title></html>');
    await expect(create().chat(request)).rejects.toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE' });
    expect((await stream(create())).at(-1)).toMatchObject({ error: { code: 'LATTICE_MALFORMED_RESPONSE' } });
  });
});

describe('health', () => {
  it('lists the models of a good key', async () => {
    answerWith = (response) => sendJson(response, 200, { models: [{ name: 'models/gemini-a' }, { name: 'models/b' }] });
    expect(await create().checkHealth()).toMatchObject({ state: 'available', models: ['gemini-a', 'b'] });
    expect(server.received[0]).toMatchObject({ method: 'GET', path: '/v1beta/models?pageSize=1000' });
  });

  it('tells a wrong key and a wrong address apart', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];
    answerWith = (response) => sendJson(response, 400, { error: { code: 400, message: 'Bad.', details } });
    expect(await create().checkHealth()).toMatchObject({
      state: 'unauthorized',
      remedy: expect.stringContaining('GEMINI_API_KEY') as string,
    });
    answerWith = (response) => sendJson(response, 200, { hello: 'world' });
    expect(await create().checkHealth()).toMatchObject({ state: 'failing', errorCode: 'LATTICE_MALFORMED_RESPONSE' });
  });
});

describe('the definition', () => {
  it('says what a registry needs', () => {
    expect(google).toMatchObject({
      specVersion: 1,
      id: 'google',
      aliases: ['gemini'],
      env: { apiKey: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'] },
      needsApiKey: true,
      defaultBaseUrl: 'https://generativelanguage.googleapis.com',
      wire: 'gemini',
    });
  });

  it('says how to install the library of credentials when Vertex AI needs it and it is absent', async () => {
    const found = await runScript(`
      import { registerHooks } from 'node:module';
      const absent = () => { throw Object.assign(new TypeError('absent'), { code: 'ERR_MODULE_NOT_FOUND' }); };
      registerHooks({ resolve: (name, context, next) => name === 'google-auth-library' ? absent() : next(name, context) });
      const { google } = await import('./index.ts');
      const transport = { request: () => Promise.reject(new TypeError('no network')), close: async () => undefined };
      const provider = google.create({ vertex: { project: 'p' }, transport });
      const error = await provider.chat({ model: 'm', messages: [] }).catch((thrown) => thrown);
      console.log(JSON.stringify({ code: error.code, message: error.message }));
    `);
    expect(found).toEqual({
      code: 'LATTICE_CONFIG',
      message: expect.stringContaining('npm install google-auth-library') as string,
    });
  });

  it('loads the library of credentials only for a call of Vertex AI', async () => {
    const found = await runScript(`
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve: (name, context, next) => { if (name === 'google-auth-library') seen.push(name); return next(name, context); } });
      const { google } = await import('./index.ts');
      const transport = { request: () => Promise.reject(new TypeError('no network')), close: async () => undefined };
      const call = (options) => google.create({ transport, ...options }).chat({ model: 'm', messages: [] }).catch(() => undefined);
      await call({ apiKey: 'k', vertex: false });
      await call({ vertex: { project: 'p' }, accessToken: async () => 'token' });
      const before = seen.length;
      await call({ vertex: { project: 'p' } });
      console.log(JSON.stringify({ before, after: seen.length }));
    `);
    expect(found).toEqual({ before: 0, after: 1 });
  });
});

/** Runs a module in a process of its own, in which nothing is loaded yet, and reads the JSON it prints. */
async function runScript(script: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@lattice-lock/source', '--input-type=module', '--eval', script],
    { cwd: import.meta.dirname, env: { ...process.env, GOOGLE_APPLICATION_CREDENTIALS: '/nowhere.json' } },
  );
  return JSON.parse(stdout);
}
