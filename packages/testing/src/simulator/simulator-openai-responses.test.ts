import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from './index.ts';

const model = 'gpt-5-mini';
const input = 'How is the weather in Paris today?';
const weather = {
  type: 'function' as const,
  name: 'get_weather',
  strict: true,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

describe('the Responses wire, spoken to by the official client and by ai', () => {
  let simulator: Simulator;
  let client: OpenAI;
  const connect = (apiKey: string) =>
    new OpenAI({ apiKey, baseURL: simulator.baseUrl('openai-responses') ?? '', maxRetries: 0 });
  beforeAll(async () => {
    simulator = await startSimulator({ acceptedApiKeys: ['sk-good'] });
    client = connect('sk-good');
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it('answers buffered and streamed alike, and counts what it served', async () => {
    const whole = await client.responses.create({ model, input });
    expect(whole.output_text).toContain('weather in Paris');

    const runner = client.responses.stream({ model, input });
    const pieces: string[] = [];
    runner.on('response.output_text.delta', (event) => pieces.push(event.delta));
    const streamed = await runner.finalResponse();
    expect(pieces.join('')).toBe(whole.output_text);
    expect(streamed.output_text).toBe(whole.output_text);
    expect(streamed.usage).toEqual(whole.usage);
    for (const record of simulator.served()) {
      expect(record).toMatchObject({ wire: 'openai-responses', outcome: 'complete', usageSent: true });
      expect(record.usageReported).toMatchObject({
        inputTokens: whole.usage?.input_tokens,
        outputTokens: whole.usage?.output_tokens,
        totalTokens: whole.usage?.total_tokens,
      });
    }
  });

  it('names its events and numbers them, and sends no [DONE]', async () => {
    const response = await fetch(`${simulator.baseUrl('openai-responses')}/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-good', 'content-type': 'application/json' },
      body: JSON.stringify({ model, input, stream: true }),
    });
    const frames = (await response.text()).trimEnd().split('\n\n');
    const events = frames.map((frame) => {
      const [name = '', data = ''] = frame.split('\n');
      const fields = JSON.parse(data.slice('data: '.length)) as { type: string; sequence_number: number };
      expect(name).toBe(`event: ${fields.type}`);
      return fields;
    });
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events[0]?.type).toBe('response.created');
    expect(events.at(-1)?.type).toBe('response.completed');
  });

  it('goes round with tools: the call id goes back with the output', async () => {
    const runner = client.responses.stream({ model, input, tools: [weather], parallel_tool_calls: false });
    const turn = await runner.finalResponse();
    const [call] = turn.output.filter((item) => item.type === 'function_call');
    expect(JSON.parse(call?.arguments ?? '')).toEqual({ city: 'Paris' });
    const output = { type: 'function_call_output' as const, call_id: call?.call_id ?? '', output: '18 degrees' };
    const last = await client.responses.create({
      model,
      tools: [weather],
      input: [{ role: 'user', content: input }, ...turn.output, output] as OpenAI.Responses.ResponseInput,
    });
    expect(last.output_text).toContain('18 degrees');
    expect(simulator.served()[1]?.chat?.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'tool']);
    await expect(client.responses.create({ model, input: [output] })).rejects.toThrow(/No tool call found/);
  });

  it('shows a summary of its thoughts when asked, and seals them when asked', async () => {
    const answer = { text: 'Rain.', reasoning: { text: 'Clouds are grey.', redactedData: 'c2VhbGVk' } };
    simulator.enqueue({ answer }, { answer });
    const reasoning = { effort: 'low', summary: 'auto' } as const;
    const include = ['reasoning.encrypted_content' as const];
    const shown = await client.responses.stream({ model, input, reasoning, include }).finalResponse();
    expect(shown.output[0]).toMatchObject({
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'Clouds are grey.' }],
      encrypted_content: 'c2VhbGVk',
    });
    const silent = await client.responses.create({ model, input, reasoning: { effort: 'low' } });
    expect(silent.output[0]).toMatchObject({ type: 'reasoning', summary: [] });
    expect(silent.usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0);
  });

  it('gives probabilities, refusals and limits in their own fields', async () => {
    simulator.enqueue({ answer: { text: 'Yes, it is.' } }, { answer: { refusal: 'I will not.' } }, {});
    const likely = await client.responses.create({
      model,
      input,
      top_logprobs: 2,
      include: ['message.output_text.logprobs'],
    });
    const part = likely.output[0]?.type === 'message' ? likely.output[0].content[0] : undefined;
    const logprobs = part?.type === 'output_text' ? (part.logprobs ?? []) : [];
    expect(logprobs.map((one) => one.token).join('')).toBe('Yes, it is.');
    expect(logprobs.every((one) => one.logprob <= 0 && one.top_logprobs.length === 2)).toBe(true);
    const refused = await client.responses.create({ model, input });
    expect(refused).toMatchObject({ status: 'completed', output: [{ content: [{ type: 'refusal' }] }] });
    const short = await client.responses.create({ model, input, max_output_tokens: 16 });
    expect(short).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
    expect(short.usage?.output_tokens).toBe(16);
  });

  it('refuses a bad key and a bad field as the vendor does, and fails in mid-stream', async () => {
    await expect(connect('sk-bad').responses.create({ model, input })).rejects.toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    });
    await expect(client.responses.create({ model, input, max_output_tokens: 3 })).rejects.toMatchObject({
      status: 400,
      param: 'max_output_tokens',
    });
    simulator.enqueue({ fault: { type: 'error-event', afterEvents: 6, message: 'Overloaded.' } });
    await expect(client.responses.stream({ model, input }).finalResponse()).rejects.toThrow('Overloaded.');
  });

  it('is understood by ai, buffered and streamed, to the token', async () => {
    const provider = createOpenAI({ apiKey: 'sk-good', baseURL: simulator.baseUrl('openai-responses') ?? '' });
    const whole = await generateText({ model: provider.responses(model), prompt: input });
    const streamed = streamText({ model: provider.responses(model), prompt: input });
    expect(await streamed.text).toBe(whole.text);
    const totals = [whole.usage.totalTokens, (await streamed.usage).totalTokens];
    expect(totals).toEqual(simulator.served().map((record) => record.usageReported.totalTokens));
  });
});
