import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '@lattice-lock/contract';
import { startSimulator, type Simulator } from './index.ts';

interface Line {
  readonly message: {
    content: string;
    thinking?: string;
    tool_calls?: { function: { name: string; arguments: JsonObject } }[];
  };
  readonly done: boolean;
  readonly done_reason?: string;
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
}

describe('the Ollama chat wire', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ models: { 'ollama-chat': ['tiny:1b'] } });
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  const post = (body: object) =>
    fetch(`${simulator.url}/api/chat`, { method: 'POST', body: JSON.stringify({ model: 'tiny:1b', ...body }) });
  const lines = async (body: object) =>
    (await (await post(body)).text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  const messages = [{ role: 'user', content: 'How is the weather in Oslo?' }];
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const tools = ['get_weather', 'get_time'].map((name) => ({ type: 'function', function: { name, parameters } }));

  it('streams unless told not to, and says the same either way', async () => {
    const streamed = await lines({ messages, think: true });
    const [whole] = await lines({ messages, think: true, stream: false });
    const joined = (field: 'content' | 'thinking') => streamed.map((line) => line.message[field] ?? '').join('');
    expect(streamed.length).toBeGreaterThan(20);
    expect(joined('content')).toBe(whole?.message.content);
    expect(joined('thinking')).toBe(whole?.message.thinking);
    expect(whole?.message.content).toContain('Lattice Lock simulator');
    const last = streamed.at(-1);
    expect(streamed.map((line) => line.done)).toEqual([...streamed.slice(1).map(() => false), true]);
    expect(last).toMatchObject({ done_reason: 'stop', eval_count: whole?.eval_count });
    expect(simulator.served()[0]?.usageReported).toMatchObject({
      inputTokens: last?.prompt_eval_count,
      outputTokens: last?.eval_count,
      reasoningTokens: null,
    });
  });

  it('calls tools without ids, and takes their results by name', async () => {
    const [turn] = await lines({ messages, tools, stream: false });
    expect(turn).toMatchObject({ done_reason: 'stop' });
    expect(turn?.message.tool_calls).toEqual([
      { function: { index: 0, name: 'get_weather', arguments: { city: 'Oslo' } } },
      { function: { index: 1, name: 'get_time', arguments: { city: 'Oslo' } } },
    ]);
    const results = [
      { role: 'tool', tool_name: 'get_time', content: 'noon' },
      { role: 'tool', tool_name: 'get_weather', content: 'snow' },
    ];
    const history = [...messages, { role: 'assistant', ...turn?.message }, ...results];
    const [answer] = await lines({ messages: history, tools, stream: false });
    expect(answer?.message.content).toContain('snow');
    const [, asked, time, weather] = simulator.served()[1]?.chat?.messages ?? [];
    expect(asked?.content).toMatchObject([
      { name: 'get_weather', id: 'call_1_0' },
      { name: 'get_time', id: 'call_1_1' },
    ]);
    expect(time?.content).toMatchObject([{ toolCallId: 'call_1_1', content: 'noon' }]);
    expect(weather?.content).toMatchObject([{ toolCallId: 'call_1_0', content: 'snow' }]);
  });

  it('respects limits, formats and images', async () => {
    const [cut] = await lines({ messages, stream: false, options: { num_predict: 4 } });
    expect(cut).toMatchObject({ done_reason: 'length', eval_count: 4 });
    const schema = { type: 'object', properties: { ok: { const: true } }, required: ['ok'] };
    const [structured] = await lines({ messages, stream: false, format: schema });
    expect(structured?.message.content).toBe('{"ok":true}');
    const images = [Buffer.from('89504e470d0a1a0a00', 'hex').toString('base64')];
    await lines({ messages: [{ ...messages[0], images }], stream: false });
    expect(simulator.served().at(-1)?.images).toMatchObject([{ mediaType: 'image/png', bytes: 9 }]);
  });

  it('answers errors, tags and the version in its own shape', async () => {
    const bad = await post({ messages: [{ role: 'wizard' }] });
    expect(bad.status).toBe(400);
    expect(await bad.json()).toEqual({ error: expect.stringContaining('messages.0.role') });
    const get = async (path: string) => (await fetch(`${simulator.url}${path}`)).json();
    expect(await get('/api/tags')).toMatchObject({ models: [{ name: 'tiny:1b' }] });
    expect(await get('/api/version')).toEqual({ version: expect.stringContaining('simulator') });
    expect(await get('/api/nothing')).toEqual({ error: expect.stringContaining('/api/nothing') });
  });
});
