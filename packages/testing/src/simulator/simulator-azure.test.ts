import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText } from 'ai';
import OpenAI, { AzureOpenAI } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from './index.ts';

const model = 'my-deployment';
const base = 'gpt-5-mini-2025-08-07';
const messages = [{ role: 'user' as const, content: 'How is the weather in Paris today?' }];
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters } }];

describe("Azure OpenAI's wire, spoken to by the official clients and by ai", () => {
  let simulator: Simulator;
  let client: AzureOpenAI;
  const connect = (apiKey: string) =>
    new AzureOpenAI({
      apiKey,
      endpoint: simulator.baseUrl('azure-openai') ?? '',
      apiVersion: '2024-10-21',
      maxRetries: 0,
    });
  beforeAll(async () => {
    simulator = await startSimulator({ acceptedApiKeys: ['good'], deployments: { [model]: base } });
    client = connect('good');
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it('answers buffered and streamed alike under its base model, after verdicts on the prompt', async () => {
    const whole = await client.chat.completions.create({ model, messages });
    expect(whole).toMatchObject({ model: base, prompt_filter_results: [{ prompt_index: 0 }] });
    expect(whole.choices[0]).toMatchObject({ content_filter_results: { hate: { filtered: false } } });
    const stream_options = { include_usage: true };
    const stream = await client.chat.completions.create({ model, messages, stream: true, stream_options });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]).toMatchObject({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      whole.choices[0]?.message.content,
    );
    expect(chunks.at(-1)?.usage).toEqual(whole.usage);
    for (const record of simulator.served()) {
      expect(record).toMatchObject({
        wire: 'azure-openai',
        model,
        usageSent: true,
        usageReported: { totalTokens: whole.usage?.total_tokens },
      });
      expect(record.headers['api-key']).toBe('***');
    }
  });

  it('goes round with tools', async () => {
    const turn = (await client.chat.completions.stream({ model, messages, tools }).finalChatCompletion()).choices[0];
    const [call] = turn?.message.tool_calls ?? [];
    const result = { role: 'tool' as const, tool_call_id: call?.id ?? '', content: '18 degrees' };
    const turns = [...messages, { role: 'assistant' as const, tool_calls: turn?.message.tool_calls ?? [] }, result];
    const last = await client.chat.completions.create({ model, tools, messages: turns });
    expect(last.choices[0]?.message.content).toContain('18 degrees');
  });

  it('refuses keys, deployments and missing versions as Azure does', async () => {
    const refused = connect('bad').chat.completions.create({ model, messages });
    await expect(refused).rejects.toMatchObject({ status: 401, code: '401' });
    const unknown = client.chat.completions.create({ model: 'nobody', messages });
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 'DeploymentNotFound' });
    const headers = { 'api-key': 'good' };
    expect((await fetch(`${simulator.url}/openai/models`, { headers })).status).toBe(404);
    const listed = await fetch(`${simulator.url}/openai/models?api-version=2024-10-21`, { headers });
    expect(await listed.json()).toMatchObject({ object: 'list' });
    simulator.enqueue({ fault: { type: 'status', status: 429, retryAfterSeconds: 1 } });
    const limited = await client.chat.completions.create({ model, messages }).catch((error: unknown) => error);
    expect(limited).toMatchObject({ status: 429, code: '429' });
    expect((limited as { headers: Headers }).headers.get('retry-after-ms')).toBe('1000');
  });

  it('filters prompts by an error and answers by a choice without a message', async () => {
    simulator.enqueue(
      { fault: { type: 'status', status: 400, reason: 'content-filter' } },
      { answer: { text: '', finishReason: 'content-filter' } },
    );
    await expect(client.chat.completions.create({ model, messages })).rejects.toMatchObject({
      status: 400,
      code: 'content_filter',
      error: { innererror: { code: 'ResponsibleAIPolicyViolation' } },
    });
    const filtered = await client.chat.completions.create({ model, messages });
    expect(filtered.choices[0]).toMatchObject({
      finish_reason: 'content_filter',
      content_filter_results: { hate: { filtered: true } },
    });
    expect(filtered.choices[0]).not.toHaveProperty('message');
  });

  it('has the new paths, with a bearer token and without a version, for chat and Responses', async () => {
    const modern = new OpenAI({ apiKey: 'good', baseURL: `${simulator.baseUrl('azure-openai')}/openai/v1` });
    const chat = await modern.chat.completions.create({ model, messages });
    expect(chat.model).toBe(base);
    const response = await modern.responses.create({ model, input: 'Hi' });
    expect(response.model).toBe(base);
    const used = [chat.usage?.total_tokens, response.usage?.total_tokens];
    expect(simulator.served().map((record) => record.usageReported.totalTokens)).toEqual(used);
    expect(new Set(simulator.served().map((record) => record.wire))).toEqual(new Set(['azure-openai']));
  });

  it('is understood by ai, buffered and streamed, to the token', async () => {
    const baseURL = `${simulator.baseUrl('azure-openai')}/openai/v1`;
    const provider = createOpenAI({ apiKey: 'good', baseURL });
    const whole = await generateText({ model: provider.chat(model), prompt: 'Hi' });
    const streamed = streamText({ model: provider.chat(model), prompt: 'Hi' });
    expect(await streamed.text).toBe(whole.text);
    const totals = [whole.usage.totalTokens, (await streamed.usage).totalTokens];
    expect(totals).toEqual(simulator.served().map((record) => record.usageReported.totalTokens));
  });
});
