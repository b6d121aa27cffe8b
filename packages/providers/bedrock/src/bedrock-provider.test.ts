import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { collectChat, type ChatEvent, type ChatProvider, type ChatRequest } from '@lattice-lock/contract';
import { createProviderRegistry } from '@lattice-lock/provider-kit';
import { sendJson, startScriptedServer, type ScriptedServer } from '@lattice-lock/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answer, answerEvents } from './__fixtures__/converse-wire.ts';
import { awsVariables } from './__fixtures__/aws-variables.ts';
import { event, exception } from './__fixtures__/event-stream-wire.ts';
import { isSignedBy } from './__fixtures__/signature-v4.ts';
import { bedrock, type BedrockRequestOptions } from './index.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-example-0123456789' };
const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const request: ChatRequest = { model, messages: [{ role: 'user', content: 'Hello' }] };
const hi = answer([{ text: 'Hi there.' }]);

let answerWith: (response: ServerResponse) => void;
let server: ScriptedServer;
let home: string;
const open: ChatProvider[] = [];

function create(options: Record<string, unknown> = {}): ChatProvider {
  const provider = bedrock.create({ credentials, region: 'eu-west-1', baseUrl: server.url, ...options });
  open.push(provider);
  return provider;
}

function sendStream(response: ServerResponse, messages: readonly Buffer[]): void {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'req-9' });
  for (const message of messages) response.write(message);
}

async function collectAll(events: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const all: ChatEvent[] = [];
  for await (const each of events) all.push(each);
  return all;
}

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'lattice-bedrock-'));
  for (const name of awsVariables) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', join(home, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'credentials'));
  answerWith = (response) => sendJson(response, 200, hi, { 'x-amzn-requestid': 'req-9' });
  server = await startScriptedServer((_request, response) => answerWith(response));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((provider) => provider.close()));
  await server.close();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

describe('a call', () => {
  it('goes to the model, signed for the region', async () => {
    const result = await create({ headers: { 'X-Amzn-Bedrock-Trace': 'on' } }).chat(request);
    expect(result).toMatchObject({ text: 'Hi there.', provider: 'bedrock', model, upstreamRequestId: 'req-9' });
    const [received] = server.received;
    expect(received).toMatchObject({
      method: 'POST',
      path: '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'x-amzn-bedrock-trace': 'on' },
      body: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
    });
    expect(received?.headers.authorization).toMatch(/Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/bedrock\/aws4_request/);
    expect(received?.headers.authorization).toContain('x-amzn-bedrock-trace');
    expect(received?.headers['user-agent']).toMatch(/^aws-sdk-js/);
    expect(received !== undefined && isSignedBy(received, credentials.secretAccessKey)).toBe(true);
    expect(received !== undefined && isSignedBy(received, 'another secret')).toBe(false);
  });

  it('gives the same result streamed', async () => {
    const provider = create();
    const buffered = await provider.chat(request);
    answerWith = (response) => {
      sendStream(response, answerEvents(hi));
      response.end();
    };
    const streamed = await collectChat(provider.stream(request), { provider: 'bedrock', model });
    expect(streamed).toEqual(buffered);
    expect(server.received[1]).toMatchObject({ headers: { accept: 'application/vnd.amazon.eventstream' } });
    expect(server.received[1]?.path).toMatch(/\/converse-stream$/);
  });

  it('escapes the ARN of an inference profile, below the path of the base URL', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-2-lite-v1:0';
    await create({ baseUrl: `${server.url}/gateway/` }).chat({ ...request, model: arn });
    const path = `/gateway/model/${encodeURIComponent(arn)}/converse`;
    expect(server.received[0]?.path).toBe(path);
    expect(server.received[0] !== undefined && isSignedBy(server.received[0], credentials.secretAccessKey)).toBe(true);
  });

  it('refuses a model that would be a step in the path', async () => {
    await expect(create().chat({ ...request, model: '..' })).rejects.toMatchObject({ code: 'LATTICE_INVALID_REQUEST' });
    expect(server.received).toEqual([]);
  });

  it('takes raw vendor fields of the family and of its own id', async () => {
    const guardrailConfig = { guardrailIdentifier: 'g-1', guardrailVersion: '2' };
    await create({ id: 'second' }).chat({
      ...request,
      maxOutputTokens: 9,
      providerOptions: {
        bedrock: {
          guardrailConfig,
          additionalModelRequestFields: { top_k: 5 },
        } satisfies BedrockRequestOptions,
        second: { inferenceConfig: { topP: 0.5 } },
      },
    });
    expect(server.received[0]?.body).toMatchObject({
      guardrailConfig,
      additionalModelRequestFields: { top_k: 5 },
      inferenceConfig: { maxTokens: 9, topP: 0.5 },
    });
  });
});

