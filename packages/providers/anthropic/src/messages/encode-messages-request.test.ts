import type { ChatRequest, JsonObject, Message } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessagesRequest, type MessagesEncoding } from './encode-messages-request.ts';

const hello: Message = { role: 'user', content: 'Hello' };

function encode(request: Partial<ChatRequest>, encoding: Partial<MessagesEncoding> = {}) {
  return encodeMessagesRequest(
    { model: 'claude-sonnet-5-5', messages: [hello], ...request },
    { provider: 'anthropic', stream: false, apiVersion: '2026-10-21', ...encoding },
  );
}

const messagesOf = (messages: readonly Message[]) => encode({ messages }).body['messages'];

describe('a plain request', () => {
  it('needs nothing but model, max_tokens and messages', () => {
    expect(encode({})).toEqual({
      body: {
        model: 'claude-sonnet-5-5',
        max_tokens: 16_384,
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
      },
      warnings: [],
    });
  });

  it.each([
    ['claude-3-haiku-20240307', 4096],
    ['claude-3-5-sonnet-20241022', 4096],
    ['claude-3-7-sonnet-20250219', 16_384],
    ['claude-opus-4-1', 16_384],
    ['claude-fable-5-2', 16_384],
    ['someone-elses-model', 4096],
  ])('gives %s a limit of %d unless told', (model, limit) => {
    expect(encode({ model }).body['max_tokens']).toBe(limit);
    expect(encode({ model }, { maxTokens: 99 }).body['max_tokens']).toBe(99);
    expect(encode({ model, maxOutputTokens: 7 }).body['max_tokens']).toBe(7);
  });

  it('carries stream, stop sequences, user and raw vendor fields, which win', () => {
    const { body } = encode(
      { stop: ['END', ''], user: 'u-1', maxOutputTokens: 5 },
      { stream: true, extra: { service_tier: 'standard_only', max_tokens: 6 } },
    );
    expect(body).toMatchObject({
      stream: true,
      stop_sequences: ['END'],
      metadata: { user_id: 'u-1' },
      service_tier: 'standard_only',
      max_tokens: 6,
    });
  });
});

