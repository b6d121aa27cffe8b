import { sendJson, startScriptedServer, type ReceivedRequest } from '@lattice-lock/testing';
import type { ChatRequest, ProviderDefinition } from '@lattice-lock/contract';
import { collectChat } from '@lattice-lock/contract';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { cerebras, deepseek, groq, mistral, openrouter, perplexity, together } from './compatible-hosts.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const okBody = { id: 'a', model: 'm', choices: [{ index: 0, message: { content: 'ok' }, finish_reason: 'stop' }] };
const answerOk = (_request: ReceivedRequest, response: ServerResponse) => sendJson(response, 200, okBody);

async function connect(definition: ProviderDefinition, answer = answerOk) {
  const server = await startScriptedServer(answer);
  cleanups.push(() => server.close());
  const options = { apiKey: 'key-12345678', baseUrl: server.url };
  const provider = definition.create(options);
  cleanups.push(() => provider.close());
  return { server, provider, options };
}

async function sent(definition: ProviderDefinition, request: Partial<ChatRequest>) {
  const { server, provider } = await connect(definition);
  const result = await provider.chat({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...request });
  return { body: server.received[0]?.body ?? {}, warnings: result.warnings };
}

const events = (...chunks: object[]) =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('') + 'data: [DONE]\n\n';
const tool = { name: 'f', parameters: { type: 'object' } } as const;

