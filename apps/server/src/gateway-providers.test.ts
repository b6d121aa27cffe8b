import OpenAI from 'openai';
import { createUsage } from '@lattice-lock/contract';
import { openStorage, type Storage } from '@lattice-lock/storage';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, vendorKey, type StartedGateway } from './__fixtures__/started-gateway.ts';

/** Settings beyond credential and address, a model, and another name of it. */
const vendors = [
  ['local', 'ollama-chat', 'passthrough: true', 'local/llama-test', 'ollama/llama-test'],
  ['google', 'gemini', '', 'google/gemini-2.5-flash', 'gemini/gemini-2.5-flash'],
  ['xai', 'xai-chat', '', 'xai/grok-4.3', 'grok/grok-4.3'],
  ['azure', 'azure-openai', 'models: [our-mini]', 'azure/our-mini', 'azure-openai/our-mini'],
  [
    'bedrock',
    'bedrock-converse',
    'options: { region: eu-north-1 }',
    'bedrock/amazon.nova-lite-v1:0',
    'aws/amazon.nova-lite-v1:0',
  ],
  ['dial', 'dial-chat', 'passthrough: true', 'dial/our-assistant', 'epam-dial/our-assistant'],
  ['groq', 'openai-chat', '', 'groq/openai/gpt-oss-20b', 'groqcloud/openai/gpt-oss-20b'],
  ['deepseek', 'openai-chat', '', 'deepseek/deepseek-chat', 'deepseek-ai/deepseek-chat'],
  ['mistral', 'openai-chat', 'options: { streamUsage: true }', 'mistral/mistral-nemo', 'mistralai/mistral-nemo'],
  ['openrouter', 'openai-chat', 'passthrough: true', 'openrouter/x-ai/grok-4.3', 'open-router/x-ai/grok-4.3'],
  ['together', 'openai-chat', '', 'together/openai/gpt-oss-20b', 'togetherai/openai/gpt-oss-20b'],
  [
    'fireworks',
    'openai-chat',
    '',
    'fireworks/accounts/fireworks/models/gpt-oss-20b',
    'fireworks-ai/accounts/fireworks/models/gpt-oss-20b',
  ],
  ['cerebras', 'openai-chat', '', 'cerebras/gpt-oss-120b', 'cerebras-ai/gpt-oss-120b'],
  ['perplexity', 'openai-chat', 'options: { streamUsage: true }', 'perplexity/sonar', 'pplx/sonar'],
] as const;
const withTools = vendors.filter(([provider]) => provider !== 'perplexity');

const usage = createUsage({ inputTokens: 1200, outputTokens: 34 });
const messages = [{ role: 'user' as const, content: 'How warm is it in Oslo?' }];
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters } }];

let gateway: StartedGateway;
let storage: Storage;
let client: OpenAI;

beforeAll(async () => {
  gateway = await startGateway((simulator) =>
    vendors.map(([provider, wire, settings]) => {
      const fields = [`apiKey: ${vendorKey}`, `baseUrl: "${simulator.baseUrl(wire)}"`, settings];
      return `  ${provider}: { ${fields.filter((field) => field !== '').join(', ')} }`;
    }),
  );
  storage = await openStorage({ dataDir: gateway.dataDir });
  client = new OpenAI({ apiKey: gateway.key, baseURL: gateway.baseURL, maxRetries: 0 });
});
afterAll(async () => {
  await storage.close();
  await gateway.close();
});
beforeEach(() => gateway.simulator.reset());

interface Extended {
  readonly lattice: { readonly provider: string; readonly request_id: string };
}

