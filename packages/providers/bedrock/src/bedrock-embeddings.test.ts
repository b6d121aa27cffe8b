import type { EmbeddingProvider } from '@lattice-lock/contract';
import { sendJson, startScriptedServer, type ReceivedRequest, type ScriptedServer } from '@lattice-lock/testing';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBedrockEmbeddings } from './index.ts';

let answer: (request: ReceivedRequest, response: ServerResponse) => void;
let server: ScriptedServer;
let provider: EmbeddingProvider;

beforeEach(async () => {
  server = await startScriptedServer((request, response) => answer(request, response));
  provider = createBedrockEmbeddings({ apiKey: 'bedrock-key-123', baseUrl: server.url });
});

afterEach(async () => {
  await provider.close();
  await server.close();
});

describe('embeddings on Bedrock', () => {
  it('come from Titan one text a call, in the order of the texts, with the tokens of all', async () => {
    answer = ({ body }, response) => {
      const length = String(body['inputText']).length;
      sendJson(response, 200, { embedding: [length, 0.5], inputTextTokenCount: length });
    };
    const texts = Array.from({ length: 20 }, (_, index) => 'x'.repeat(index + 1));
    const model = 'amazon.titan-embed-text-v2:0';
    const result = await provider.embed({ model, texts, dimensions: 256, purpose: 'query' });
    expect(result.vectors.map((vector) => [...vector])).toEqual(texts.map(({ length }) => [length, 0.5]));
    expect(result).toMatchObject({ provider: 'bedrock', model, usage: { inputTokens: 210, outputTokens: null } });
    expect(result.warnings).toEqual([expect.stringContaining('purpose')]);
    expect(server.received).toHaveLength(20);
    expect(server.received[0]).toMatchObject({ path: '/model/amazon.titan-embed-text-v2%3A0/invoke' });
    expect(server.received[0]?.body).toEqual({ inputText: 'x', dimensions: 256 });
  });

  it.each([
    [{ embeddings: [[1, 2]] }, 'cohere.embed-english-v3'],
    [{ embeddings: { float: [[1, 2]] }, response_type: 'embeddings_by_type' }, 'cohere.embed-v4:0'],
    [{ embeddings: [{ embeddingType: 'TEXT', embedding: [1, 2] }] }, 'amazon.nova-2-multimodal-embeddings-v1:0'],
  ])('are read from %j', async (body, model) => {
    answer = (_request, response) => sendJson(response, 200, body);
    const result = await provider.embed({ model, texts: ['a'], purpose: 'query' });
    expect(result.vectors).toEqual([Float32Array.from([1, 2])]);
    expect(result.usage.inputTokens).toBeNull();
  });

  it('come from Cohere by the hundred', async () => {
    answer = ({ body }, response) =>
      sendJson(response, 200, { embeddings: (body['texts'] as string[]).map((text) => [Number(text)]) });
    const texts = Array.from({ length: 100 }, (_, index) => String(index));
    const result = await provider.embed({ model: 'us.cohere.embed-v4:0', texts });
    expect(result.vectors.map(([value]) => value)).toEqual(texts.map(Number));
    expect(server.received.map(({ body }) => (body['texts'] as string[]).length).sort((a, b) => a - b)).toEqual([
      4, 96,
    ]);
    expect(server.received[0]?.body).toMatchObject({ input_type: 'search_document' });
  });

  it('end at the first failure with the error of that call', async () => {
    answer = ({ body }, response) => {
      const isBad = body['inputText'] === 'bad';
      if (isBad) sendJson(response, 400, { message: 'Too long.' }, { 'x-amzn-errortype': 'ValidationException' });
      else sendJson(response, 200, { embedding: [1] });
    };
    const texts = ['a', 'bad', ...Array.from({ length: 100 }, () => 'b')];
    await expect(provider.embed({ model: 'amazon.titan-embed-text-v2:0', texts })).rejects.toMatchObject({
      code: 'LATTICE_INVALID_REQUEST',
    });
    expect(server.received.length).toBeLessThan(texts.length);
  });

  it('are refused for a model whose body is not known, and when they are no numbers', async () => {
    answer = (_request, response) => sendJson(response, 200, { embedding: ['x'] });
    await expect(provider.embed({ model: 'acme.embed', texts: ['a'] })).rejects.toMatchObject({
      code: 'LATTICE_UNSUPPORTED',
    });
    await expect(provider.embed({ model: 'amazon.titan-embed-text-v1', texts: ['a'] })).rejects.toMatchObject({
      code: 'LATTICE_MALFORMED_RESPONSE',
    });
  });
});
