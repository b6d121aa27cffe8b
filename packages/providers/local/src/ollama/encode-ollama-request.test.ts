import type { ChatRequest, Message } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { encodeOllamaRequest } from './encode-ollama-request.ts';

const hello: Message = { role: 'user', content: 'Hello' };

function encode(request: Partial<ChatRequest>, stream = false, extra = {}) {
  return encodeOllamaRequest({ model: 'qwen3:4b', messages: [hello], ...request }, stream, extra);
}

const messagesOf = (messages: readonly Message[]) => encode({ messages }).body['messages'];

describe('a request', () => {
  it('always says whether it is streamed, because the server streams by default', () => {
    const body = { model: 'qwen3:4b', messages: [{ role: 'user', content: 'Hello' }], stream: false, options: {} };
    expect(encode({})).toEqual({ path: '/api/chat', body, warnings: [] });
    expect(encode({}, true).body['stream']).toBe(true);
  });

  it('carries its settings as options, beside raw ones', () => {
    const settings = { maxOutputTokens: 9, temperature: 0, topP: 0.5, seed: 4, stop: ['END'], presencePenalty: 1 };
    const { body, warnings } = encode({ ...settings, frequencyPenalty: -1 }, false, {
      options: { num_ctx: 8192, seed: 5 },
      keep_alive: '10m',
    });
    expect(body).toMatchObject({
      keep_alive: '10m',
      options: {
        num_predict: 9,
        temperature: 0,
        top_p: 0.5,
        seed: 5,
        stop: ['END'],
        presence_penalty: 1,
        frequency_penalty: -1,
        num_ctx: 8192,
      },
    });
    expect(warnings).toEqual([]);
  });

  it('asks for probabilities', () => {
    expect(encode({ topLogprobs: 0 }).body).toMatchObject({ logprobs: true, top_logprobs: 0 });
    expect(encode({}).body).not.toHaveProperty('logprobs');
  });

  it('asks for JSON, or for a schema', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    expect(encode({ responseFormat: { type: 'json' } }).body['format']).toBe('json');
    expect(encode({ responseFormat: { type: 'json-schema', name: 'n', schema } }).body['format']).toEqual(schema);
    expect(encode({ responseFormat: { type: 'text' } }).body).not.toHaveProperty('format');
  });

  it.each([
    [{ effort: 'none' }, false, 0],
    [{ effort: 'low' }, 'low', 0],
    [{ effort: 'max' }, 'max', 0],
    [{ effort: 'minimal' }, 'low', 1],
    [{ effort: 'xhigh' }, 'high', 1],
    [{ budgetTokens: 100 }, true, 1],
    [{}, undefined, 0],
  ] as const)('asked to reason with %o thinks %o', (reasoning, think, warned) => {
    const { body, warnings } = encode({ reasoning });
    expect(body['think']).toBe(think);
    expect(warnings).toHaveLength(warned);
  });
});

describe('messages', () => {
  it('hold text as one string and images as bare base64', () => {
    const data = 'aGVsbG8/+w==';
    expect(
      messagesOf([
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What' },
            { type: 'image', source: { type: 'base64', mediaType: 'image/png', data } },
            { type: 'text', text: 'is it?' },
            { type: 'image', source: { type: 'url', url: `data:image/png;base64,${data}` } },
          ],
        },
      ]),
    ).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What\nis it?', images: [data, data] },
    ]);
  });

  it('hold calls with arguments as objects and one result each', () => {
    expect(
      messagesOf([
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Hm.' },
            { type: 'tool-call', id: 'a', name: 'f', argumentsText: '{"x":1}', arguments: { x: 1 } },
            { type: 'tool-call', id: 'b', name: 'g', argumentsText: '{bro', arguments: null },
          ],
        },
        {
          role: 'tool',
          content: [
            { type: 'tool-result', toolCallId: 'a', toolName: 'f', content: 'one' },
            { type: 'tool-result', toolCallId: 'b', content: [{ type: 'text', text: 'two' }], isError: true },
          ],
        },
      ]),
    ).toEqual([
      {
        role: 'assistant',
        content: '',
        thinking: 'Hm.',
        tool_calls: [
          { id: 'a', function: { name: 'f', arguments: { x: 1 } } },
          { id: 'b', function: { name: 'g', arguments: { INVALID_JSON: '{bro' } } },
        ],
      },
      { role: 'tool', content: 'one', tool_name: 'f', tool_call_id: 'a' },
      { role: 'tool', content: 'two', tool_call_id: 'b' },
    ]);
  });

  it('cannot hold images to fetch, or files', () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } } as const;
    const file = { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: '' } } as const;
    for (const part of [image, file]) {
      expect(() => messagesOf([{ role: 'user', content: [part] }])).toThrowError(
        expect.objectContaining({ code: 'LATTICE_UNSUPPORTED' }),
      );
    }
  });
});

describe('tools', () => {
  const f = { name: 'f', description: 'does f', parameters: { type: 'object', required: ['x'] } };
  const g = { name: 'g', parameters: {} };
  const offered = (request: Partial<ChatRequest>) => {
    const { body, warnings } = encode({ tools: [f, g], ...request });
    const tools = (body['tools'] ?? []) as unknown as { function: { name: string } }[];
    return [tools.map((tool) => tool.function.name), warnings.length];
  };

  it('are functions whose parameters are an object', () => {
    expect(encode({ tools: [f] }).body['tools']).toEqual([
      {
        type: 'function',
        function: { name: 'f', description: 'does f', parameters: { type: 'object', properties: {}, required: ['x'] } },
      },
    ]);
  });

  it('are left out as far as that honours a choice, and a warning says the rest', () => {
    expect(offered({})).toEqual([['f', 'g'], 0]);
    expect(offered({ toolChoice: 'none', parallelToolCalls: false })).toEqual([[], 0]);
    expect(offered({ toolChoice: 'required' })).toEqual([['f', 'g'], 1]);
    expect(offered({ toolChoice: { name: 'g' } })).toEqual([['g'], 1]);
    expect(offered({ parallelToolCalls: false })).toEqual([['f', 'g'], 1]);
  });
});

it('what the server has no place for is left out with a warning', () => {
  const cached = { type: 'text', text: 'Hello', cacheControl: { ttl: '5m' } } as const;
  const seen = {
    type: 'image',
    detail: 'high',
    source: { type: 'base64', mediaType: 'image/png', data: 'AA==' },
  } as const;
  const { body, warnings } = encode({ user: 'u-1', messages: [{ role: 'user', content: [cached, cached, seen] }] });
  expect(body['messages']).toEqual([{ role: 'user', content: 'Hello\nHello', images: ['AA=='] }]);
  expect(warnings).toHaveLength(3);
});
