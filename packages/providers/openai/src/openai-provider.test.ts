import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { HttpRequest, HttpTransport, JsonObject } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { createOpenAIEmbeddings, openai } from './openai-provider.ts';
import type { OpenAIRequestOptions } from './index.ts';

const answer = JSON.stringify({
  id: 'c-1',
  model: 'gpt-x',
  choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
});

const responsesAnswer = JSON.stringify({
  id: 'resp_1',
  object: 'response',
  model: 'gpt-x',
  status: 'completed',
  output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }],
  usage: { input_tokens: 3, output_tokens: 1, total_tokens: 4 },
});

/** Stands in for the network where a test is about a host that must not be called. */
function recorder(body = answer): { transport: HttpTransport; requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const transport: HttpTransport = {
    request: (request) => {
      requests.push(request);
      const bytes = Buffer.from(body);
      async function* chunks() {
        yield bytes;
      }
      return Promise.resolve({ status: 200, headers: {}, body: chunks(), text: () => Promise.resolve(body) });
    },
    close: () => Promise.resolve(),
  };
  return { transport, requests };
}

const request = { model: 'gpt-x', messages: [{ role: 'user', content: 'hi' }], maxOutputTokens: 9 } as const;
const sentBody = (sent: HttpRequest | undefined) => JSON.parse(String(sent?.body)) as JsonObject;

