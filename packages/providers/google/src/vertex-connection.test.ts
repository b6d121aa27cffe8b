import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatProvider, ChatRequest, HttpTransport } from '@lattice-lock/contract';
import { sendJson, startScriptedServer, type ReceivedRequest, type ScriptedServer } from '@lattice-lock/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chunk } from './__fixtures__/gemini-wire.ts';
import { createGoogleProvider, googleVertex, type GoogleOptions } from './index.ts';

const request: ChatRequest = { model: 'gemini-2.5-flash', messages: [{ role: 'user', content: 'Hello' }] };
const whole = chunk([{ text: 'Hi.' }], { finishReason: 'STOP' });
const modelPath = '/v1/projects/p1/locations/europe-west4/publishers/google/models/gemini-2.5-flash';

let answerWith: (response: ServerResponse, request: ReceivedRequest) => void;
let server: ScriptedServer;
const open: ChatProvider[] = [];

function create(options: GoogleOptions): ChatProvider {
  const provider = createGoogleProvider(options);
  open.push(provider);
  return provider;
}

const vertex = { project: 'p1', location: 'europe-west4' };
const withToken = (token: () => Promise<string>, more: GoogleOptions = {}) =>
  create({ vertex, baseUrl: server.url, accessToken: token, ...more });

beforeEach(async () => {
  for (const name of [
    'GEMINI_API_KEY',
    'GOOGLE_API_KEY',
    ...variables,
    'GOOGLE_CLOUD_PROJECT',
    'GOOGLE_CLOUD_LOCATION',
    'GOOGLE_APPLICATION_CREDENTIALS',
  ]) {
    vi.stubEnv(name, undefined);
  }
  answerWith = (response) => sendJson(response, 200, whole);
  server = await startScriptedServer((received, response) => answerWith(response, received));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((provider) => provider.close()));
  await server.close();
  vi.unstubAllEnvs();
});

/** A transport that answers all calls alike and keeps the addresses. */
function recorder() {
  const urls: string[] = [];
  const transport: HttpTransport = {
    request: ({ url }) => {
      urls.push(url);
      const text = JSON.stringify(whole);
      const body = (async function* () {
        yield Buffer.from(text);
      })();
      return Promise.resolve({ status: 200, headers: {}, body, text: () => Promise.resolve(text) });
    },
    close: () => Promise.resolve(),
  };
  return { transport, urls };
}

/** The vendor's exchange of tokens, which is asked by a form. */
async function startTokenServer() {
  const forms: string[] = [];
  const token = { access_token: 'sts-token-123456', issued_token_type: 'x', token_type: 'Bearer', expires_in: 3600 };
  const exchange = createServer((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      forms.push(Buffer.concat(pieces).toString('utf8'));
      sendJson(response, 200, token);
    });
  }).listen(0, '127.0.0.1');
  await once(exchange, 'listening');
  const close = async () => {
    exchange.closeAllConnections();
    exchange.close();
    await once(exchange, 'close');
  };
  return { url: `http://127.0.0.1:${(exchange.address() as AddressInfo).port}`, forms, close };
}

const variables = ['GOOGLE_GENAI_USE_VERTEXAI', 'GOOGLE_GENAI_USE_ENTERPRISE'];

describe('the definition of Vertex AI', () => {
  it('takes a key for a token of the cloud, and always calls Vertex AI', async () => {
    vi.stubEnv('GOOGLE_GENAI_USE_VERTEXAI', 'false');
    const options = { apiKey: 'ya29.a-token-made-already', baseUrl: server.url, vertex: { project: 'p' } };
    const provider = googleVertex.create(options);
    expect(await provider.chat(request)).toMatchObject({ provider: 'google-vertex', text: 'Hi.' });
    const [received] = server.received;
    expect(received?.path).toContain('/projects/p/locations/global/');
    expect(received?.headers['authorization']).toBe('Bearer ya29.a-token-made-already');
    await provider.close();
  });
});

