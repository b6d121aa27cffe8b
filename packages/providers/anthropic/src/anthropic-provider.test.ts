import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { collectChat, type ChatEvent, type ChatProvider, type ChatRequest } from '@lattice-lock/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { message, messageEvents, sse } from './__fixtures__/message-wire.ts';
import { sendJson, startScriptedServer, type ScriptedServer } from '@lattice-lock/testing';
import { anthropic, type AnthropicRequestOptions } from './index.ts';

const key = 'sk-ant-test-0123456789';
const request: ChatRequest = { model: 'claude-sonnet-5-5', messages: [{ role: 'user', content: 'Hello' }] };
const answer = message([{ type: 'text', text: 'Hi there.' }]);

let answerWith: (response: ServerResponse) => void;
let server: ScriptedServer;
let configDir: string;
const open: ChatProvider[] = [];

function create(options: Record<string, unknown> = {}): ChatProvider {
  const provider = anthropic.create({ apiKey: key, baseUrl: server.url, ...options });
  open.push(provider);
  return provider;
}

function sendStream(response: ServerResponse, events: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_9' });
  for (const event of events) response.write(event);
}

const collectAll = async (events: AsyncIterable<ChatEvent>) => {
  const all: ChatEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};

beforeEach(async () => {
  configDir = mkdtempSync(join(tmpdir(), 'lattice-anthropic-'));
  for (const name of ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_PROFILE']) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('ANTHROPIC_CONFIG_DIR', configDir);
  answerWith = (response) => sendJson(response, 200, answer, { 'request-id': 'req_9' });
  server = await startScriptedServer((_request, response) => answerWith(response));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((provider) => provider.close()));
  await server.close();
  vi.unstubAllEnvs();
  rmSync(configDir, { recursive: true });
});

describe('a call', () => {
  it('goes to /v1/messages with the headers of the SDK', async () => {
    const result = await create().chat(request);
    expect(result).toMatchObject({ text: 'Hi there.', provider: 'anthropic', upstreamRequestId: 'req_9' });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      path: '/v1/messages',
      headers: {
        authorization: `Bearer ${key}`,
        'anthropic-version': '2026-10-21',
        'content-type': 'application/json',
      },
      body: { model: 'claude-sonnet-5-5', max_tokens: 16_384 },
    });
    expect(server.received[0]?.body).not.toHaveProperty('stream');
  });

  it('gives the same result streamed', async () => {
    const provider = create();
    const buffered = await provider.chat(request);
    answerWith = (response) => {
      sendStream(response, messageEvents(answer).map(sse));
      response.end('data: [DONE]\n\n');
    };
    const streamed = await collectChat(provider.stream(request), { provider: 'anthropic', model: request.model });
    expect(streamed).toEqual(buffered);
    expect(server.received[1]?.body).toMatchObject({ stream: true });
  });

  it('understands a base URL that ends in /v1, a key with a line break, and further headers', async () => {
    await create({ baseUrl: `${server.url}/v1/`, apiKey: ` ${key}\n`, headers: { 'Anthropic-Beta': 'x' } }).chat(
      request,
    );
    expect(server.received[0]).toMatchObject({
      path: '/v1/messages',
      headers: { authorization: `Bearer ${key}`, 'anthropic-beta': 'x' },
    });
  });

  it('speaks another API version when asked to, and sends what that one takes', async () => {
    await create({ apiVersion: '2023-06-01' }).chat({ ...request, temperature: 0.5 });
    await create({ headers: { 'Anthropic-Version': '2023-06-01' } }).chat({ ...request, temperature: 0.5 });
    for (const received of server.received) {
      expect(received).toMatchObject({ headers: { 'anthropic-version': '2023-06-01' }, body: { temperature: 0.5 } });
    }
  });

  it('takes raw vendor fields of the family and of its own id', async () => {
    await create({ id: 'second' }).chat({
      ...request,
      providerOptions: { anthropic: { service_tier: 'auto', speed: 'fast' }, second: { speed: 'standard' } },
    });
    expect(server.received[0]?.body).toMatchObject({ service_tier: 'auto', speed: 'standard' });
  });
});

it('goes nowhere when the base URL is none', async () => {
  await expect(create({ baseUrl: 'api.example.com' }).chat(request)).rejects.toMatchObject({ code: 'LATTICE_CONFIG' });
});

