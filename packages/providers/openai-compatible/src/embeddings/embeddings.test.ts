import { sendJson, startScriptedServer, type ScriptedServer } from '@lattice-lock/testing';
import type { EmbeddingRequest, JsonObject } from '@lattice-lock/contract';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createOpenAICompatibleEmbeddings } from '../openai-compatible-provider.ts';
import { createEmbeddingCodec, openAIEmbeddingCodec } from './embedding-codec.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function embedder(status: number, body: JsonObject | string, headers: Record<string, string> = {}) {
  const server: ScriptedServer = await startScriptedServer((_request, response) => {
    if (typeof body === 'string') response.writeHead(status, headers).end(body);
    else sendJson(response, status, body, headers);
  });
  cleanups.push(() => server.close());
  const provider = createOpenAICompatibleEmbeddings({
    id: 'mine',
    baseUrl: `${server.url}/v1`,
    apiKey: 'key-12345678',
  });
  cleanups.push(() => provider.close());
  return { server, provider };
}

const base64 = (...numbers: number[]) => Buffer.from(Float32Array.from(numbers).buffer).toString('base64');
const request: EmbeddingRequest = { model: 'e-1', texts: ['one', 'two'] };
const context = { provider: 'mine', model: 'e-1', warnings: [], rateLimit: null, upstreamRequestId: null };

describe('embeddings of an OpenAI-compatible server', () => {
  it('asks for base64 and gives the vectors in the order of the texts', async () => {
    const data = [
      { index: 1, embedding: base64(-1, 0.5) },
      { index: 0, embedding: [0.25, 3] },
    ];
    const { server, provider } = await embedder(
      200,
      { object: 'list', model: 'e-1-2026', data, usage: { prompt_tokens: 7, total_tokens: 7 } },
      { 'x-request-id': 'req_9', 'x-ratelimit-remaining-requests': '4' },
    );
    const result = await provider.embed({
      ...request,
      dimensions: 2,
      purpose: 'query',
      providerOptions: { mine: { input_type: 'x' }, other: { no: true } },
    });
    expect(result.vectors).toEqual([Float32Array.of(0.25, 3), Float32Array.of(-1, 0.5)]);
    expect(result).toMatchObject({ provider: 'mine', model: 'e-1-2026', upstreamRequestId: 'req_9' });
    expect(result.usage).toMatchObject({ inputTokens: 7, totalTokens: 7, outputTokens: null });
    expect(result.rateLimit?.remainingRequests).toBe(4);
    expect(result.warnings).toEqual([expect.stringContaining('purpose "query"')]);
    expect(server.received[0]).toMatchObject({
      path: '/v1/embeddings',
      body: { model: 'e-1', input: ['one', 'two'], encoding_format: 'base64', dimensions: 2, input_type: 'x' },
    });
    expect(server.received[0]?.body).not.toHaveProperty('no');
    expect(server.received[0]?.headers['authorization']).toBe('Bearer key-12345678');
  });

  it.each<[string, JsonObject]>([
    ['too few vectors', { data: [{ index: 0, embedding: [1] }] }],
    ['the same index twice', { data: [0, 0].map((index) => ({ index, embedding: [1] })) }],
    ['an index beyond the texts', { data: [0, 7].map((index) => ({ index, embedding: [1] })) }],
    ['bytes that are no floats', { data: [0, 1].map((index) => ({ index, embedding: 'AAA=' })) }],
    ['no vector', { data: [0, 1].map((index) => ({ index, embedding: [] })) }],
    ['no data', { object: 'list' }],
  ])('refuses an answer with %s', async (_name, body) => {
    const { provider } = await embedder(200, { model: 'e-1', ...body });
    await expect(provider.embed(request)).rejects.toMatchObject({
      code: 'LATTICE_MALFORMED_RESPONSE',
      retryable: false,
      provider: 'mine',
      model: 'e-1',
      status: 200,
    });
  });

  it('maps errors as chat does: by status, under a good status, and pages that are no JSON', async () => {
    const limited = await embedder(429, { error: { message: 'slow' } }, { 'retry-after': '2' });
    await expect(limited.provider.embed(request)).rejects.toMatchObject({
      code: 'LATTICE_RATE_LIMIT',
      retryAfterMs: 2000,
    });
    const hidden = await embedder(200, { error: { message: 'key-12345678 is wrong', code: 'invalid_api_key' } });
    const error: unknown = await hidden.provider.embed(request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'LATTICE_AUTHENTICATION' });
    expect(String(error)).not.toContain('key-12345678');
    const page = await embedder(200, '<html><title>Sign in</title></html>');
    await expect(page.provider.embed(request)).rejects.toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE' });
  });

  it('asks nothing for no text, after its end, or once cancelled', async () => {
    const { server, provider } = await embedder(200, {});
    await expect(provider.embed({ ...request, texts: [] })).rejects.toMatchObject({ code: 'LATTICE_INVALID_REQUEST' });
    const signal = AbortSignal.abort();
    await expect(provider.embed(request, { signal })).rejects.toMatchObject({ code: 'LATTICE_ABORTED' });
    await provider.close();
    await expect(provider.embed(request)).rejects.toMatchObject({ code: 'LATTICE_CLOSED' });
    expect(server.received).toEqual([]);
  });

  it('reads any vector the same from base64 and from numbers, in any order', () => {
    const float = fc.float({ noNaN: true, noDefaultInfinity: true });
    const rows = fc.array(fc.array(float, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rows, fc.boolean(), (vectors, isReversed) => {
        const entries = vectors.map((vector, index) => ({
          index,
          embedding: index % 2 === 0 ? base64(...vector) : vector,
        }));
        const decoded = openAIEmbeddingCodec.decode({ data: isReversed ? entries.toReversed() : entries }, context);
        expect(decoded.vectors).toEqual(vectors.map((vector) => Float32Array.from(vector)));
        expect(decoded).toMatchObject({ model: 'e-1', usage: { inputTokens: null, totalTokens: null } });
      }),
    );
  });

  it('follows a server with ways of its own', () => {
    const codec = createEmbeddingCodec({ path: '/embed', encodingFormat: 'float' });
    expect(codec.encode(request, { provider: 'mine', stream: false })).toMatchObject({
      path: '/embed',
      body: { encoding_format: undefined },
      warnings: [],
    });
  });
});
