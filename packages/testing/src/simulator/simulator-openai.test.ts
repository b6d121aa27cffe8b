import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from './index.ts';

const tool = (name: string): OpenAI.ChatCompletionTool => ({
  type: 'function',
  function: {
    name,
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
});
const model = 'gpt-5-mini';
const messages = [{ role: 'user' as const, content: 'How is the weather in Paris today?' }];

describe('the OpenAI chat wire, spoken to by the official client', () => {
  let simulator: Simulator;
  let client: OpenAI;
  const connect = (apiKey: string) =>
    new OpenAI({ apiKey, baseURL: simulator.baseUrl('openai-chat') ?? '', maxRetries: 0 });
  beforeAll(async () => {
    simulator = await startSimulator({ acceptedApiKeys: ['sk-good'] });
    client = connect('sk-good');
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it('answers buffered and streamed alike, and counts what it served', async () => {
    const whole = await client.chat.completions.create({ model, messages });
    const text = whole.choices[0]?.message.content ?? '';
    expect(text).toContain('Lattice Lock simulator');
    expect(text).toContain('weather in Paris');

    const options = { stream_options: { include_usage: true } };
    const stream = await client.chat.completions.create({ model, messages, stream: true, ...options });
    const pieces: string[] = [];
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      pieces.push(chunk.choices[0]?.delta.content ?? '');
      usage = chunk.usage ?? usage;
    }
    expect(pieces.join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(10);
    expect(usage).toEqual(whole.usage);
    for (const record of simulator.served()) {
      expect(record).toMatchObject({ outcome: 'complete', usageSent: true });
      expect(record.usageReported).toMatchObject({
        inputTokens: usage?.prompt_tokens,
        outputTokens: usage?.completion_tokens,
        totalTokens: usage?.total_tokens,
      });
    }
    expect(simulator.totals()).toMatchObject({
      requests: 2,
      usageReported: { totalTokens: 2 * (usage?.total_tokens ?? NaN) },
    });
  });

  it('sends no usage in a stream that did not ask for it', async () => {
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    for await (const chunk of stream) expect(chunk.usage).toBeUndefined();
    const [record] = simulator.served();
    expect(record).toMatchObject({ outcome: 'complete', usageSent: false, usageReported: { totalTokens: null } });
    expect(record?.usage.totalTokens).toBeGreaterThan(0);
  });

  it('interleaves the pieces of parallel tool calls, and answers from their results', async () => {
    const tools = [tool('get_weather'), tool('get_time'), tool('get_news')];
    const runner = client.chat.completions.stream({ model, messages, tools });
    const order: number[] = [];
    runner.on('chunk', (chunk) => {
      for (const call of chunk.choices[0]?.delta.tool_calls ?? []) order.push(call.index);
    });
    const turn = (await runner.finalChatCompletion()).choices[0];
    expect(order.slice(0, 6)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(turn?.finish_reason).toBe('tool_calls');
    const calls = (turn?.message.tool_calls ?? []).filter((call) => call.type === 'function');
    expect(calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)])).toEqual([
      ['get_weather', { city: 'Paris' }],
      ['get_time', { city: 'Paris' }],
    ]);

    const results = calls.map((call) => ({
      role: 'tool' as const,
      tool_call_id: call.id,
      content: 'Sun and 21 degrees',
    }));
    const history = [...messages, { role: 'assistant' as const, content: null, tool_calls: calls }];
    const answer = await client.chat.completions.create({ model, messages: [...history, ...results], tools });
    expect(answer.choices[0]?.message.content).toContain('Sun and 21 degrees');

    const incomplete = client.chat.completions.create({ model, messages: [...history, results[0] ?? never()], tools });
    await expect(incomplete).rejects.toMatchObject({ status: 400, param: 'messages[1]' });
  });

  it('respects the choice of tools', async () => {
    const tools = [tool('get_weather'), tool('get_time')];
    const call = async (more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>) => {
      const { choices } = await client.chat.completions.create({ model, messages, tools, ...more });
      const names = choices[0]?.message.tool_calls?.map((one) => one.type === 'function' && one.function.name);
      return [choices[0]?.finish_reason, names];
    };
    expect(await call({ tool_choice: 'none' })).toEqual(['stop', undefined]);
    expect(await call({ tool_choice: 'required' })).toEqual(['tool_calls', ['get_weather', 'get_time']]);
    expect(await call({ parallel_tool_calls: false })).toEqual(['tool_calls', ['get_weather']]);
    // A forced call finishes with `stop`, as OpenAI has it.
    const forced = { tool_choice: { type: 'function' as const, function: { name: 'get_time' } } };
    expect(await call(forced)).toEqual(['stop', ['get_time']]);
  });

  it('answers a JSON schema with an instance of it, and JSON mode with JSON', async () => {
    const schema = {
      type: 'object',
      properties: {
        mood: { enum: ['calm', 'wild'] },
        waves: { type: 'array', items: { type: 'integer' }, minItems: 2 },
      },
      required: ['mood', 'waves'],
      additionalProperties: false,
    };
    const format = { type: 'json_schema' as const, json_schema: { name: 'sea', schema, strict: true } };
    const structured = await client.chat.completions.create({ model, messages, response_format: format });
    expect(JSON.parse(structured.choices[0]?.message.content ?? '')).toEqual({
      mood: expect.stringMatching(/^(calm|wild)$/),
      waves: [expect.any(Number), expect.any(Number)],
    });
    const json = await client.chat.completions.create({ model, messages, response_format: { type: 'json_object' } });
    expect(JSON.parse(json.choices[0]?.message.content ?? '')).toMatchObject({ from: 'Lattice Lock simulator' });
  });

  it('stops at stop sequences and at the token limit, and counts what it sent', async () => {
    const stopped = await client.chat.completions.create({ model, messages, stop: ['answering'] });
    expect(stopped.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: 'This is the Lattice Lock simulator ' },
    });
    const cut = await client.chat.completions.create({ model, messages, max_completion_tokens: 5 });
    expect(cut.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'This is the Lattice ' } });
    expect(cut.usage?.completion_tokens).toBe(5);
    const tools = [tool('get_weather')];
    const cutCall = await client.chat.completions.create({ model, messages, tools, max_completion_tokens: 9 });
    expect(cutCall.choices[0]).toMatchObject({ finish_reason: 'length' });
    expect(cutCall.usage?.completion_tokens).toBeLessThanOrEqual(9);
  });

  it('counts reasoning without showing it', async () => {
    const answer = await client.chat.completions.create({ model, messages, reasoning_effort: 'low' });
    const thought = answer.usage?.completion_tokens_details?.reasoning_tokens ?? 0;
    expect(thought).toBeGreaterThan(5);
    expect(answer.usage?.completion_tokens).toBeGreaterThan(thought);
    expect(answer.choices[0]?.message).not.toHaveProperty('reasoning_content');
  });

  it('sends the headers of the vendor, and masks the credential in its records', async () => {
    const { response } = await client.chat.completions.create({ model, messages }).withResponse();
    const [record] = simulator.served();
    expect(response.headers.get('x-request-id')).toBe(record?.id);
    expect(Number(response.headers.get('x-ratelimit-remaining-requests'))).toBeGreaterThan(0);
    expect(response.headers.get('x-ratelimit-reset-tokens')).toMatch(/^[\d.]+m?s$/);
    expect(record?.headers.authorization).toBe('Bearer ***');
    expect(JSON.stringify(simulator.served())).not.toContain('sk-good');
  });

  it('refuses foreign keys and bad bodies in the vendor’s own shape, naming the parameter', async () => {
    const stranger = connect('sk-bad');
    const foreign = stranger.chat.completions.create({ model, messages });
    await expect(foreign).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    await expect(foreign).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401 });

    const bad = (body: object) => client.chat.completions.create(body as OpenAI.ChatCompletionCreateParamsNonStreaming);
    const cases: readonly (readonly [object, string])[] = [
      [{ messages }, 'model'],
      [{ model }, 'messages'],
      [{ model, messages: [] }, 'messages'],
      [{ model, messages: [{ role: 'wizard', content: 'x' }] }, 'messages[0].role'],
      [{ model, messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
      [{ model, messages, temperature: 2.5 }, 'temperature'],
      [{ model, messages, stream: 'yes' }, 'stream'],
      [{ model, messages, max_tokens: 0 }, 'max_tokens'],
      [{ model, messages, tools: [tool('has a space')] }, 'tools[0].function.name'],
      [{ model, messages, response_format: { type: 'xml' } }, 'response_format.type'],
    ];
    for (const [body, param] of cases) {
      await expect(bad(body), param).rejects.toMatchObject({ status: 400, param, type: 'invalid_request_error' });
    }
    expect(simulator.served().at(-1)).toMatchObject({ outcome: 'fault', status: 400, usage: { totalTokens: null } });
  });

  it('lists models and describes one', async () => {
    const names: string[] = [];
    for await (const listed of client.models.list()) names.push(listed.id);
    expect(names).toContain('gpt-5-mini');
    expect(await client.models.retrieve('gpt-5-mini')).toMatchObject({ object: 'model' });
    await expect(client.models.retrieve('unheard-of')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    expect(simulator.otherRequests().map((request) => request.status)).toEqual([200, 200, 404]);
  });
});

function never(): never {
  expect.fail('A value that must be there is not.');
}
