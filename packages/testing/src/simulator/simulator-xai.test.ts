import { createOpenAI } from '@ai-sdk/openai';
import { generateText } from 'ai';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from './index.ts';

const model = 'grok-4-fast';
const messages = [{ role: 'user' as const, content: 'How is the weather in Paris today?' }];
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters } }];

describe("xAI's wire, spoken to by OpenAI's client and by ai", () => {
  let simulator: Simulator;
  let client: OpenAI;
  const connect = (apiKey: string) =>
    new OpenAI({ apiKey, baseURL: simulator.baseUrl('xai-chat') ?? '', maxRetries: 0 });
  const get = async (path: string, apiKey: string) => {
    const response = await fetch(`${simulator.baseUrl('xai-chat')}${path}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
  };
  beforeAll(async () => {
    simulator = await startSimulator({ acceptedApiKeys: ['xai-good'] });
    client = connect('xai-good');
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it('shows its thoughts, and counts them beside the completion, buffered and streamed alike', async () => {
    const answer = { text: 'It is raining.', reasoning: { text: 'The clouds are grey today.' } };
    simulator.enqueue({ answer }, { answer });
    const whole = await client.chat.completions.create({ model, messages });
    expect(whole.choices[0]?.message).toMatchObject({ reasoning_content: 'The clouds are grey today.' });
    const runner = client.chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
    let thoughts = '';
    runner.on('chunk', (chunk) => {
      const delta = chunk.choices[0]?.delta as { reasoning_content?: string } | undefined;
      thoughts += delta?.reasoning_content ?? '';
    });
    const streamed = await runner.finalChatCompletion();
    expect(thoughts).toBe('The clouds are grey today.');
    expect(streamed.choices[0]?.message.content).toBe('It is raining.');
    expect(streamed.usage).toEqual(whole.usage);
    const { completion_tokens = NaN, prompt_tokens = NaN, total_tokens = NaN } = whole.usage ?? {};
    const reasoning = whole.usage?.completion_tokens_details?.reasoning_tokens ?? NaN;
    expect(reasoning).toBeGreaterThan(0);
    expect(total_tokens).toBe(prompt_tokens + completion_tokens + reasoning);
    for (const record of simulator.served()) {
      expect(record).toMatchObject({
        wire: 'xai-chat',
        usageReported: { outputTokens: completion_tokens + reasoning },
      });
    }
  });

  it('goes round with tools, each call in one piece', async () => {
    const runner = client.chat.completions.stream({ model, messages, tools });
    const pieces: (string | undefined)[] = [];
    runner.on('chunk', (chunk) => {
      for (const call of chunk.choices[0]?.delta.tool_calls ?? []) pieces.push(call.function?.arguments);
    });
    const turn = (await runner.finalChatCompletion()).choices[0]?.message;
    const [call] = turn?.tool_calls ?? [];
    expect(pieces).toEqual(['{"city":"Paris"}']);
    const result = { role: 'tool' as const, tool_call_id: call?.id ?? '', content: '18 degrees' };
    const turns = [...messages, { role: 'assistant' as const, tool_calls: turn?.tool_calls ?? [] }, result];
    const last = await client.chat.completions.create({ model, tools, messages: turns });
    expect(last.choices[0]?.message.content).toContain('18 degrees');
  });

  it('says 400 to a bad key, in its own two texts, and describes a good one', async () => {
    const refused = connect('xai-bad').chat.completions.create({ model, messages });
    await expect(refused).rejects.toMatchObject({ status: 400 });
    const bad = await get('/api-key', 'xai-bad');
    expect(bad).toMatchObject({
      status: 400,
      body: { code: 'invalid-argument', error: expect.stringMatching(/^Incorrect API key/) },
    });
    const good = await get('/api-key', 'xai-good');
    expect(good).toMatchObject({ status: 200, body: { api_key_blocked: false, team_blocked: false } });
    expect(good.headers.get('x-ratelimit-remaining-requests')).toMatch(/^\d+$/);
    expect(good.headers.get('x-ratelimit-reset-requests')).toBeNull();
    const { data } = await client.models.list();
    expect(data.map((one) => one.id)).toContain(model);
  });

  it('speaks Responses too, where the output includes the thoughts', async () => {
    const answered = await client.responses.create({ model, input: 'Hi', reasoning: { effort: 'low' } });
    const [record] = simulator.served();
    expect(record).toMatchObject({ wire: 'xai-chat', usageReported: { outputTokens: answered.usage?.output_tokens } });
  });

  it('is understood by ai', async () => {
    const provider = createOpenAI({ apiKey: 'xai-good', baseURL: simulator.baseUrl('xai-chat') ?? '' });
    const { text, usage } = await generateText({ model: provider.chat(model), prompt: 'Hi' });
    expect(text).toContain('simulator');
    expect(usage.totalTokens).toBe(simulator.totals().usageReported.totalTokens);
  });
});
