import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { GoogleGenAI, type Content, type FunctionDeclaration, type GenerateContentResponse } from '@google/genai';
import { generateText, streamText } from 'ai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from './index.ts';

const model = 'gemini-2.5-flash';
const contents = 'How is the weather in Paris today?';
const weather: FunctionDeclaration = {
  name: 'get_weather',
  parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

describe('the Gemini wire, spoken to by the official client and by ai', () => {
  let simulator: Simulator;
  let client: GoogleGenAI;
  const connect = (apiKey: string) =>
    new GoogleGenAI({ apiKey, httpOptions: { baseUrl: simulator.baseUrl('gemini') ?? '' } });
  beforeAll(async () => {
    simulator = await startSimulator({ acceptedApiKeys: ['good'] });
    client = connect('good');
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  const collect = async (stream: AsyncIterable<GenerateContentResponse>) => {
    const chunks: GenerateContentResponse[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  };

  it('answers buffered and streamed alike, with usage in every chunk, and counts what it served', async () => {
    const whole = await client.models.generateContent({ model, contents });
    expect(whole.text).toContain('weather in Paris');
    const chunks = await collect(await client.models.generateContentStream({ model, contents }));
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(whole.text);
    expect(chunks.length).toBeGreaterThan(10);
    const totals = chunks.map((chunk) => chunk.usageMetadata?.totalTokenCount ?? NaN);
    expect(totals).toEqual(totals.toSorted((a, b) => a - b));
    expect(chunks.at(-1)?.usageMetadata).toEqual(whole.usageMetadata);
    for (const record of simulator.served()) {
      expect(record).toMatchObject({ wire: 'gemini', model, outcome: 'complete', usageSent: true });
      expect(record.usageReported).toMatchObject({
        inputTokens: whole.usageMetadata?.promptTokenCount,
        outputTokens: whole.usageMetadata?.candidatesTokenCount,
        totalTokens: whole.usageMetadata?.totalTokenCount,
      });
    }
  });

  it('streams CRLF events, or a JSON array where nobody asked for events', async () => {
    const post = (query: string) =>
      fetch(`${simulator.baseUrl('gemini')}/v1beta/models/${model}:streamGenerateContent${query}`, {
        method: 'POST',
        headers: { 'x-goog-api-key': 'good', 'content-type': 'application/json' },
        body: JSON.stringify({ contents: [{ parts: [{ text: contents }] }] }),
      });
    const events = await post('?alt=sse');
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    const frames = (await events.text()).split('\r\n\r\n').slice(0, -1);
    const array = (await (await post('')).json()) as object[];
    expect(array).toHaveLength(frames.length);
    expect(frames.every((frame) => /^data: \{/.test(frame))).toBe(true);
    simulator.enqueue({ fault: { type: 'error-event', afterEvents: 4 } });
    const failed = (await (await post('')).json()) as { error?: object }[];
    expect(failed).toHaveLength(5);
    expect(failed[4]?.error).toMatchObject({ message: 'The service is overloaded.' });
  });

  it('goes round with tools: the signature and the responses go back', async () => {
    const thinkingConfig = { thinkingBudget: 512, includeThoughts: true };
    const config = { tools: [{ functionDeclarations: [weather] }], thinkingConfig };
    const chunks = await collect(await client.models.generateContentStream({ model, contents, config }));
    const parts = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);
    const called = parts.find((part) => part.functionCall !== undefined);
    expect(called?.functionCall).toEqual({ name: 'get_weather', args: { city: 'Paris' } });
    expect(called?.thoughtSignature).toMatch(/\S/);
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
    expect(chunks.at(-1)?.usageMetadata?.thoughtsTokenCount).toBeGreaterThan(0);
    const functionResponse = { name: 'get_weather', response: { output: '18 degrees' } };
    const turns: Content[] = [
      { role: 'user', parts: [{ text: contents }] },
      { role: 'model', parts },
      { role: 'user', parts: [{ functionResponse }] },
    ];
    const last = await client.models.generateContent({ model, contents: turns, config });
    expect(last.text).toContain('18 degrees');
    const [, assistant, tool] = simulator.served()[1]?.chat?.messages ?? [];
    expect(assistant?.content).toContainEqual({ type: 'reasoning', text: '', signature: called?.thoughtSignature });
    expect(tool).toMatchObject({ role: 'tool', content: [{ toolName: 'get_weather', content: '18 degrees' }] });
    const lonely = client.models.generateContent({ model, contents: turns.slice(0, 2).concat(turns.slice(0, 1)) });
    await expect(lonely).rejects.toThrow(/number of function response parts/);
  });

  it('refuses a bad key with a 400, and lists its models to a good one', async () => {
    const refused = connect('bad').models.generateContent({ model, contents });
    await expect(refused).rejects.toMatchObject({ status: 400, message: expect.stringContaining('API_KEY_INVALID') });
    const names: (string | undefined)[] = [];
    for await (const listed of await client.models.list({ config: { pageSize: 2 } })) names.push(listed.name);
    expect(names).toContain(`models/${model}`);
    const counted = await client.models.countTokens({ model, contents });
    expect(counted.totalTokens).toBeGreaterThan(0);
    expect(simulator.served()).toMatchObject([{ model, status: 400, outcome: 'fault' }]);
  });

  it('tells in the body how long to wait', async () => {
    simulator.enqueue({ fault: { type: 'status', status: 429, retryAfterSeconds: 34.07 } });
    const response = await fetch(`${simulator.url}/v1beta/models/${model}:generateContent?key=good`, {
      method: 'POST',
      body: JSON.stringify({ contents: [{ parts: [{ text: 'hi' }] }] }),
    });
    expect(response.headers.get('retry-after')).toBeNull();
    const body: unknown = await response.json();
    expect(body).toMatchObject({ error: { status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '34.07s' }] } });
  });

  it('is Vertex AI on its paths, with tokens and without keys', async () => {
    const path = `/v1/projects/p/locations/europe-west1/publishers/google/models/${model}:generateContent`;
    const post = (headers: Record<string, string>) =>
      fetch(`${simulator.url}${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'hi' }] }] }),
      });
    expect((await post({ authorization: 'Bearer good' })).status).toBe(200);
    expect((await post({ 'x-goog-api-key': 'good' })).status).toBe(401);
    expect(simulator.served()[0]).toMatchObject({ model, status: 200 });
  });

  it('is understood by ai, buffered and streamed, to the token', async () => {
    const provider = createGoogleGenerativeAI({ apiKey: 'good', baseURL: `${simulator.baseUrl('gemini')}/v1beta` });
    const whole = await generateText({ model: provider(model), prompt: contents });
    const streamed = streamText({ model: provider(model), prompt: contents });
    expect(await streamed.text).toBe(whole.text);
    const totals = [whole.usage.totalTokens, (await streamed.usage).totalTokens];
    expect(totals).toEqual(simulator.served().map((record) => record.usageReported.totalTokens));
  });
});
