import Anthropic, { AuthenticationError } from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from './index.ts';

const weather = {
  name: 'get_weather',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
};
const clock = { name: 'get_time', input_schema: { type: 'object' as const, properties: {} } };

describe('the Anthropic Messages wire, spoken to by the official client', () => {
  let simulator: Simulator;
  let client: Anthropic;
  beforeAll(async () => {
    simulator = await startSimulator({ acceptedApiKeys: ['sk-ant-good'] });
    client = new Anthropic({ apiKey: 'sk-ant-good', baseURL: simulator.url, maxRetries: 0 });
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  const question = { role: 'user' as const, content: 'How high is the Eiffel tower?' };

  it('answers buffered and streamed alike, and counts what it served', async () => {
    const params = { model: 'claude-sonnet-4-6', max_tokens: 1000, messages: [question] };
    const whole = await client.messages.create(params);
    const streamed = await client.messages.stream(params).finalMessage();
    expect(whole.content[0]).toMatchObject({ type: 'text', text: expect.stringContaining('Lattice Lock simulator') });
    expect(streamed.content).toEqual(whole.content);
    expect(streamed.usage).toMatchObject({
      input_tokens: whole.usage.input_tokens,
      output_tokens: whole.usage.output_tokens,
    });
    expect(whole.stop_reason).toBe('end_turn');
    for (const record of simulator.served()) {
      expect(record).toMatchObject({ outcome: 'complete', usageSent: true });
      expect(record.usageReported).toMatchObject({
        inputTokens: whole.usage.input_tokens,
        outputTokens: whole.usage.output_tokens,
        totalTokens: whole.usage.input_tokens + whole.usage.output_tokens,
      });
    }
  });

  it('thinks with a signature, calls two tools, takes the turn back and answers from the results', async () => {
    const params = {
      model: 'claude-sonnet-4-6',
      max_tokens: 4000,
      thinking: { type: 'enabled' as const, budget_tokens: 2000 },
      tools: [weather, clock],
    };
    const turn = await client.messages.stream({ ...params, messages: [question] }).finalMessage();
    expect(turn.content.map((block) => block.type)).toEqual(['thinking', 'tool_use', 'tool_use']);
    expect(turn.stop_reason).toBe('tool_use');
    const calls = turn.content.filter((block) => block.type === 'tool_use');
    expect(calls.map((call) => call.name)).toEqual(['get_weather', 'get_time']);
    expect(calls[0]?.input).toEqual({ city: expect.any(String) });
    expect(turn.content[0]).toMatchObject({ thinking: expect.any(String), signature: expect.stringMatching(/\w{20}/) });

    const results = calls.map((call) => ({ type: 'tool_result' as const, tool_use_id: call.id, content: 'It rains.' }));
    const history = [question, { role: 'assistant' as const, content: turn.content }];
    const answer = await client.messages.create({
      ...params,
      messages: [...history, { role: 'user' as const, content: results }],
    });
    expect(answer.content.at(-1)).toMatchObject({ type: 'text', text: expect.stringContaining('It rains.') });
    expect(simulator.served()[1]?.usage.reasoningTokens).toBeGreaterThan(0);

    const lost = client.messages.create({ ...params, messages: [...history, question] });
    await expect(lost).rejects.toMatchObject({ status: 400, message: expect.stringContaining(calls[0]?.id ?? '?') });
  });

  it('reads and writes the prompt cache where a mark asks for it, and leaves both out of `input_tokens`', async () => {
    const system = [
      { type: 'text' as const, text: 'rule '.repeat(1200), cache_control: { type: 'ephemeral' as const } },
    ];
    const params = { model: 'claude-sonnet-4-6', max_tokens: 100, system, messages: [question] };
    const first = await client.messages.create(params);
    const second = await client.messages.stream(params).finalMessage();
    expect(first.usage.cache_creation_input_tokens).toBeGreaterThan(1024);
    expect(second.usage.cache_read_input_tokens).toBe(first.usage.cache_creation_input_tokens);
    expect(second.usage.input_tokens).toBe(first.usage.input_tokens);
    const [written, read] = simulator.served();
    expect(written?.usageReported.inputTokens).toBe(read?.usageReported.inputTokens);
    expect(read?.usageReported.inputTokens).toBe(
      second.usage.input_tokens + (second.usage.cache_read_input_tokens ?? 0),
    );
  });

  it('refuses a foreign key and a missing field in the vendor’s own shape', async () => {
    const stranger = new Anthropic({ apiKey: 'sk-ant-bad', baseURL: simulator.url, maxRetries: 0 });
    const params = { model: 'claude-sonnet-4-6', max_tokens: 100, messages: [question] };
    await expect(stranger.messages.create(params)).rejects.toBeInstanceOf(AuthenticationError);
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401 });
    const { max_tokens: _limit, ...unlimited } = params;
    const bad = client.post('/v1/messages', { body: unlimited });
    await expect(bad).rejects.toMatchObject({
      status: 400,
      error: {
        type: 'error',
        error: { type: 'invalid_request_error', message: expect.stringContaining('max_tokens') },
        request_id: expect.stringMatching(/^req_/),
      },
    });
  });

  it('lists models', async () => {
    const page = await client.models.list();
    expect(page.data.map((model) => model.id)).toContain('claude-sonnet-4-6');
  });

  it('cut after its first event has told the input and nothing of the output', async () => {
    simulator.enqueue({ fault: { type: 'cut', afterEvents: 3 } });
    const params = { model: 'claude-sonnet-4-6', max_tokens: 100, messages: [question] };
    await expect(client.messages.stream(params).finalMessage()).rejects.toThrow();
    const [record] = simulator.served();
    expect(record).toMatchObject({ outcome: 'cut', usageSent: false });
    expect(record?.usageReported).toMatchObject({
      inputTokens: record?.usage.inputTokens,
      outputTokens: null,
      totalTokens: null,
    });
    expect(record?.usage.outputTokens).toBeGreaterThan(10);
  });
});
