import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, stepCountIs, streamText, tool, type LanguageModel } from 'ai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator, type SimulatorWire } from './index.ts';

const prompt = 'How is the weather in Paris today?';
const inputSchema = jsonSchema<{ city: string }>({
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
});
const tools = {
  get_weather: tool({ description: 'The weather', inputSchema, execute: ({ city }) => `18 degrees in ${city}` }),
};

const apiKey = 'good';
const models: Partial<Record<SimulatorWire, (baseUrl: string) => LanguageModel>> = {
  'openai-chat': (baseURL) => createOpenAI({ apiKey, baseURL }).chat('gpt-5-mini'),
  'openai-responses': (baseURL) => createOpenAI({ apiKey, baseURL }).responses('gpt-5-mini'),
  'anthropic-messages': (baseUrl) => createAnthropic({ apiKey, baseURL: `${baseUrl}/v1` })('claude-sonnet-4-6'),
  gemini: (baseUrl) => createGoogleGenerativeAI({ apiKey, baseURL: `${baseUrl}/v1beta` })('gemini-2.5-flash'),
  'azure-openai': (baseUrl) => createOpenAI({ apiKey, baseURL: `${baseUrl}/openai/v1` }).chat('my-deployment'),
  'xai-chat': (baseURL) => createOpenAI({ apiKey, baseURL }).chat('grok-4-fast'),
};
const wires = Object.keys(models) as SimulatorWire[];

/** Bedrock's own test has it too: its client is another one. */
describe('tool loops of ai, end to end', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ acceptedApiKeys: [apiKey] });
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it.each(wires)('%s: call, result and answer agree buffered and streamed, to the token', async (wire) => {
    const model = models[wire]?.(simulator.baseUrl(wire) ?? '');
    expect(model).toBeDefined();
    const settings = { model: model as LanguageModel, prompt, tools, stopWhen: stepCountIs(3), maxRetries: 0 };
    const whole = await generateText(settings);
    expect(whole.steps).toHaveLength(2);
    expect(whole.steps[0]?.toolCalls).toMatchObject([{ toolName: 'get_weather', input: { city: 'Paris' } }]);
    expect(whole.steps[0]?.finishReason).toBe('tool-calls');
    expect(whole.text).toContain('18 degrees in Paris');
    const streamed = streamText(settings);
    let text = '';
    for await (const piece of streamed.textStream) text += piece;
    expect(text).toBe(whole.text);
    const counted = (whole.totalUsage.totalTokens ?? NaN) + ((await streamed.totalUsage).totalTokens ?? NaN);
    const { requests, outcomes, usageReported } = simulator.totals();
    expect([requests, outcomes.complete]).toEqual([4, 4]);
    // ai takes input and output for the total; xAI's total also has the thoughts, of which there are none here.
    expect(counted).toBe(usageReported.totalTokens);
    expect(simulator.served().every((record) => record.wire === wire)).toBe(true);
  });
});
