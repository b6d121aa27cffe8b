import type { ChatRequest, JsonObject } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeChatRequest, type ChatDialect } from './chat-request-encoder.ts';

const encode = (request: Partial<ChatRequest>, dialect: Partial<ChatDialect> = {}, stream = false) => {
  const encoded = encodeChatRequest(
    { model: 'm', messages: [{ role: 'user', content: 'hi' }], ...request },
    { provider: 'acme', stream },
    { maxTokensField: 'max_tokens', ...dialect },
  );
  return { ...encoded, body: JSON.parse(JSON.stringify(encoded.body)) as JsonObject };
};
const messages = (sent: ChatRequest['messages']) => encode({ messages: sent }).body['messages'];

describe('encodeChatRequest', () => {
  it('sends only what was asked for', () => {
    expect(encode({})).toEqual({
      path: '/chat/completions',
      body: { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
      warnings: [],
    });
  });

  it('asks streams for usage unless the server refuses to be asked', () => {
    expect(encode({}, {}, true).body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(encode({}, { streamUsage: false }, true).body).not.toHaveProperty('stream_options');
  });

  it('adds the fields a vendor has of its own to messages, tool results excepted', () => {
    const sent: ChatRequest['messages'] = [
      { role: 'system', content: 's' },
      { role: 'user', content: 'u' },
      { role: 'assistant', content: 'a' },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', content: 'r' }] },
    ];
    const messageFields: ChatDialect['messageFields'] = ({ role }) => (role === 'user' ? undefined : { x_role: role });
    expect(encode({ messages: sent }, { messageFields }).body['messages']).toEqual([
      { role: 'system', content: 's', x_role: 'system' },
      { role: 'user', content: 'u' },
      { role: 'assistant', content: 'a', x_role: 'assistant' },
      { role: 'tool', tool_call_id: 'c', content: 'r' },
    ]);
  });

  it('names every option in the words of the wire', () => {
    const { body, warnings } = encode({
      maxOutputTokens: 5,
      temperature: 0,
      topP: 0.5,
      stop: ['a'],
      seed: 7,
      presencePenalty: 1,
      frequencyPenalty: -1,
      reasoning: { effort: 'low' },
      user: 'u1',
    });
    expect(body).toMatchObject({
      max_tokens: 5,
      temperature: 0,
      top_p: 0.5,
      stop: ['a'],
      seed: 7,
      presence_penalty: 1,
      frequency_penalty: -1,
      reasoning_effort: 'low',
      user: 'u1',
    });
    expect(warnings).toEqual([]);
    expect(encode({ maxOutputTokens: 5 }, { maxTokensField: 'max_completion_tokens' }).body).toMatchObject({
      max_completion_tokens: 5,
    });
    expect(encode({ stop: [] }).body).not.toHaveProperty('stop');
  });

  it('encodes tools and the choice among them', () => {
    const parameters = { type: 'object', properties: {} };
    const tools = [
      { name: 'look', description: 'Looks.', parameters, strict: true },
      { name: 'act', parameters },
    ];
    const { body } = encode({ tools, toolChoice: { name: 'act' }, parallelToolCalls: false });
    expect(body).toMatchObject({
      tools: [
        { type: 'function', function: { name: 'look', description: 'Looks.', parameters, strict: true } },
        { type: 'function', function: { name: 'act', parameters } },
      ],
      tool_choice: { type: 'function', function: { name: 'act' } },
      parallel_tool_calls: false,
    });
    expect(encode({ tools, toolChoice: 'required' }).body['tool_choice']).toBe('required');
    const without = encode({ toolChoice: 'required', parallelToolCalls: true });
    expect(without.body).not.toHaveProperty('tool_choice');
    expect(without.warnings).toHaveLength(1);
  });

  it('encodes the form of the answer', () => {
    const schema = { type: 'object' };
    expect(encode({ responseFormat: { type: 'json' } }).body['response_format']).toEqual({ type: 'json_object' });
    expect(
      encode({ responseFormat: { type: 'json-schema', name: 's', schema, strict: true } }).body['response_format'],
    ).toEqual({
      type: 'json_schema',
      json_schema: { name: 's', schema, strict: true },
    });
    expect(encode({ responseFormat: { type: 'text' } }).body).not.toHaveProperty('response_format');
  });

  it('merges the options of this provider last, and only of this one', () => {
    const { body } = encode({
      temperature: 1,
      providerOptions: { acme: { temperature: 0.2, service_tier: 'flex' }, other: { seed: 1 } },
    });
    expect(body).toMatchObject({ temperature: 0.2, service_tier: 'flex' });
    expect(body).not.toHaveProperty('seed');
  });

  it('says what it left out', () => {
    const { warnings } = encode({
      reasoning: { effort: 'high', budgetTokens: 100 },
      messages: [{ role: 'user', content: [{ type: 'text', text: 'a', cacheControl: { ttl: '5m' } }] }],
    });
    expect(warnings.join(' ')).toMatch(/budgetTokens.*cacheControl|cacheControl.*budgetTokens/);
  });
});

describe('messages', () => {
  it('keeps plain texts plain and parts apart', () => {
    expect(
      messages([
        { role: 'system', content: 'be kind' },
        { role: 'user', content: [{ type: 'text', text: 'one' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ]),
    ).toEqual([
      { role: 'system', content: 'be kind' },
      { role: 'user', content: 'one' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ]);
    expect(
      encode({ messages: [{ role: 'system', content: 's' }] }, { systemRole: 'developer' }).body['messages'],
    ).toEqual([{ role: 'developer', content: 's' }]);
  });

  it('passes base64 on untouched', () => {
    fc.assert(
      fc.property(fc.base64String(), (data) => {
        const source = { type: 'base64', mediaType: 'image/png', data } as const;
        const [message] = messages([
          { role: 'user', content: [{ type: 'image', source, detail: 'low' }] },
        ]) as JsonObject[];
        expect(message).toEqual({
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${data}`, detail: 'low' } }],
        });
      }),
    );
  });

  it('carries image URLs and inline files, and refuses a file that is only a URL', () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://x.example/a.png' } } as const;
    const pdf = { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: 'AAAA' } } as const;
    expect(messages([{ role: 'user', content: [image, pdf] }])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'https://x.example/a.png' } },
          { type: 'file', file: { filename: 'file.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
        ],
      },
    ]);
    const file = { type: 'file', source: { type: 'url', url: 'https://x.example/a.pdf' } } as const;
    expect(() => messages([{ role: 'user', content: [file] }])).toThrow(
      expect.objectContaining({ code: 'LATTICE_UNSUPPORTED', provider: 'acme' }) as Error,
    );
  });

  it('sends tool calls and results back, without the reasoning between', () => {
    const call = { type: 'tool-call', id: 'c1', name: 'look', argumentsText: '{"a":1}', arguments: { a: 1 } } as const;
    expect(
      messages([
        { role: 'assistant', content: [{ type: 'reasoning', text: 'hm', signature: 's' }, call] },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', content: 'seen' }] },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'so' },
            { type: 'text', text: 'Done.' },
          ],
        },
        { role: 'assistant', content: 'Plain.' },
      ]),
    ).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'seen' },
      { role: 'assistant', content: 'Done.' },
      { role: 'assistant', content: 'Plain.' },
    ]);
  });

  it('moves images of tool results behind all results of the turn, with a warning', () => {
    const image = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AA' } } as const;
    const { body, warnings } = encode({
      messages: [
        {
          role: 'tool',
          content: [
            { type: 'tool-result', toolCallId: 'c1', content: [{ type: 'text', text: 'a chart' }, image] },
            { type: 'tool-result', toolCallId: 'c2', content: 'two', isError: true },
          ],
        },
      ],
    });
    expect(body['messages']).toEqual([
      { role: 'tool', tool_call_id: 'c1', content: 'a chart' },
      { role: 'tool', tool_call_id: 'c2', content: 'two' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Image from the result of tool call c1:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
        ],
      },
    ]);
    expect(warnings).toHaveLength(1);
  });
});