describe('a call of Vertex AI', () => {
  it('goes to the project and location with a token asked for each time', async () => {
    let count = 0;
    const provider = withToken(() => Promise.resolve(`token-number-${(count += 1)}`), { apiKey: 'unused' });
    expect(await provider.chat(request)).toMatchObject({ text: 'Hi.' });
    await provider.chat(request);
    expect(server.received.map(({ path, headers }) => [path, headers['authorization']])).toEqual([
      [`${modelPath}:generateContent`, 'Bearer token-number-1'],
      [`${modelPath}:generateContent`, 'Bearer token-number-2'],
    ]);
    expect(server.received[0]?.headers).not.toHaveProperty('x-goog-api-key');
  });

  it.each([
    [
      { location: 'europe-west4' },
      'https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/europe-west4/',
    ],
    [{ location: 'eu' }, 'https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu/'],
    [{ location: 'global' }, 'https://aiplatform.googleapis.com/v1/projects/p/locations/global/'],
    [{}, 'https://aiplatform.googleapis.com/v1/projects/p/locations/global/'],
  ])('has a host for %j', async (place, prefix) => {
    const { transport, urls } = recorder();
    const accessToken = () => Promise.resolve('token');
    await create({ vertex: { project: 'p', ...place }, accessToken, transport }).chat(request);
    expect(urls).toEqual([`${prefix}publishers/google/models/gemini-2.5-flash:generateContent`]);
  });

  it.each(variables)('is chosen by %s, but never for an address of the operator', async (variable) => {
    vi.stubEnv(variable, 'True');
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'from-env');
    vi.stubEnv('GOOGLE_CLOUD_LOCATION', 'us-central1');
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/nowhere.json');
    const { transport, urls } = recorder();
    const baseUrl = 'https://generativelanguage.googleapis.com/';
    await expect(create({ apiKey: 'k', baseUrl, transport }).chat(request)).rejects.toMatchObject({
      code: 'LATTICE_PROVIDER_UNAVAILABLE',
      message: expect.stringContaining('gcloud auth application-default login') as string,
    });
    await create({ apiKey: 'k', baseUrl: 'https://proxy.example', transport }).chat(request);
    await create({ apiKey: 'k', vertex: false, transport }).chat(request);
    await create({ apiKey: 'k', id: 'second', transport }).chat(request);
    await create({ vertex: true, accessToken: () => Promise.resolve('token'), transport }).chat(request);
    expect(urls).toEqual([
      'https://proxy.example/v1beta/models/gemini-2.5-flash:generateContent',
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent',
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent',
      'https://us-central1-aiplatform.googleapis.com/v1/projects/from-env/locations/us-central1/publishers/google/models/gemini-2.5-flash:generateContent',
    ]);
  });

  it('masks its token, also the one before, in what the vendor echoes', async () => {
    const tokens = ['first-token-1234', 'second-token-5678'];
    answerWith = (response) =>
      sendJson(response, 401, { error: { code: 401, message: 'Bad first-token-1234 or second-token-5678.' } });
    const provider = withToken(() => Promise.resolve(tokens.shift() ?? 'second-token-5678'));
    await expect(provider.chat(request)).rejects.toMatchObject({ code: 'LATTICE_AUTHENTICATION' });
    await expect(provider.chat(request)).rejects.not.toThrow(/-1234|-5678/);
  });

  it.each<[string, GoogleOptions, string]>([
    ['no project', { vertex: { location: 'eu' } }, 'LATTICE_CONFIG'],
    [
      'a location that would change the host',
      { vertex: { project: 'p', location: 'evil.example/' } },
      'LATTICE_CONFIG',
    ],
    ['an empty token', { vertex, accessToken: () => Promise.resolve('') }, 'LATTICE_CONFIG'],
    ['no token', { vertex, accessToken: () => Promise.reject(new TypeError('x')) }, 'LATTICE_PROVIDER_UNAVAILABLE'],
  ])('is not made with %s', async (_name, options, code) => {
    const accessToken = () => Promise.resolve('token');
    await expect(create({ baseUrl: server.url, accessToken, ...options }).chat(request)).rejects.toMatchObject({
      code,
    });
    expect(server.received).toEqual([]);
  });
});

describe('Application Default Credentials', () => {
  it('are found, exchanged for a token and kept until it expires', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lattice-google-'));
    const exchange = await startTokenServer();
    try {
      const subject = join(folder, 'subject');
      const file = join(folder, 'credentials.json');
      writeFileSync(subject, 'subject-token');
      const credential = {
        type: 'external_account',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${exchange.url}/v1/token`,
        credential_source: { file: subject },
        quota_project_id: 'payer',
      };
      writeFileSync(file, JSON.stringify(credential));
      vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file);
      const provider = create({ vertex, baseUrl: server.url });
      await provider.chat(request);
      await provider.chat(request);
      expect(exchange.forms).toEqual([expect.stringContaining('subject_token=subject-token')]);
      expect(server.received.map(({ headers }) => [headers['authorization'], headers['x-goog-user-project']])).toEqual([
        ['Bearer sts-token-123456', 'payer'],
        ['Bearer sts-token-123456', 'payer'],
      ]);
    } finally {
      await exchange.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('health of Vertex AI', () => {
  const check = () => withToken(() => Promise.resolve('token')).checkHealth();

  it('counts tokens, which costs none', async () => {
    answerWith = (response) => sendJson(response, 200, { totalTokens: 1 });
    expect(await check()).toMatchObject({ state: 'available', models: null });
    expect(server.received[0]).toMatchObject({ method: 'POST', path: `${modelPath}:countTokens` });
  });

  it('takes an unknown model for good, and nothing else', async () => {
    const notFound = (message: string) => (response: ServerResponse) =>
      sendJson(response, 404, { error: { code: 404, message, status: 'NOT_FOUND' } });
    answerWith = notFound('Publisher Model `projects/p1/x` was not found or your project does not have access to it.');
    expect(await check()).toMatchObject({ state: 'available' });
    answerWith = notFound('Not Found');
    expect(await check()).toMatchObject({ state: 'failing', errorCode: 'LATTICE_NOT_FOUND' });
    answerWith = (response) => sendJson(response, 403, { error: { code: 403, message: 'Vertex AI API is disabled.' } });
    expect(await check()).toMatchObject({ state: 'unauthorized', errorCode: 'LATTICE_PERMISSION' });
    answerWith = (response) => sendJson(response, 200, { hello: 'world' });
    expect(await check()).toMatchObject({ state: 'failing', errorCode: 'LATTICE_MALFORMED_RESPONSE' });
  });
});