describe('beta features', () => {
  it('of a request are added to those of the options', async () => {
    const provider = create({ headers: { 'Anthropic-Beta': 'a-1' } });
    await provider.chat({ ...request, providerOptions: { anthropic: { betas: ['b-1', 'a-1'] } } });
    await provider.chat(request);
    expect(server.received.map(({ headers }) => headers['anthropic-beta'])).toEqual(['a-1,b-1', 'a-1']);
  });

  it('may be of one request alone', async () => {
    const raw = {
      betas: ['mcp-client-2025-11-20', 'x-1'],
      mcp_servers: [{ name: 'm' }],
    } satisfies AnthropicRequestOptions;
    await create().chat({ ...request, providerOptions: { anthropic: raw } });
    expect(server.received[0]).toMatchObject({
      headers: { 'anthropic-beta': 'mcp-client-2025-11-20,x-1' },
      body: { mcp_servers: [{ name: 'm' }] },
    });
    expect(server.received[0]?.body).not.toHaveProperty('betas');
  });
});

describe('a schema', () => {
  const schema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };
  const responseFormat = { type: 'json-schema', name: 'n', schema } as const;

  it('is enforced by models that can', async () => {
    const result = await create().chat({ ...request, responseFormat });
    expect(result.warnings).toEqual([]);
    expect(server.received[0]?.body['output_config']).toMatchObject({ format: { type: 'json_schema' } });
  });

  it('is asked for and checked for models that cannot, and so is any JSON', async () => {
    const old = { ...request, model: 'claude-opus-4-20250514', responseFormat };
    await expect(create().chat(old)).rejects.toMatchObject({
      code: 'LATTICE_MALFORMED_RESPONSE',
      partial: { text: 'Hi there.' },
    });
    expect(server.received[0]?.body).not.toHaveProperty('output_config');
    expect(server.received[0]?.body['system']).toContain('"required":["a"]');
    answerWith = (response) => sendJson(response, 200, message([{ type: 'text', text: '{"a":1}' }]));
    expect(await create().chat(old)).toMatchObject({ text: '{"a":1}', warnings: [expect.any(String)] });
    const anyJson = await create().chat({ ...request, responseFormat: { type: 'json' } });
    expect(anyJson.warnings).toHaveLength(1);
  });
});

describe('a credential', () => {
  it('may be a token', async () => {
    await create({ apiKey: undefined, authToken: 'oauth-token-123' }).chat(request);
    expect(server.received[0]?.headers['authorization']).toBe('Bearer oauth-token-123');
  });

  it('may be a profile of the vendor, whose expired token is renewed through the transport', async () => {
    const profile = { base_url: server.url, authentication: { type: 'user_oauth', client_id: 'cli' } };
    const expired = { type: 'oauth_token', access_token: 'old-token-1', refresh_token: 'r', expires_at: 1 };
    for (const [folder, content] of Object.entries({ configs: profile, credentials: expired })) {
      mkdirSync(join(configDir, folder));
      writeFileSync(join(configDir, folder, 'work.json'), JSON.stringify(content), { mode: 0o600 });
    }
    answerWith = (response) => {
      const isRenewal = server.received.at(-1)?.path === '/v1/oauth/token';
      const renewed = { token_type: 'Bearer', access_token: 'new-token-2', expires_in: 3600 };
      sendJson(response, 200, isRenewal ? renewed : answer);
    };
    const provider = create({ apiKey: undefined, baseUrl: undefined, profile: 'work' });
    await provider.chat(request);
    await provider.chat(request);
    expect(server.received.map(({ path }) => path)).toEqual(['/v1/oauth/token', '/v1/messages', '/v1/messages']);
    expect(server.received[1]?.headers).toMatchObject({
      authorization: 'Bearer new-token-2',
      'anthropic-beta': expect.stringContaining('oauth') as string,
    });
  });

  it('that is missing is asked for, and nothing is sent', async () => {
    await expect(create({ apiKey: undefined }).chat(request)).rejects.toMatchObject({
      code: 'LATTICE_PROVIDER_UNAVAILABLE',
      message: expect.stringContaining('ANTHROPIC_API_KEY') as string,
    });
    expect(server.received).toEqual([]);
  });

  it('that no header can carry is refused without being quoted', async () => {
    const chat = create({ apiKey: 'sk-ant-secret “quoted”' }).chat(request);
    await expect(chat).rejects.toMatchObject({ code: 'LATTICE_CONFIG' });
    await expect(chat).rejects.not.toThrow(/secret/);
  });

  it('is masked when the vendor echoes it', async () => {
    const body = { type: 'error', error: { type: 'authentication_error', message: `bad key ${key}` } };
    answerWith = (response) => sendJson(response, 401, body);
    await expect(create().chat(request)).rejects.toMatchObject({
      code: 'LATTICE_AUTHENTICATION',
      message: expect.not.stringContaining(key) as string,
    });
  });
});

