import type { EmbeddingProvider, EmbeddingRequest } from '@lattice-lock/contract';
import { sendJson, startScriptedServer, type ScriptedServer } from '@lattice-lock/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGoogleEmbeddings, type GoogleOptions } from '../index.ts';

const request: EmbeddingRequest = { model: 'gemini-embedding-001', texts: ['one', 'two'] };
let answer: unknown;
let server: ScriptedServer;
const open: EmbeddingProvider[] = [];

function create(options: GoogleOptions = {}): EmbeddingProvider {
  const provider = createGoogleEmbeddings({ apiKey: 'AIza-test', baseUrl: server.url, ...options });
  open.push(provider);
  return provider;
}

const onVertex = () =>
  create({ vertex: { project: 'p', location: 'l' }, accessToken: () => Promise.resolve('token-12345') });

beforeEach(async () => {
  answer = { embeddings: [{ values: [1, 0.5] }, { values: [0, -1] }] };
  server = await startScriptedServer((_request, response) => sendJson(response, 200, answer));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((provider) => provider.close()));
  await server.close();
});

describe('embeddings of the Gemini API', () => {
  it('go out as a batch and come back in the order of the texts', async () => {
    const raw = { title: 'Manual' };
    const result = await create().embed({
      ...request,
      dimensions: 2,
      purpose: 'document',
      providerOptions: { google: raw },
    });
    expect(result).toMatchObject({
      provider: 'google',
      model: request.model,
      warnings: [],
      usage: { inputTokens: null },
    });
    expect(result.vectors).toEqual([Float32Array.of(1, 0.5), Float32Array.of(0, -1)]);
    const item = (text: string) => ({
      model: 'models/gemini-embedding-001',
      content: { parts: [{ text }] },
      taskType: 'RETRIEVAL_DOCUMENT',
      outputDimensionality: 2,
      title: 'Manual',
    });
    expect(server.received[0]).toMatchObject({
      path: '/v1beta/models/gemini-embedding-001:batchEmbedContents',
      headers: { 'x-goog-api-key': 'AIza-test' },
      body: { requests: [item('one'), item('two')] },
    });
  });

  it('say when a model takes no purpose, and count what the vendor counts', async () => {
    answer = { embeddings: [{ values: [1] }], usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 } };
    const result = await create().embed({ model: 'gemini-embedding-2', texts: ['one'], purpose: 'query' });
    expect(result).toMatchObject({
      usage: { inputTokens: 3, totalTokens: 3 },
      warnings: [expect.stringContaining('purpose "query"')],
    });
    expect(JSON.stringify(server.received[0]?.body)).not.toContain('taskType');
  });

  it.each<[string, unknown]>([
    ['no vectors', { hello: 'world' }],
    ['a vector that is none', { embeddings: [{ values: [1] }, { values: ['x'] }] }],
    ['too few', { embeddings: [{ values: [1] }] }],
  ])('are refused with %s', async (_name, body) => {
    answer = body;
    await expect(create().embed(request)).rejects.toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE' });
  });
});

describe('embeddings of Vertex AI', () => {
  it('are predictions, whose tokens are counted by text', async () => {
    const predict = (values: number[], tokenCount: number) => ({
      embeddings: { values, statistics: { token_count: tokenCount, truncated: false } },
    });
    answer = { predictions: [predict([1], 2), predict([2], 3)] };
    const result = await onVertex().embed({ ...request, model: 'text-embedding-005', purpose: 'query', dimensions: 1 });
    expect(result).toMatchObject({ usage: { inputTokens: 5, totalTokens: 5 } });
    expect(result.vectors).toEqual([Float32Array.of(1), Float32Array.of(2)]);
    expect(server.received[0]).toMatchObject({
      path: '/v1/projects/p/locations/l/publishers/google/models/text-embedding-005:predict',
      headers: { authorization: 'Bearer token-12345' },
      body: {
        instances: [
          { content: 'one', task_type: 'RETRIEVAL_QUERY' },
          { content: 'two', task_type: 'RETRIEVAL_QUERY' },
        ],
        parameters: { outputDimensionality: 1 },
      },
    });
  });

  it('take one text a call with the newer models', async () => {
    answer = { embedding: { values: [1] }, usageMetadata: { promptTokenCount: 4 } };
    const model = 'gemini-embedding-2';
    const result = await onVertex().embed({ model, texts: ['one'], dimensions: 1 });
    expect(result).toMatchObject({ vectors: [Float32Array.of(1)], usage: { inputTokens: 4 } });
    expect(server.received[0]).toMatchObject({
      path: `/v1/projects/p/locations/l/publishers/google/models/${model}:embedContent`,
      body: { content: { parts: [{ text: 'one' }] }, embedContentConfig: { outputDimensionality: 1 } },
    });
    await expect(onVertex().embed({ ...request, model })).rejects.toMatchObject({ code: 'LATTICE_UNSUPPORTED' });
  });
});