describe('messages', () => {
  it('gathers system messages, as one text or as blocks where one is cached', () => {
    expect(encode({ messages: [{ role: 'system', content: 'Be brief.' }, hello] }).body['system']).toBe('Be brief.');
    const { body, warnings } = encode({
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Long.', cacheControl: { ttl: '1h' } }] },
        hello,
        { role: 'system', content: 'Late.' },
      ],
    });
    expect(body['system']).toEqual([
      { type: 'text', text: 'Long.', cache_control: { type: 'ephemeral', ttl: '1h' } },
      { type: 'text', text: 'Late.' },
    ]);
    expect(warnings).toEqual([expect.stringContaining('moved to the front')]);
  });

  it('puts the results of parallel calls into one user turn, before what the user says', () => {
    expect(
      messagesOf([
        hello,
        {
          role: 'assistant',
          content: [
            { type: 'tool-call', id: 'a', name: 'f', argumentsText: '{"x":1}', arguments: { x: 1 } },
            { type: 'tool-call', id: 'b', name: 'g', argumentsText: '{bro', arguments: null },
          ],
        },
        { role: 'user', content: 'And?' },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a', content: 'one' }] },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'b', content: [], isError: true }] },
      ]),
    ).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
          { type: 'tool_use', id: 'b', name: 'g', input: { INVALID_JSON: '{bro' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'one' },
          { type: 'tool_result', tool_use_id: 'b', is_error: true },
          { type: 'text', text: 'And?' },
        ],
      },
    ]);
  });

  it('sends images and documents with their bytes untouched', () => {
    const data = 'aGVsbG8/+w==';
    expect(
      messagesOf([
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', mediaType: 'image/png', data }, cacheControl: { ttl: '5m' } },
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
            { type: 'image', source: { type: 'url', url: `data:image/PNG;charset=x;base64,${data}` } },
            { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data }, filename: 'a.pdf' },
            { type: 'file', source: { type: 'url', url: 'https://example.com/a.pdf' } },
            { type: 'file', source: { type: 'base64', mediaType: 'text/csv; charset=utf-8', data: 'w7w7MQ==' } },
          ],
        },
      ]),
    ).toEqual([
      {
        role: 'user',
        content: [
          {
            type: 'image',
            source: { type: 'base64', media_type: 'image/png', data },
            cache_control: { type: 'ephemeral' },
          },
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data }, title: 'a.pdf' },
          { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'ü;1' } },
        ],
      },
    ]);
    const zip = { type: 'file', source: { type: 'base64', mediaType: 'application/zip', data } } as const;
    expect(() => encode({ messages: [{ role: 'user', content: [zip] }] })).toThrowError(
      expect.objectContaining({ code: 'LATTICE_UNSUPPORTED', message: expect.stringContaining('application/zip') }),
    );
  });

  it('sends its own thinking back unchanged and that of others not at all', () => {
    const { body, warnings } = encode({
      messages: [
        hello,
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'a', signature: 'sig==', provider: 'anthropic' },
            { type: 'reasoning', text: '', redactedData: 'sealed' },
            { type: 'reasoning', text: 'unsigned' },
            { type: 'reasoning', text: 'foreign', signature: 'other', provider: 'google' },
            { type: 'text', text: ' \n' },
            { type: 'text', text: 'Hi' },
          ],
        },
      ],
    });
    expect(body['messages']).toMatchObject([
      {},
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'a', signature: 'sig==' },
          { type: 'redacted_thinking', data: 'sealed' },
          { type: 'text', text: 'Hi' },
        ],
      },
    ]);
    expect(warnings).toHaveLength(1);
  });

  const part = fc.record({ type: fc.constant('text' as const), text: fc.constantFrom('', ' ', 'x', 'y') });
  const call = { type: 'tool-call', id: 'c', name: 'f', argumentsText: '{}', arguments: {} } as const;
  const anyMessage: fc.Arbitrary<Message> = fc.oneof(
    fc.record({ role: fc.constantFrom('user' as const, 'system' as const), content: fc.array(part) }),
    fc.record({ role: fc.constant('assistant' as const), content: fc.array(fc.oneof(part, fc.constant(call))) }),
    fc.constant({ role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', content: 'r' }] } as Message),
  );

  it('alternate, are never empty, and begin user turns with tool results', () => {
    fc.assert(
      fc.property(fc.array(anyMessage), (messages) => {
        const turns = messagesOf(messages) as unknown as { role: string; content: JsonObject[] }[];
        for (const [index, { role, content }] of turns.entries()) {
          expect(role).not.toBe(turns[index - 1]?.role);
          expect(content.length).toBeGreaterThan(0);
          const types = content.map(({ type }) => type);
          expect(types.lastIndexOf('tool_result')).toBe(types.filter((type) => type === 'tool_result').length - 1);
          expect(content.every(({ type, text }) => type !== 'text' || String(text).trim() !== '')).toBe(true);
        }
      }),
    );
  });
});

describe('tools', () => {
  const tools = [{ name: 'f', description: 'does f', parameters: { properties: { x: { minimum: 1 } } } }];
  const choiceOf = (request: Partial<ChatRequest>) => encode({ tools, ...request }).body['tool_choice'];

  it('keep their schema, completed to an object', () => {
    expect(encode({ tools }).body['tools']).toEqual([
      { name: 'f', description: 'does f', input_schema: { type: 'object', properties: { x: { minimum: 1 } } } },
    ]);
    expect(encode({ tools: [] }).body).not.toHaveProperty('tools');
  });

  it('are enforced when strict, with what cannot be enforced told to the model', () => {
    const { body, warnings } = encode({ tools: [{ ...tools[0]!, strict: true }] });
    expect(body['tools']).toMatchObject([
      {
        strict: true,
        input_schema: { additionalProperties: false, properties: { x: { description: '{minimum: 1}' } } },
      },
    ]);
    expect(warnings).toEqual([expect.stringContaining('minimum of tool f')]);
  });

  it('are chosen as asked', () => {
    expect(choiceOf({})).toBeUndefined();
    expect(choiceOf({ toolChoice: 'auto' })).toEqual({ type: 'auto' });
    expect(choiceOf({ toolChoice: 'none', parallelToolCalls: false })).toEqual({ type: 'none' });
    expect(choiceOf({ toolChoice: 'required' })).toEqual({ type: 'any' });
    expect(choiceOf({ parallelToolCalls: true })).toBeUndefined();
    expect(choiceOf({ parallelToolCalls: false })).toEqual({ type: 'auto', disable_parallel_tool_use: true });
    expect(choiceOf({ toolChoice: { name: 'f' }, parallelToolCalls: false })).toEqual({
      type: 'tool',
      name: 'f',
      disable_parallel_tool_use: true,
    });
  });
});