describe('the official OpenAI client talks through the gateway with', () => {
  it.each(vendors)('%s', async (provider, wire, _settings, model, otherName) => {
    const answer = { text: 'Seven degrees.', usage };
    gateway.simulator.enqueue({ answer }, { answer });
    const whole = await client.chat.completions.create({ model: otherName, messages });
    const chunks = await client.chat.completions
      .stream({ model, messages, stream_options: { include_usage: true } })
      .finalChatCompletion();
    for (const completion of [whole, chunks]) {
      expect(completion.choices).toMatchObject([{ finish_reason: 'stop', message: { content: 'Seven degrees.' } }]);
      expect(completion.usage).toMatchObject({ prompt_tokens: 1200, completion_tokens: 34 });
      expect(completion.model).toBe(model);
    }
    const served = await gateway.simulator.whenServed(2);
    expect(served.map((one) => [one.wire, one.stream])).toEqual([
      [wire, false],
      [wire, true],
    ]);
    const { lattice } = whole as typeof whole & Extended;
    expect(lattice.provider).toBe(provider);
    const entries = await storage.ledger.entries({ requestId: lattice.request_id });
    expect(entries).toMatchObject([{ provider, status: 'ok', usage: served[0]?.usageReported }]);
  });

  it.each(withTools)('%s, tool calls and results too', async (_provider, _wire, _settings, model) => {
    gateway.simulator.enqueue(
      { answer: { toolCalls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }], usage } },
      { answer: { text: 'It is 7 degrees.', usage } },
    );
    const first = await client.chat.completions.stream({ model, messages, tools }).finalChatCompletion();
    const [choice] = first.choices;
    const [call] = choice?.message.tool_calls ?? [];
    expect(call).toMatchObject({ type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } });
    const reply = await client.chat.completions.create({
      model,
      tools,
      messages: [
        ...messages,
        { role: 'assistant', tool_calls: choice?.message.tool_calls ?? [] },
        { role: 'tool', tool_call_id: call?.id ?? '', content: '7 degrees in Oslo' },
      ],
    });
    expect(reply.choices[0]?.message.content).toBe('It is 7 degrees.');
    const sent = gateway.simulator.served().at(-1)?.chat?.messages;
    expect(JSON.stringify(sent)).toContain('7 degrees in Oslo');
  });

  it('dial, whose state goes back with the conversation', async () => {
    const body = { model: 'dial/our-assistant', messages };
    const streamed = await client.chat.completions.stream(body).finalChatCompletion();
    const whole = await client.chat.completions.create(body);
    for (const { choices } of [streamed, whole]) {
      const message = choices[0]?.message as OpenAI.ChatCompletionMessage & { readonly provider_metadata: object };
      expect(message.provider_metadata).toMatchObject({ dial: { state: expect.anything() as unknown } });
      gateway.simulator.reset();
      await client.chat.completions.create({ ...body, messages: [...messages, message, ...messages] });
      const [served] = await gateway.simulator.whenServed(1);
      expect(JSON.stringify(served?.body)).toContain('"state"');
    }
  });

  it('openai, whose probabilities are passed on', async () => {
    const body = { model: 'openai/gpt-4.1-mini', messages, logprobs: true, top_logprobs: 2 };
    gateway.simulator.enqueue({ answer: { text: 'Hi' } }, { answer: { text: 'Hi' } });
    const whole = await client.chat.completions.create(body);
    const streamed = await client.chat.completions.stream(body).finalChatCompletion();
    for (const { choices } of [whole, streamed]) {
      const [first] = choices[0]?.logprobs?.content ?? [];
      expect(first).toMatchObject({ token: 'Hi', top_logprobs: [{ token: 'Hi', logprob: first?.logprob }, {}] });
      expect(first?.logprob).toBeLessThan(0);
    }
    expect(gateway.simulator.served()[0]?.body).toMatchObject({ logprobs: true, top_logprobs: 2 });
  });

  it('perplexity, whose lack of tools is said in words', async () => {
    const call = client.chat.completions.create({ model: 'perplexity/sonar', messages, tools });
    await expect(call).rejects.toMatchObject({ status: 422, message: expect.stringContaining('tools') as string });
  });
});

describe('the readiness of the gateway', () => {
  it('no log line and no model list holds the credential of a vendor', async () => {
    const list = await (await gateway.fetch('/v1/models')).text();
    expect(list).toContain('"azure/our-mini"');
    expect(list + JSON.stringify(gateway.logs)).not.toContain(vendorKey);
  });
});