describe('a failure', () => {
  it('shows no credential that the vendor echoes', async () => {
    const sessionToken = 'session-token-0123456789';
    const message = `The canonical request was: x-amz-security-token:${sessionToken}`;
    const type = { 'x-amzn-errortype': 'InvalidSignatureException' };
    answerWith = (response) => sendJson(response, 403, { message }, type);
    await expect(create({ credentials: { ...credentials, sessionToken } }).chat(request)).rejects.toMatchObject({
      code: 'LATTICE_PERMISSION',
      message: expect.not.stringContaining(sessionToken) as string,
    });
  });

  it.each([
    ['ThrottlingException', 429, 'Too many tokens, please wait before trying again.', 'LATTICE_RATE_LIMIT', true],
    ['AccessDeniedException', 403, 'You do not have access to the model.', 'LATTICE_PERMISSION', false],
    [
      'ResourceNotFoundException',
      404,
      'This model version has reached the end of its life.',
      'LATTICE_NOT_FOUND',
      false,
    ],
    ['ValidationException', 400, 'Input is too long for requested model.', 'LATTICE_CONTEXT_LENGTH', false],
    ['ModelTimeoutException', 408, 'Model has timed out.', 'LATTICE_TIMEOUT', true],
    ['ServiceUnavailableException', 503, 'Bedrock is unable to process your request.', 'LATTICE_OVERLOADED', true],
    ['InternalServerException', 500, 'An internal error occurred.', 'LATTICE_UPSTREAM', true],
  ])('%s under %i is typed', async (type, status, message, code, retryable) => {
    const header = { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` };
    answerWith = (response) => sendJson(response, status, { message }, header);
    await expect(create().chat(request)).rejects.toMatchObject({ code, status, retryable, upstreamCode: type });
  });

  it.each([
    ['throttlingException', 'LATTICE_RATE_LIMIT', true],
    ['modelStreamErrorException', 'LATTICE_UPSTREAM', true],
    ['internalServerException', 'LATTICE_UPSTREAM', true],
    ['serviceUnavailableException', 'LATTICE_OVERLOADED', true],
    ['modelTimeoutException', 'LATTICE_TIMEOUT', true],
    ['validationException', 'LATTICE_INVALID_REQUEST', false],
  ])('%s inside a stream is typed and keeps the text so far', async (type, code, retryable) => {
    answerWith = (response) => {
      sendStream(response, [...answerEvents(hi).slice(0, 2), exception(type, 'It broke.')]);
      response.end();
    };
    const events = await collectAll(create().stream(request));
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      error: { code, retryable, upstreamCode: type, partial: { text: 'Hi there.', finishReason: 'other' } },
    });
    expect((events.at(-1) as { readonly error: Error }).error.message).toContain('It broke.');
  });

  it('is a stream that ends, in order or not, before messageStop', async () => {
    const provider = create();
    const endings = [(response: ServerResponse) => response.end(), (response: ServerResponse) => response.destroy()];
    for (const end of endings) {
      answerWith = (response) => {
        sendStream(response, answerEvents(hi).slice(0, 2));
        response.write(event('contentBlockStop', { contentBlockIndex: 0 }).subarray(0, 20), () => end(response));
      };
      const events = await collectAll(provider.stream(request));
      expect(events.at(-1)).toMatchObject({
        type: 'error',
        error: { code: 'LATTICE_STREAM_INTERRUPTED', retryable: true, partial: { text: 'Hi there.' } },
      });
      expect(events.map(({ type }) => type)).not.toContain('finish');
    }
  });

  it('is none when the connection breaks after messageStop: only the usage is missing', async () => {
    answerWith = (response) => {
      sendStream(response, answerEvents(hi).slice(0, 3));
      response.write(answerEvents(hi)[3], () => response.destroy());
    };
    const result = await collectChat(create().stream(request), { provider: 'bedrock', model });
    expect(result).toMatchObject({ text: 'Hi there.', finishReason: 'stop', usage: { totalTokens: null } });
  });

  it('is a web page or a foreign document under status 200', async () => {
    const provider = create();
    for (const body of ['<html><title>Proxy</title></html>', '{"hello": 1}', 'upstream connect error or disconnect']) {
      answerWith = (response) => response.writeHead(200).end(body);
      const events = await collectAll(provider.stream(request));
      expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'LATTICE_MALFORMED_RESPONSE' } });
      await expect(provider.chat(request)).rejects.toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE' });
    }
  });

  it('is an abort, which closes the socket', async () => {
    const controller = new AbortController();
    let closed: Promise<unknown> | undefined;
    answerWith = (response) => {
      closed = once(response, 'close');
      sendStream(response, answerEvents(hi).slice(0, 2));
    };
    const events: ChatEvent[] = [];
    for await (const each of create().stream(request, { signal: controller.signal })) {
      events.push(each);
      if (each.type === 'text-delta') controller.abort();
    }
    await closed;
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'LATTICE_ABORTED' } });
  });
});

describe('health', () => {
  const refuse = (status: number, type: string, message: string) => (response: ServerResponse) =>
    sendJson(response, status, { message }, { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/` });

  it('is good when a model that does not exist is what AWS complains of', async () => {
    answerWith = refuse(400, 'ValidationException', 'The provided model identifier is invalid.');
    expect(await create().checkHealth()).toMatchObject({ state: 'available', models: null, errorCode: null });
    expect(server.received[0]).toMatchObject({ method: 'POST', path: '/model/lattice-lock-health-check/converse' });
    expect(server.received[0] !== undefined && isSignedBy(server.received[0], credentials.secretAccessKey)).toBe(true);
  });

  it('tells a rejected credential, a missing one, a failing vendor and no server apart', async () => {
    answerWith = refuse(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
    expect(await create().checkHealth()).toMatchObject({ state: 'unauthorized' });
    expect(await create({ credentials: undefined }).checkHealth()).toMatchObject({
      state: 'failing',
      errorCode: 'LATTICE_PROVIDER_UNAVAILABLE',
    });
    answerWith = refuse(500, 'InternalServerException', 'An internal error occurred.');
    expect(await create().checkHealth()).toMatchObject({ state: 'failing', errorCode: 'LATTICE_UPSTREAM' });
    const gone = await startScriptedServer(() => undefined);
    await gone.close();
    expect(await create({ baseUrl: gone.url }).checkHealth()).toMatchObject({ state: 'unreachable' });
  });
});

describe('the package', () => {
  it('says what a registry needs', () => {
    expect(bedrock).toMatchObject({
      specVersion: 1,
      id: 'bedrock',
      aliases: ['aws', 'amazon-bedrock'],
      needsApiKey: true,
      defaultBaseUrl: null,
      wire: 'bedrock-converse',
    });
  });

  it('is configured by a key, by what points the SDK to a credential, or by the word of the operator', () => {
    const registered = (variables: Record<string, string>, enabled?: boolean) => {
      const settings = enabled === undefined ? {} : { settings: { bedrock: { enabled } } };
      return createProviderRegistry({ definitions: [bedrock], env: variables, ...settings }).list()[0];
    };
    expect(registered({ AWS_BEARER_TOKEN_BEDROCK: 'k' })).toMatchObject({ configured: true, baseUrl: null });
    expect(registered({ AWS_ACCESS_KEY_ID: 'AKID' })).toMatchObject({ credentialSource: 'AWS_ACCESS_KEY_ID' });
    expect(registered({}, true)?.configured).toBe(true);
    expect(registered({})).toMatchObject({
      configured: false,
      reason: expect.stringMatching(/AWS_BEARER_TOKEN_BEDROCK or AWS_ACCESS_KEY_ID or AWS_PROFILE/) as string,
    });
  });

  it('does not load the SDK before the first call', async () => {
    const program = `
      const { registerHooks } = await import('node:module');
      const loaded = [];
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
      const { bedrock } = await import('@lattice-lock/provider-bedrock');
      bedrock.create({ apiKey: 'k', baseUrl: 'http://127.0.0.1:1' });
      process.stdout.write(String(loaded.some((url) => url.includes('/bedrock/src/'))));
      process.stdout.write(String(loaded.some((url) => url.includes('@aws-sdk') || url.includes('@smithy'))));`;
    const run = promisify(execFile);
    const options = ['--conditions=@lattice-lock/source', '--input-type=module', '--eval', program];
    const { stdout } = await run(process.execPath, options, { cwd: import.meta.dirname });
    expect(stdout).toBe('truefalse');
  });
});