describe('a failure', () => {
  it('under a status keeps the hint to wait', async () => {
    const body = { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down.' } };
    answerWith = (response) => sendJson(response, 429, body, { 'retry-after': '12' });
    await expect(create().chat(request)).rejects.toMatchObject({
      code: 'LATTICE_RATE_LIMIT',
      retryable: true,
      retryAfterMs: 12_000,
    });
  });

  it('inside a stream keeps the text so far', async () => {
    answerWith = (response) => {
      sendStream(response, messageEvents(answer).slice(0, 4).map(sse));
      response.end(sse({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }));
    };
    const events = await collectAll(create().stream(request));
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      error: { code: 'LATTICE_OVERLOADED', retryable: true, partial: { text: 'Hi there.', finishReason: 'other' } },
    });
  });

  it('is a stream that ends, in order or not, before its stop reason', async () => {
    const provider = create();
    const cut = messageEvents(answer).slice(0, -2).map(sse);
    const endings = [(response: ServerResponse) => response.end(), (response: ServerResponse) => response.destroy()];
    for (const end of endings) {
      answerWith = (response) => {
        sendStream(response, cut.slice(0, -1));
        response.write(cut.at(-1), () => end(response));
      };
      const events = await collectAll(provider.stream(request));
      expect(events.at(-1)).toMatchObject({
        type: 'error',
        error: { code: 'LATTICE_STREAM_INTERRUPTED', retryable: true, partial: { text: 'Hi there.' } },
      });
      expect(events.map(({ type }) => type)).not.toContain('finish');
    }
  });

  it('is an abort, which closes the socket', async () => {
    const controller = new AbortController();
    let closed: Promise<unknown> | undefined;
    answerWith = (response) => {
      closed = once(response, 'close');
      sendStream(response, messageEvents(answer).slice(0, 4).map(sse));
    };
    const events: ChatEvent[] = [];
    for await (const event of create().stream(request, { signal: controller.signal })) {
      events.push(event);
      if (event.type === 'text-delta') controller.abort();
    }
    await closed;
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'LATTICE_ABORTED' } });
  });
});

describe('health', () => {
  it('lists the models of a good key', async () => {
    answerWith = (response) => sendJson(response, 200, { data: [{ id: 'claude-a' }, { id: 'claude-b' }] });
    const status = await create().checkHealth();
    expect(status).toMatchObject({ provider: 'anthropic', state: 'available', models: ['claude-a', 'claude-b'] });
    expect(server.received[0]).toMatchObject({ method: 'GET', path: '/v1/models?limit=1000' });
  });

  it('tells a wrong key, a missing key, a failing vendor and no server apart', async () => {
    const body = { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } };
    answerWith = (response) => sendJson(response, 401, body);
    expect(await create().checkHealth()).toMatchObject({ state: 'unauthorized', models: null });
    expect(await create({ apiKey: undefined }).checkHealth()).toMatchObject({
      state: 'failing',
      errorCode: 'LATTICE_PROVIDER_UNAVAILABLE',
    });
    answerWith = (response) => sendJson(response, 500, {});
    expect(await create().checkHealth()).toMatchObject({ state: 'failing', errorCode: 'LATTICE_UPSTREAM' });
    const gone = await startScriptedServer(() => undefined);
    await gone.close();
    expect(await create({ baseUrl: gone.url }).checkHealth()).toMatchObject({ state: 'unreachable' });
  });
});

describe('the definition', () => {
  it('loads the SDK on the first call, not on import', async () => {
    const script = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve: (name, context, next) => { if (name === '@anthropic-ai/sdk') seen.push(name); return next(name, context); } });
      const { anthropic } = await import('./index.ts');
      const before = seen.length;
      const transport = { request: () => Promise.reject(new TypeError('no network')), close: async () => undefined };
      await anthropic.create({ apiKey: 'k', transport }).chat({ model: 'm', messages: [] }).catch(() => undefined);
      console.log(JSON.stringify({ before, after: seen.length }));
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@lattice-lock/source', '--input-type=module', '--eval', script],
      { cwd: import.meta.dirname },
    );
    expect(JSON.parse(stdout)).toEqual({ before: 0, after: 1 });
  });

  it('says what a registry needs', () => {
    expect(anthropic).toMatchObject({
      specVersion: 1,
      id: 'anthropic',
      aliases: ['claude'],
      needsApiKey: true,
      defaultBaseUrl: 'https://api.anthropic.com',
      wire: 'anthropic-messages',
    });
  });
});