describe('a strict tool', () => {
  const tool = { name: 'f', parameters: { type: 'object', minProperties: 1 }, strict: true } as const;

  it.each([
    ['claude-opus-4-1', true],
    ['claude-sonnet-4-5-20250929', true],
    ['anthropic.claude-haiku-4-5', true],
    ['claude-opus-4-20250514', undefined],
    ['claude-3-5-haiku-latest', undefined],
    ['someone-elses-model', true],
  ])('of %s is strict: %s', (model, strict) => {
    const { body, warnings } = encode({ model, tools: [tool] });
    expect((body['tools'] as JsonObject[])[0]?.['strict']).toBe(strict);
    expect(warnings).toHaveLength(1);
  });
});

describe('the form of the answer', () => {
  it('is enforced by a schema', () => {
    const { body, warnings } = encode({
      responseFormat: { type: 'json-schema', name: 'n', schema: { type: 'object', properties: {} } },
      reasoning: { effort: 'low' },
    });
    expect(body['output_config']).toEqual({
      effort: 'low',
      format: { type: 'json_schema', schema: { type: 'object', properties: {}, additionalProperties: false } },
    });
    expect(warnings).toEqual([]);
  });
});

describe('a turn with blocks of the vendor’s own', () => {
  const content: readonly JsonObject[] = [
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ encrypted_content: 'sealed' }] },
    { type: 'text', text: ' ' },
    { type: 'text', text: 'Found.', citations: [{ type: 'web_search_result_location' }] },
  ];
  const turn = (text: string, provider = 'anthropic'): Message => ({
    role: 'assistant',
    content: text,
    providerMetadata: { [provider]: { content } },
  });
  const sentBack = (message: Message) => (messagesOf([hello, message]) as JsonObject[])[1]?.['content'];

  it('goes back unchanged, blank texts left out', () => {
    expect(sentBack(turn(' Found.'))).toEqual(content.filter((_block, index) => index !== 2));
  });

  it('goes back in common words when it was edited, or is of another provider', () => {
    const text = (words: string) => [{ type: 'text', text: words }];
    expect(sentBack(turn('Lost.'))).toEqual(text('Lost.'));
    expect(sentBack(turn(' Found.', 'second'))).toEqual(text(' Found.'));
    const call = { type: 'tool-call', id: 'c', name: 'f', argumentsText: '{}', arguments: {} } as const;
    expect(sentBack({ ...turn(''), content: [{ type: 'text', text: ' Found.' }, call] } as Message)).toHaveLength(2);
  });
});

describe('what the vendor does not take', () => {
  const sampled = { temperature: 0.2, topP: 0.9 };

  it('is left out with a warning each', () => {
    const { body, warnings } = encode({ ...sampled, seed: 1, presencePenalty: 1, frequencyPenalty: 1, topLogprobs: 2 });
    expect(Object.keys(body)).toEqual(['model', 'max_tokens', 'messages']);
    expect(warnings).toHaveLength(6);
    expect(warnings[0]).toContain('temperature');
  });

  it('is sent under the older API version, which takes it', () => {
    const { body, warnings } = encode(sampled, { apiVersion: '2023-06-01' });
    expect(body).toMatchObject({ temperature: 0.2, top_p: 0.9 });
    expect(warnings).toEqual([]);
  });
});
