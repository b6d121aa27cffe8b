import { AzureOpenAI, type OpenAI } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from './index.ts';

const model = 'gpt-5-mini-2025-08-07';
const messages = [{ role: 'user' as const, content: 'How is the weather in Paris today?' }];
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters } }];

type Extras = { custom_content?: { stages?: object[]; attachments?: object[]; state?: object } };

describe("DIAL's wire, spoken to by Azure's client", () => {
  let simulator: Simulator;
  let client: AzureOpenAI;
  const connect = (apiKey: string) =>
    new AzureOpenAI({
      apiKey,
      endpoint: simulator.baseUrl('dial-chat') ?? '',
      apiVersion: '2024-10-21',
      maxRetries: 0,
    });
  const get = (path: string, apiKey = 'good') =>
    fetch(`${simulator.baseUrl('dial-chat')}${path}`, { headers: { 'api-key': apiKey } });
  beforeAll(async () => {
    simulator = await startSimulator({ acceptedApiKeys: ['good'] });
    client = connect('good');
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it('answers buffered and streamed alike, with stages, attachments, state and statistics', async () => {
    const whole = await client.chat.completions.create({ model, messages });
    const said = whole.choices[0]?.message as Extras & { content: string };
    expect(said.custom_content).toMatchObject({ stages: [{ status: 'completed' }], attachments: [{ index: 0 }] });
    const stream_options = { include_usage: true };
    const stream = await client.chat.completions.create({ model, messages, stream: true, stream_options });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const deltas = chunks.map((chunk) => (chunk.choices[0]?.delta ?? {}) as Extras & { content?: string });
    expect(deltas.map((delta) => delta.content ?? '').join('')).toBe(said.content);
    expect(deltas.flatMap((delta) => delta.custom_content?.stages ?? [])).toHaveLength(2);
    expect(deltas.some((delta) => delta.custom_content?.state !== undefined)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({
      choices: [{ finish_reason: 'stop' }],
      usage: whole.usage,
      statistics: { usage_per_model: [{ model, total_tokens: whole.usage?.total_tokens }] },
    });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    for (const record of simulator.served()) {
      expect(record).toMatchObject({ wire: 'dial-chat', model, usageSent: true });
      expect(record.usageReported.totalTokens).toBe(whole.usage?.total_tokens);
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

  it('lists what a key may use, and speaks plain text to one that is none', async () => {
    for (const path of ['/openai/models', '/openai/deployments']) {
      expect(await (await get(path)).json()).toMatchObject({
        data: expect.arrayContaining([expect.objectContaining({ id: model })]),
      });
    }
    expect(await (await get(`/v1/deployments/${model}/limits`)).json()).toMatchObject({
      minuteTokenStats: { used: 1200 },
    });
    const refused = await get('/openai/models', 'bad');
    expect([refused.status, await refused.text()]).toEqual([401, 'Unknown api key']);
    expect(refused.headers.get('content-type')).toContain('text/plain');
    simulator.enqueue({ fault: { type: 'status', status: 429 } });
    const limited = client.chat.completions.create({ model, messages });
    await expect(limited).rejects.toThrow(/Hit token rate limit\. Minute limit: \d+ \/ \d+ tokens/);
  });

  it('takes files as attachments beside the content', async () => {
    const attachment = { type: 'application/pdf', title: 'tides.pdf', data: Buffer.from('%PDF').toString('base64') };
    const message = { role: 'user' as const, content: 'Read it.' };
    const attached = { ...message, custom_content: { attachments: [attachment] } };
    await client.chat.completions.create({ model, messages: [attached] });
    expect(simulator.served()[0]?.files).toMatchObject([{ mediaType: 'application/pdf', bytes: 4 }]);
  });

  it('fails in mid-stream after it has said that it stopped', async () => {
    simulator.enqueue({ fault: { type: 'error-event', afterEvents: 5, message: 'The application failed.' } });
    const response = await fetch(
      `${simulator.baseUrl('dial-chat')}/openai/deployments/${model}/chat/completions?api-version=2024-10-21`,
      {
        method: 'POST',
        headers: { 'api-key': 'good', 'content-type': 'application/json' },
        body: JSON.stringify({ messages, stream: true }),
      },
    );
    const [stop = '', error = '', done = ''] = (await response.text()).trimEnd().split('\n\n').slice(-3);
    expect(stop).toContain('"finish_reason":"stop"');
    expect(error).toContain('"display_message":"The application failed."');
    expect(done).toBe('data: [DONE]');
  });
});
