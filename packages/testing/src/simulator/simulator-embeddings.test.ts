import { createOpenAI } from '@ai-sdk/openai';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { GoogleGenAI } from '@google/genai';
import { embedMany } from 'ai';
import fc from 'fast-check';
import OpenAI, { AzureOpenAI } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { embeddingVector, startSimulator, textTokens, type Simulator } from './index.ts';

const texts = ['The tide is out.', 'Ein Leuchtturm', '海'];
const tokens = texts.reduce((sum, text) => sum + textTokens(text), 0);

describe('vectors of texts', () => {
  it('are made from the text alone, and are of length 1', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (text, dimensions) => {
        const vector = embeddingVector(text, dimensions);
        expect(vector).toHaveLength(dimensions);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
        expect(embeddingVector(text, dimensions)).toEqual(vector);
      }),
    );
    expect(embeddingVector('salt', 8)).not.toEqual(embeddingVector('salty', 8));
  });
});

describe('embeddings, asked for by the official clients and by ai', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ acceptedApiKeys: ['good'] });
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  const post = async (path: string, body: object, apiKey = 'good') => {
    const response = await fetch(`${simulator.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
  };

  it('OpenAI: as floats and as base64, as long as asked for, to the token', async () => {
    const client = new OpenAI({ apiKey: 'good', baseURL: simulator.baseUrl('openai-chat') ?? '', maxRetries: 0 });
    const model = 'text-embedding-3-small';
    const packed = await client.embeddings.create({ model, input: texts, dimensions: 64 });
    expect(packed.data.map((one) => one.embedding)).toEqual(texts.map((text) => embeddingVector(text, 64)));
    const plain = await client.embeddings.create({ model, input: texts, dimensions: 64, encoding_format: 'float' });
    expect(plain).toEqual(packed);
    expect((await client.embeddings.create({ model, input: 'salt' })).data[0]?.embedding).toHaveLength(1536);
    expect(packed.usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens });
    expect(simulator.served()[0]).toMatchObject({
      route: 'embeddings',
      wire: 'openai-chat',
      model,
      chat: null,
      outcome: 'complete',
      usageReported: { inputTokens: tokens, outputTokens: null, totalTokens: tokens },
    });
    await expect(client.embeddings.create({ model, input: '' })).rejects.toMatchObject({ status: 400, param: 'input' });
  });

  it('Azure and DIAL: below their deployments', async () => {
    for (const wire of ['azure-openai', 'dial-chat'] as const) {
      const endpoint = simulator.baseUrl(wire) ?? '';
      const client = new AzureOpenAI({ apiKey: 'good', endpoint, apiVersion: '2024-10-21', maxRetries: 0 });
      const answer = await client.embeddings.create({ model: 'vectors', input: texts, dimensions: 32 });
      expect(answer.data[1]?.embedding).toEqual(embeddingVector('Ein Leuchtturm', 32));
      expect(simulator.served().at(-1)).toMatchObject({ wire, model: 'vectors', usageSent: true });
    }
  });

  it('Gemini: a batch, and Vertex AI’s prediction with counts', async () => {
    const client = new GoogleGenAI({ apiKey: 'good', httpOptions: { baseUrl: simulator.baseUrl('gemini') ?? '' } });
    const model = 'gemini-embedding-001';
    const config = { outputDimensionality: 48 };
    const { embeddings = [] } = await client.models.embedContent({ model, contents: texts, config });
    expect(embeddings.map((one) => one.values)).toEqual(texts.map((text) => embeddingVector(text, 48)));
    expect(simulator.served()[0]).toMatchObject({ wire: 'gemini', usageSent: false, usage: { inputTokens: tokens } });
    const predicted = await post(`/v1/projects/p/locations/us/publishers/google/models/${model}:predict`, {
      instances: [{ content: 'salt' }],
      parameters: { outputDimensionality: 4 },
    });
    const statistics = { token_count: textTokens('salt'), truncated: false };
    expect(predicted.body).toEqual({
      predictions: [{ embeddings: { values: embeddingVector('salt', 4), statistics } }],
    });
  });

  it('Ollama and Bedrock: in their own bodies', async () => {
    const embedded = await post('/api/embed', { model: 'nomic-embed-text', input: ['salt'] });
    expect(embedded.body).toMatchObject({
      embeddings: [embeddingVector('salt', 768)],
      prompt_eval_count: textTokens('salt'),
    });
    const titan = await post('/model/amazon.titan-embed-text-v2%3A0/invoke', { inputText: 'salt', dimensions: 256 });
    expect(titan.body).toEqual({ embedding: embeddingVector('salt', 256), inputTextTokenCount: textTokens('salt') });
    const fields = { texts, input_type: 'search_document', embedding_types: ['float'] };
    const cohere = await post('/model/cohere.embed-multilingual-v3/invoke', fields);
    expect(cohere.headers.get('x-amzn-bedrock-input-token-count')).toBe(String(tokens));
    expect(cohere.body).toMatchObject({ embeddings: { float: texts.map((text) => embeddingVector(text, 1024)) } });
    const params = { embeddingPurpose: 'GENERIC_INDEX', text: { truncationMode: 'END', value: 'salt' } };
    const body = { taskType: 'SINGLE_EMBEDDING', singleEmbeddingParams: { ...params, embeddingDimension: 16 } };
    const nova = await post('/model/amazon.nova-2-multimodal-embeddings-v1%3A0/invoke', body);
    expect(nova.body).toEqual({ embeddings: [{ embeddingType: 'TEXT', embedding: embeddingVector('salt', 16) }] });
  });

  it('fail as told, and refuse a bad key', async () => {
    const ask = () => post('/v1/embeddings', { model: 'm', input: 'salt' });
    simulator.enqueue(
      { match: { route: 'embeddings' }, fault: { type: 'status', status: 429, retryAfterSeconds: 2 } },
      { match: { route: 'embeddings' }, fault: { type: 'reset', when: 'before-headers' } },
    );
    const limited = await ask();
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '2']);
    await expect(ask()).rejects.toThrow();
    expect((await post('/v1/embeddings', { model: 'm', input: 'salt' }, 'bad')).status).toBe(401);
    expect(simulator.served().map((record) => record.outcome)).toEqual(['fault', 'fault', 'fault']);
    expect((await ask()).status).toBe(200);
  });

  it('are understood by ai', async () => {
    const openai = createOpenAI({ apiKey: 'good', baseURL: simulator.baseUrl('openai-chat') ?? '' });
    const google = createGoogleGenerativeAI({ apiKey: 'good', baseURL: `${simulator.baseUrl('gemini')}/v1beta` });
    const first = await embedMany({ model: openai.embedding('text-embedding-3-small'), values: texts });
    expect(first.embeddings).toEqual(texts.map((text) => embeddingVector(text, 1536)));
    expect(first.usage.tokens).toBe(tokens);
    const second = await embedMany({ model: google.embedding('gemini-embedding-001'), values: texts });
    expect(second.embeddings).toEqual(texts.map((text) => embeddingVector(text, 3072)));
  });
});