describe('quirks of compatible hosts', () => {
  it('leave out with a warning what a host does not have, and rename what it calls otherwise', async () => {
    const asked = { seed: 7, user: 'u', maxOutputTokens: 9, presencePenalty: 1 } as const;
    const atMistral = await sent(mistral, asked);
    expect(atMistral.body).toMatchObject({ random_seed: 7, max_tokens: 9, presence_penalty: 1 });
    expect(atMistral.body).not.toHaveProperty('seed');
    expect(atMistral.body).not.toHaveProperty('user');
    expect(atMistral.warnings).toEqual(['mistral has no user; it was left out.']);
    const atCerebras = await sent(cerebras, asked);
    expect(atCerebras.body).toMatchObject({ seed: 7, user: 'u', max_completion_tokens: 9 });
    expect(atCerebras.warnings).toEqual(['cerebras has no presencePenalty; it was left out.']);
    const atGroq = await sent(groq, { topLogprobs: 2, providerOptions: { groq: { logprobs: true } } });
    expect(atGroq.body).toMatchObject({ logprobs: true });
    expect(atGroq.body).not.toHaveProperty('top_logprobs');
  });

  it('give Mistral tool call ids of nine letters, the same for call and result', async () => {
    const call = { type: 'tool-call', name: 'f', argumentsText: '{}', arguments: {} } as const;
    const { body } = await sent(mistral, {
      messages: [
        { role: 'user', content: 'hi' },
        {
          role: 'assistant',
          content: [
            { ...call, id: 'call_0123456789' },
            { ...call, id: 'abcDEF123' },
          ],
        },
        {
          role: 'tool',
          content: [
            { type: 'tool-result', toolCallId: 'call_0123456789', content: 'one' },
            { type: 'tool-result', toolCallId: 'abcDEF123', content: 'two' },
          ],
        },
      ],
    });
    const messages = body['messages'] as { tool_calls?: { id: string }[]; tool_call_id?: string }[];
    const ids = messages[1]?.tool_calls?.map(({ id }) => id) ?? [];
    expect(ids[0]).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(ids[1]).toBe('abcDEF123');
    expect(messages.slice(2).map((message) => message.tool_call_id)).toEqual(ids);
  });

  it('do not ask for usage where the host refuses to be asked', async () => {
    for (const [definition, isAsked] of [
      [mistral, false],
      [perplexity, false],
      [groq, true],
    ] as const) {
      const { server, provider } = await connect(definition);
      await collectChat(provider.stream({ model: 'm', messages: [] }), { provider: 'x', model: 'm' });
      expect('stream_options' in (server.received[0]?.body ?? {})).toBe(isAsked);
    }
  });

  it('steer thinking in the words of the host', async () => {
    const none = { reasoning: { effort: 'none' } } as const;
    expect((await sent(deepseek, none)).body).toMatchObject({ thinking: { type: 'disabled' } });
    expect((await sent(deepseek, { reasoning: { effort: 'max' } })).body).toMatchObject({ reasoning_effort: 'max' });
    expect((await sent(together, none)).body).toMatchObject({ reasoning: { enabled: false } });
    expect((await sent(openrouter, { reasoning: { effort: 'low' } })).body).toMatchObject({ reasoning_effort: 'low' });
    const both = await sent(openrouter, { reasoning: { effort: 'low', budgetTokens: 900 } });
    expect(both.body['reasoning']).toEqual({ max_tokens: 900 });
    expect(both.body).not.toHaveProperty('reasoning_effort');
    expect(both.warnings).toEqual([expect.stringContaining('not both')]);
  });

  it("give DeepSeek its reasoning back, and OpenRouter its reasoning_details, and no one another's", async () => {
    const details = [{ type: 'reasoning.text', text: 'hm', index: 0 }];
    const messages = [
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', provider: 'x' },
          { type: 'text', text: 'so' },
        ],
        providerMetadata: { openrouter: { reasoning_details: details, provider: 'Google' } },
      },
    ] as const;
    const first = async (definition: ProviderDefinition) =>
      ((await sent(definition, { messages })).body['messages'] as unknown[])[0];
    expect(await first(deepseek)).toEqual({ role: 'assistant', content: 'so', reasoning_content: 'hm' });
    expect(await first(openrouter)).toEqual({ role: 'assistant', content: 'so', reasoning_details: details });
    expect(await first(groq)).toEqual({ role: 'assistant', content: 'so' });
  });

  it('ask for a JSON schema where the host enforces it, else in words', async () => {
    const schema = { type: 'object', required: ['n'] };
    const responseFormat = { type: 'json-schema', name: 'count', schema } as const;
    const native = await sent(groq, { model: 'openai/gpt-oss-20b', responseFormat });
    expect(native.body).toMatchObject({ response_format: { type: 'json_schema' } });
    for (const [definition, format] of [
      [groq, { type: 'json_object' }],
      [deepseek, { type: 'json_object' }],
    ] as const) {
      const body = { ...okBody, choices: [{ message: { content: '{"n":1}' }, finish_reason: 'stop' }] };
      const { server, provider } = await connect(definition, (_request, response) => sendJson(response, 200, body));
      const result = await provider.chat({ model: 'm', messages: [], responseFormat });
      expect(result.warnings).toEqual([expect.stringContaining('does not enforce a JSON schema')]);
      expect(server.received[0]?.body['response_format']).toEqual(format);
    }
    expect((await sent(perplexity, { responseFormat })).body).toMatchObject({
      response_format: { type: 'json_schema' },
    });
    await expect(sent(perplexity, { responseFormat: { type: 'json' } })).rejects.toMatchObject({
      code: 'LATTICE_MALFORMED_RESPONSE',
      partial: { text: 'ok' },
    });
  });

  it('refuse what a host does not take, before anything is sent', async () => {
    const data = { type: 'base64', mediaType: 'image/png', data: 'AAAA' } as const;
    const asking = (type: 'image' | 'file') => ({
      messages: [{ role: 'user' as const, content: [{ type, source: data }] }],
    });
    for (const [definition, request] of [
      [perplexity, { tools: [tool] }],
      [deepseek, asking('image')],
      [groq, asking('file')],
    ] as const) {
      const { server, provider } = await connect(definition);
      const asked = provider.chat({ model: 'm', messages: [], ...request });
      await expect(asked).rejects.toMatchObject({ code: 'LATTICE_UNSUPPORTED', provider: definition.id });
      expect(server.received).toEqual([]);
    }
    expect((await sent(openrouter, asking('file'))).warnings).toEqual([]);
    expect((await sent(groq, asking('image'))).warnings).toEqual([]);
  });

  it('keep what hosts say beside the common words, the same streamed and whole', async () => {
    const detail = (text: string, more = {}) => ({ type: 'reasoning.text', text, index: 0, ...more });
    const usage = { prompt_tokens: 1, completion_tokens: 2, cost: 0.5 };
    const whole = {
      ...okBody,
      provider: 'Google',
      usage,
      choices: [
        {
          native_finish_reason: 'STOP',
          finish_reason: 'stop',
          message: { content: 'ok', reasoning: 'one two', reasoning_details: [detail('one two', { signature: 's' })] },
        },
      ],
    };
    const delta = (fields: object, more = {}) => ({ model: 'm', choices: [{ delta: fields, ...more }] });
    const stream = events(
      delta({ reasoning: 'one ', reasoning_details: [detail('one ')] }),
      delta({ reasoning: 'two', reasoning_details: [detail('two', { signature: 's' })] }),
      { ...delta({ content: 'ok' }, { finish_reason: 'stop', native_finish_reason: 'STOP' }), provider: 'Google' },
      { choices: [], usage },
    );
    const { provider } = await connect(openrouter, ({ body }, response) => {
      if (body['stream'] === true) response.end(stream);
      else sendJson(response, 200, whole);
    });
    const request: ChatRequest = { model: 'm', messages: [] };
    const expected = {
      provider: 'Google',
      native_finish_reason: 'STOP',
      usage: { cost: 0.5 },
      reasoning_details: [detail('one two', { signature: 's' })],
    };
    const buffered = await provider.chat(request);
    expect(buffered.providerMetadata).toEqual(expected);
    const streamed = await collectChat(provider.stream(request), { provider: 'openrouter', model: 'm' });
    expect(streamed.providerMetadata).toEqual(expected);
    expect(streamed.reasoning).toBe(buffered.reasoning);
  });

  it('embed in the words of the host, and only where it embeds', async () => {
    const { server, options } = await connect(mistral, (_request, response) =>
      sendJson(response, 200, { model: 'e', data: [{ index: 0, embedding: [1, 2] }] }),
    );
    const embeddings = mistral.createEmbeddings?.(options);
    cleanups.push(() => embeddings?.close());
    const result = await embeddings?.embed({ model: 'e', texts: ['x'], dimensions: 2 });
    expect(result?.vectors).toEqual([Float32Array.of(1, 2)]);
    expect(server.received[0]?.body).toEqual({ model: 'e', input: ['x'], output_dimension: 2 });
    expect(groq).not.toHaveProperty('createEmbeddings');
    expect([groq.capabilities.embeddings, mistral.capabilities.embeddings]).toEqual([false, true]);
  });

  it('ask for their health where the host answers without tokens', async () => {
    const list = await connect(together, (_request, response) =>
      response.end(JSON.stringify([{ id: 'a' }, { id: 'b' }])),
    );
    expect(await list.provider.checkHealth()).toMatchObject({ state: 'available', models: ['a', 'b'] });
    const key = await connect(openrouter, (request, response) =>
      sendJson(response, request.path === '/key' ? 200 : 404, { data: { label: 'x' } }),
    );
    expect(await key.provider.checkHealth()).toMatchObject({ state: 'available', models: null });
  });
});
