import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  type ConverseStreamOutput,
  type Message,
  type ToolConfiguration,
} from '@aws-sdk/client-bedrock-runtime';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from './index.ts';

const modelId = 'us.anthropic.claude-sonnet-4-6-v1:0';
const prompt = 'How is the weather in Paris today?';
const messages: Message[] = [{ role: 'user', content: [{ text: prompt }] }];
const inputSchema = {
  json: { type: 'object' as const, properties: { city: { type: 'string' as const } }, required: ['city'] },
};
const toolConfig: ToolConfiguration = { tools: [{ toolSpec: { name: 'get_weather', inputSchema } }] };

describe('the Converse wire, spoken to by the official client over HTTP/2 and by ai over HTTP/1.1', () => {
  let simulator: Simulator;
  let client: BedrockRuntimeClient;
  const connect = (accessKeyId: string) =>
    new BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint: simulator.baseUrl('bedrock-converse') ?? '',
      credentials: { accessKeyId, secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
  beforeAll(async () => {
    simulator = await startSimulator({ acceptedApiKeys: ['AKIDGOOD', 'bearer-good'] });
    client = connect('AKIDGOOD');
  });
  afterEach(() => simulator.reset());
  afterAll(async () => {
    client.destroy();
    await simulator.close();
  });

  const read = async (command: ConverseStreamCommand) => {
    const events: ConverseStreamOutput[] = [];
    const { stream = [] } = await client.send(command);
    for await (const event of stream) events.push(event);
    return events;
  };

  it('answers buffered and streamed alike, and counts what it served', async () => {
    const whole = await client.send(new ConverseCommand({ modelId, messages }));
    const text = whole.output?.message?.content?.[0]?.text ?? '';
    expect(text).toContain('weather in Paris');
    const events = await read(new ConverseStreamCommand({ modelId, messages }));
    const pieces = events.map((event) => event.contentBlockDelta?.delta?.text ?? '');
    expect(pieces.join('')).toBe(text);
    expect(events[0]?.messageStart?.role).toBe('assistant');
    expect(events.at(-2)?.messageStop?.stopReason).toBe('end_turn');
    expect(events.at(-1)?.metadata?.usage).toEqual(whole.usage);
    for (const record of simulator.served()) {
      expect(record).toMatchObject({ wire: 'bedrock-converse', model: modelId, outcome: 'complete', usageSent: true });
      expect(record.headers[':path']).toBeUndefined();
      expect(record.headers.authorization).toMatch(/\*\*\*$/);
      expect(record.usageReported).toMatchObject({
        inputTokens: whole.usage?.inputTokens,
        outputTokens: whole.usage?.outputTokens,
        totalTokens: whole.usage?.totalTokens,
        reasoningTokens: null,
      });
    }
  });

  it('goes round with tools, thoughts and their signature', async () => {
    const additionalModelRequestFields = { thinking: { type: 'enabled', budget_tokens: 2048 } };
    const more = { toolConfig, additionalModelRequestFields };
    const turn = await client.send(new ConverseCommand({ modelId, messages, ...more }));
    expect(turn.stopReason).toBe('tool_use');
    const content = turn.output?.message?.content ?? [];
    expect(content[0]?.reasoningContent?.reasoningText?.signature).toMatch(/\S/);
    const call = content.find((block) => block.toolUse !== undefined)?.toolUse;
    expect(call).toMatchObject({ name: 'get_weather', input: { city: 'Paris' } });
    const events = await read(new ConverseStreamCommand({ modelId, messages, ...more }));
    const inputs = events.map((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? '');
    expect(JSON.parse(inputs.join(''))).toEqual({ city: 'Paris' });
    const toolResult = { toolUseId: call?.toolUseId ?? '', content: [{ text: '18 degrees' }] };
    const turns: Message[] = [...messages, { role: 'assistant', content }, { role: 'user', content: [{ toolResult }] }];
    const last = await client.send(new ConverseCommand({ modelId, messages: turns, ...more }));
    expect(last.output?.message?.content?.at(-1)?.text).toContain('18 degrees');
    await expect(client.send(new ConverseCommand({ modelId, messages: turns }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('takes images and documents as bytes, and caches what is marked', async () => {
    const bytes = new Uint8Array([0x25, 0x50, 0x44, 0x46, 0, 255]);
    const document = { format: 'pdf' as const, name: 'tides', source: { bytes } };
    const content = [{ text: 'salt '.repeat(1500) }, { cachePoint: { type: 'default' as const } }, { document }];
    const command = () => new ConverseCommand({ modelId, messages: [{ role: 'user', content }] });
    const first = await client.send(command());
    const second = await client.send(command());
    expect(first.usage?.cacheWriteInputTokens).toBeGreaterThan(1024);
    expect(second.usage?.cacheReadInputTokens).toBe(first.usage?.cacheWriteInputTokens);
    const [record] = simulator.served();
    expect(record?.files).toMatchObject([{ mediaType: 'application/pdf', bytes: 6 }]);
    const { inputTokens = 0, cacheWriteInputTokens = 0 } = first.usage ?? {};
    expect(record?.usageReported.inputTokens).toBe(inputTokens + cacheWriteInputTokens);
  });

  it('refuses keys, models and signatures that are none', async () => {
    const stranger = connect('AKIDBAD');
    const failing = stranger.send(new ConverseCommand({ modelId, messages }));
    await expect(failing).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    stranger.destroy();
    const unknown = client.send(new ConverseCommand({ modelId: 'no-such-model', messages }));
    await expect(unknown).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The provided model identifier is invalid.',
    });
    expect(simulator.otherRequests()).toMatchObject([{ status: 400 }]);
    const response = await fetch(`${simulator.url}/model/${encodeURIComponent(modelId)}/converse`, {
      method: 'POST',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKIDGOOD/x', 'content-type': 'application/json' },
      body: JSON.stringify({ messages }),
    });
    expect(response.headers.get('x-amzn-errortype')).toMatch(/^IncompleteSignatureException:/);
    const counted = await client.send(new CountTokensCommand({ modelId, input: { converse: { messages } } }));
    expect(counted.inputTokens).toBeGreaterThan(0);
  });

  it('fails in mid-stream by an exception, by a flipped bit and by a reset', async () => {
    const command = new ConverseStreamCommand({ modelId, messages });
    simulator.enqueue(
      { fault: { type: 'error-event', afterEvents: 4, message: 'Overloaded.' } },
      { fault: { type: 'garbled', afterEvents: 4 } },
      { fault: { type: 'reset', when: 'mid-answer' } },
      { fault: { type: 'status', status: 429 } },
    );
    await expect(read(command)).rejects.toMatchObject({ name: 'ServiceUnavailableException', message: 'Overloaded.' });
    await expect(read(command)).rejects.toThrow(/checksum/i);
    // The client takes a connection that is reset for the end of the stream: only the missing `messageStop` tells.
    const cut = await read(command);
    expect(cut.some((event) => event.messageStop !== undefined)).toBe(false);
    await expect(read(command)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(simulator.served().map((record) => record.outcome)).toEqual(['fault', 'fault', 'fault', 'fault']);
  });

  it('sees a client that leaves a stream on a connection that stays', async () => {
    simulator.enqueue({ answer: { text: 'wave '.repeat(50) }, fault: { type: 'stall', afterEvents: 5 } });
    const leaving = new AbortController();
    const { stream } = await client.send(new ConverseStreamCommand({ modelId, messages }), {
      abortSignal: leaving.signal,
    });
    await stream?.[Symbol.asyncIterator]().next();
    leaving.abort();
    client.destroy();
    client = connect('AKIDGOOD');
    const [record] = await simulator.whenServed(1, AbortSignal.timeout(5000));
    expect(record).toMatchObject({ outcome: 'aborted', usageSent: false });
  });

  it('is understood by ai, buffered and streamed, to the token, at any cut of the bytes', async () => {
    const provider = createAmazonBedrock({
      region: 'us-east-1',
      apiKey: 'bearer-good',
      baseURL: simulator.baseUrl('bedrock-converse') ?? '',
    });
    simulator.enqueue({}, { chunking: { seed: 7, maxBytes: 5 } });
    const whole = await generateText({ model: provider(modelId), prompt });
    const streamed = streamText({ model: provider(modelId), prompt });
    expect(await streamed.text).toBe(whole.text);
    const totals = [whole.usage.totalTokens, (await streamed.usage).totalTokens];
    expect(totals).toEqual(simulator.served().map((record) => record.usageReported.totalTokens));
  });

  it('runs the tool loop of ai, to the token', async () => {
    const baseURL = simulator.baseUrl('bedrock-converse') ?? '';
    const provider = createAmazonBedrock({ region: 'us-east-1', apiKey: 'bearer-good', baseURL });
    const execute = ({ city }: { city: string }) => `18 degrees in ${city}`;
    const weather = tool({ inputSchema: jsonSchema<{ city: string }>(inputSchema.json), execute });
    const tools = { get_weather: weather };
    const settings = { model: provider(modelId), prompt, tools, stopWhen: stepCountIs(3), maxRetries: 0 };
    const whole = await generateText(settings);
    expect(whole.text).toContain('18 degrees in Paris');
    const streamed = streamText(settings);
    expect(await streamed.text).toBe(whole.text);
    const counted = (whole.totalUsage.totalTokens ?? NaN) + ((await streamed.totalUsage).totalTokens ?? NaN);
    expect(simulator.totals()).toMatchObject({ requests: 4, usageReported: { totalTokens: counted } });
  });
});