describe('openai', () => {
  it('calls OpenAI with the key and the newer limit', async () => {
    const { transport, requests } = recorder();
    const result = await openai.create({ apiKey: 'sk-test-12345678', transport }).chat(request, { requestId: 'r1' });
    expect(result).toMatchObject({ provider: 'openai', model: 'gpt-x', text: 'Hello', finishReason: 'stop' });
    const [sent] = requests;
    expect(sent).toMatchObject({ method: 'POST', url: 'https://api.openai.com/v1/chat/completions' });
    expect(sent?.headers).toMatchObject({ authorization: 'Bearer sk-test-12345678', 'x-client-request-id': 'r1' });
    expect(sent?.headers['user-agent']).toMatch(/^OpenAI\/JS /);
    expect(sentBody(sent)).toMatchObject({ model: 'gpt-x', max_completion_tokens: 9 });
  });

  it('sends no request id that was not given, also after one was', async () => {
    const { transport, requests } = recorder();
    const provider = openai.create({ apiKey: 'sk-test-12345678', transport });
    await provider.chat(request, { requestId: 'r1' });
    await provider.chat(request);
    expect(requests[1]?.headers).not.toHaveProperty('x-client-request-id');
  });

  it.each([
    ['https://eu.api.openai.com/v1/', 'https://eu.api.openai.com/v1/chat/completions', 'max_completion_tokens'],
    ['http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000/v1/chat/completions', 'max_tokens'],
    ['https://api.openai.com.example/v1', 'https://api.openai.com.example/v1/chat/completions', 'max_tokens'],
  ])('knows %s by its host', async (baseUrl, url, field) => {
    const { transport, requests } = recorder();
    await openai.create({ apiKey: 'sk-test-12345678', baseUrl, transport }).chat(request);
    expect(requests[0]?.url).toBe(url);
    expect(sentBody(requests[0])[field]).toBe(9);
  });

  it('sends organization and project, and the headers of the options last', async () => {
    const { transport, requests } = recorder();
    const options = {
      apiKey: 'k',
      organization: 'org-1',
      project: 'proj-1',
      headers: { 'OpenAI-Beta': 'x=1' },
      transport,
    };
    await openai.create(options).chat(request);
    expect(requests[0]?.headers).toMatchObject({
      'openai-organization': 'org-1',
      'openai-project': 'proj-1',
      'openai-beta': 'x=1',
    });
  });

  it('takes Responses for models that have nothing else, and for raw options that only it has', async () => {
    const { transport, requests } = recorder(responsesAnswer);
    const provider = openai.create({ apiKey: 'k', transport });
    const result = await provider.chat({ ...request, model: 'gpt-5-pro', topLogprobs: 2 });
    expect(result).toMatchObject({ text: 'Hello', finishReason: 'stop', usage: { totalTokens: 4 } });
    const own = { previous_response_id: 'resp_0', store: true } satisfies OpenAIRequestOptions;
    await provider.chat({ ...request, providerOptions: { openai: own } });
    expect(requests.map(({ url }) => url)).toEqual(Array(2).fill('https://api.openai.com/v1/responses'));
    expect(sentBody(requests[0])).toMatchObject({
      max_output_tokens: 9,
      store: false,
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
    });
    expect(sentBody(requests[1])).toMatchObject({ previous_response_id: 'resp_0', store: true });
  });

  it('keeps to one API when told so', async () => {
    const chat = recorder();
    await openai.create({ apiKey: 'k', api: 'chat', transport: chat.transport }).chat({ ...request, model: 'o3-pro' });
    expect(chat.requests[0]?.url).toBe('https://api.openai.com/v1/chat/completions');
    const responses = recorder(responsesAnswer);
    const options = { api: 'responses', reasoningSummary: 'concise', transport: responses.transport };
    await openai.create({ apiKey: 'k', ...options }).chat({ ...request, model: 'gpt-5.5' });
    expect(responses.requests[0]?.url).toBe('https://api.openai.com/v1/responses');
    expect(sentBody(responses.requests[0])).toMatchObject({ reasoning: { summary: 'concise' } });
  });

  it('turns texts into vectors, which travel as base64', async () => {
    const embedding = Buffer.from(Float32Array.of(0.5, -1).buffer).toString('base64');
    const { transport, requests } = recorder(
      JSON.stringify({
        model: 'text-embedding-3-small',
        data: [{ index: 0, embedding }],
        usage: { prompt_tokens: 2, total_tokens: 2 },
      }),
    );
    const embeddings = createOpenAIEmbeddings({ apiKey: 'k', transport });
    const result = await embeddings.embed({ model: 'text-embedding-3-small', texts: ['hi'], dimensions: 2 });
    expect(result).toMatchObject({
      provider: 'openai',
      vectors: [Float32Array.of(0.5, -1)],
      usage: { inputTokens: 2 },
    });
    expect(requests[0]).toMatchObject({ url: 'https://api.openai.com/v1/embeddings' });
    expect(sentBody(requests[0])).toEqual({
      model: 'text-embedding-3-small',
      input: ['hi'],
      dimensions: 2,
      encoding_format: 'base64',
    });
  });

  it('asks for the list of models to know its health', async () => {
    const { transport, requests } = recorder('{"object":"list","data":[{"id":"gpt-x"}]}');
    const status = await openai.create({ apiKey: 'sk-test-12345678', transport }).checkHealth();
    expect(status).toMatchObject({ state: 'available', models: ['gpt-x'] });
    expect(requests[0]).toMatchObject({ method: 'GET', url: 'https://api.openai.com/v1/models' });
  });

  it('says what is wrong with its configuration', async () => {
    expect(() => openai.create({ apiKey: ' ' })).toThrow(expect.objectContaining({ code: 'LATTICE_CONFIG' }) as Error);
    expect(() => openai.create({ apiKey: 'k', api: 'soap' })).toThrow(/must be auto, chat or responses/);
    const { transport, requests } = recorder();
    const call = openai.create({ apiKey: 'k', baseUrl: 'ftp://x.example', transport }).chat(request);
    await expect(call).rejects.toMatchObject({ code: 'LATTICE_CONFIG', provider: 'openai' });
    expect(requests).toHaveLength(0);
  });

  it('loads the SDK on the first call, not on import', async () => {
    const script = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve: (name, context, next) => { if (name === 'openai') seen.push(name); return next(name, context); } });
      const { openai } = await import('./index.ts');
      const before = seen.length;
      const transport = { request: () => Promise.reject(new TypeError('no network')), close: async () => undefined };
      await openai.create({ apiKey: 'k', transport }).chat({ model: 'm', messages: [] }).catch(() => undefined);
      console.log(JSON.stringify({ before, after: seen.length }));
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@lattice-lock/source', '--input-type=module', '--eval', script],
      { cwd: import.meta.dirname },
    );
    expect(JSON.parse(stdout)).toEqual({ before: 0, after: 1 });
  });
});
