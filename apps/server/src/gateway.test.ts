import { createHash, randomBytes } from 'node:crypto';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type StartedGateway } from './__fixtures__/started-gateway.ts';

const model = 'openai/gpt-5-mini';
const messages = [{ role: 'user' as const, content: 'Say hello.' }];
const weather = (name: string) => ({
  type: 'function' as const,
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
});

/** What the gateway adds to OpenAI's objects. */
interface Extended {
  readonly lattice: {
    readonly request_id: string;
    readonly decision_id: string;
    readonly provider: string;
    readonly simulated: boolean;
    readonly cost_usd: string | null;
    readonly attempts: readonly { readonly model: string; readonly status: string }[];
  };
}

let gateway: StartedGateway;
let client: OpenAI;

beforeAll(async () => {
  gateway = await startGateway();
  client = new OpenAI({ apiKey: gateway.key, baseURL: gateway.baseURL, maxRetries: 0 });
});
afterAll(() => gateway.close());
beforeEach(() => gateway.simulator.reset());

describe('the official OpenAI client', () => {
  it('gets a buffered answer with usage, cost and who gave it', async () => {
    gateway.simulator.enqueue({ answer: { text: 'Hello there.' } });
    const { data, response } = await client.chat.completions.create({ model, messages }).withResponse();
    expect(data.choices).toMatchObject([
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello there.', refusal: null } },
    ]);
    const [served] = gateway.simulator.served();
    expect(data.usage?.prompt_tokens).toBe(served?.usageReported.inputTokens);
    expect(data.usage?.completion_tokens).toBe(served?.usageReported.outputTokens);
    const { lattice } = data as typeof data & Extended;
    expect(lattice).toMatchObject({ provider: 'openai', simulated: false, attempts: [{ model, status: 'ok' }] });
    expect(Number(lattice.cost_usd)).toBeGreaterThan(0);
    const header = (name: string) => response.headers.get(name);
    expect(header('x-request-id')).toBe(lattice.request_id);
    expect(header('x-lattice-decision-id')).toBe(lattice.decision_id);
    expect(header('x-lattice-cost-usd')).toBe(lattice.cost_usd);
    expect(header('x-lattice-provider')).toBe('openai');
    expect(header('x-lattice-simulated')).toBe('false');
    expect(data.model).toBe(`openai/${header('x-lattice-model')}`);
  });

  it('gets a streamed answer, its usage last, equal to the buffered one', async () => {
    const answer = { text: 'One two three four five six seven.' };
    gateway.simulator.enqueue({ answer }, { answer });
    const whole = await client.chat.completions.create({ model, messages });
    const { data: stream, response } = await client.chat.completions
      .create({ model, messages, stream: true, stream_options: { include_usage: true } })
      .withResponse();
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('x-lattice-provider')).toBe('openai');
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(answer.text);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    const last = chunks.at(-1) as (typeof chunks)[number] & Extended;
    expect(last.choices).toEqual([]);
    expect(last.usage).toEqual(whole.usage);
    expect(last.lattice.cost_usd).toBe((whole as typeof whole & Extended).lattice.cost_usd);
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
  });

  it.each([false, true])('gets two parallel tool calls and answers them (streamed: %s)', async (isStreamed) => {
    gateway.simulator.enqueue({
      answer: {
        toolCalls: [
          { id: 'call_a', name: 'get_weather', arguments: { city: 'Oslo' } },
          { id: 'call_b', name: 'get_time', arguments: { city: 'Rome' } },
        ],
      },
    });
    const tools = [weather('get_weather'), weather('get_time')];
    const completion = isStreamed
      ? await client.chat.completions.stream({ model, messages, tools }).finalChatCompletion()
      : await client.chat.completions.create({ model, messages, tools });
    const [choice] = completion.choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.tool_calls).toMatchObject([
      { id: 'call_a', type: 'function', function: { name: 'get_weather' } },
      { id: 'call_b', type: 'function', function: { name: 'get_time' } },
    ]);
    if (choice === undefined) return;
    gateway.simulator.enqueue({ answer: { text: 'Cold and late.' } });
    const reply = await client.chat.completions.create({
      model,
      tools,
      messages: [
        ...messages,
        choice.message,
        { role: 'tool', tool_call_id: 'call_b', content: '21:00' },
        { role: 'tool', tool_call_id: 'call_a', content: '-4 C' },
      ],
    });
    expect(reply.choices[0]?.message.content).toBe('Cold and late.');
    const sent = gateway.simulator.served().at(-1)?.chat?.messages.slice(-2);
    expect(JSON.stringify(sent)).toContain('21:00');
  });

  it('gets JSON that a schema binds', async () => {
    const completion = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Give me a person.' }],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'person',
          strict: true,
          schema: {
            type: 'object',
            properties: { name: { type: 'string' }, age: { type: 'integer' } },
            required: ['name', 'age'],
            additionalProperties: false,
          },
        },
      },
    });
    const person = JSON.parse(completion.choices[0]?.message.content ?? '') as Record<string, unknown>;
    expect(Object.keys(person).sort()).toEqual(['age', 'name']);
    expect(Number.isInteger(person['age'])).toBe(true);
  });

  it('sends an image whose bytes arrive unchanged at the vendor', async () => {
    const bytes = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(70_001)]);
    const url = `data:image/png;base64,${bytes.toString('base64')}`;
    await client.chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(gateway.simulator.served()[0]?.images).toEqual([{ mediaType: 'image/png', sha256, bytes: bytes.length }]);
  });

  it.each([true, false])('closes the vendor’s socket when the client leaves (streamed: %s)', async (stream) => {
    gateway.simulator.enqueue({
      answer: { text: 'a b c d e f' },
      fault: { type: 'stall', afterEvents: stream ? 4 : 'before-headers' },
    });
    const controller = new AbortController();
    let leftAtMs = 0;
    const leave = () => {
      leftAtMs = Date.now();
      controller.abort();
    };
    const run = async () => {
      if (stream) {
        const chunks = await client.chat.completions.create({ model, messages, stream }, { signal: controller.signal });
        for await (const chunk of chunks) if ((chunk.choices[0]?.delta.content ?? '') !== '') leave();
      } else {
        const call = client.chat.completions.create({ model, messages }, { signal: controller.signal });
        setTimeout(leave, 50);
        await call;
      }
    };
    await run().catch(() => undefined);
    const [served] = await gateway.simulator.whenServed(1);
    expect(served?.outcome).toBe('aborted');
    expect((served?.closedAtMs ?? Infinity) - leftAtMs).toBeLessThan(1000);
  });

  it('is told about a wrong key', async () => {
    const stranger = new OpenAI({ apiKey: 'lk_wrong', baseURL: gateway.baseURL, maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    await expect(stranger.chat.completions.create({ model, messages })).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    expect(gateway.simulator.served()).toEqual([]);
  });

  it('is told which field of a malformed body is wrong', async () => {
    const call = client.chat.completions.create({ model, messages, temperature: 'hot' as unknown as number });
    await expect(call).rejects.toMatchObject({ status: 400, param: 'temperature', type: 'invalid_request_error' });
    expect(gateway.simulator.served()).toEqual([]);
  });

  it('is told the names near an unknown model', async () => {
    const error = await client.chat.completions
      .create({ model: 'openai/gpt-5-mimi', messages })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ status: 404, code: 'model_not_found' });
    expect((error as InstanceType<typeof OpenAI.APIError>).message).toContain('gpt-5-mini');
  });

  it('lists models and looks one up', async () => {
    const ids = [];
    for await (const one of client.models.list()) ids.push(one.id);
    expect(ids).toEqual(expect.arrayContaining(['auto', 'auto:cheap', 'auto:best', 'auto:fast', model]));
    expect(ids.length).toBeGreaterThan(60);
    expect(await client.models.retrieve(model)).toMatchObject({
      id: model,
      owned_by: 'openai',
      lattice: { configured: true },
    });
    await expect(client.models.retrieve('openai/nothing')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });
});
