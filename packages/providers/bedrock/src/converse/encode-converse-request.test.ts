import type { ChatRequest, JsonObject, Message } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { converseCodec } from './converse-codec.ts';

const claude = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
const newClaude = 'global.anthropic.claude-sonnet-5';
const hello: Message = { role: 'user', content: 'Hello' };

function encode(request: Partial<ChatRequest>): { readonly body: JsonObject; readonly warnings: readonly string[] } {
  const whole = { model: claude, messages: [hello], ...request };
  return converseCodec.encode(whole, { provider: 'bedrock', stream: false });
}

const messagesOf = (messages: readonly Message[], model = claude) => encode({ model, messages }).body['messages'];
const unsupported = expect.objectContaining({ code: 'LATTICE_UNSUPPORTED' }) as Error;

describe('messages', () => {
  it('alternate: system in front, results before other blocks, neighbours joined', () => {
    const { body, warnings } = encode({
      messages: [
        { role: 'system', content: 'Be brief.' },
        hello,
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Let me see.' },
            { type: 'tool-call', id: 't1', name: 'look', argumentsText: '{"at":1}', arguments: { at: 1 } },
            { type: 'tool-call', id: 't2', name: 'look', argumentsText: '{"at', arguments: null },
          ],
        },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 't1', content: 'a cat' }] },
        { role: 'user', content: 'And?' },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 't2', content: 'no', isError: true }] },
        { role: 'user', content: ' ' },
        { role: 'system', content: 'Be kind.' },
      ],
      tools: [{ name: 'look', parameters: {} }],
    });
    expect(body['system']).toEqual([{ text: 'Be brief.' }, { text: 'Be kind.' }]);
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ text: 'Hello' }] },
      {
        role: 'assistant',
        content: [
          { text: 'Let me see.' },
          { toolUse: { toolUseId: 't1', name: 'look', input: { at: 1 } } },
          { toolUse: { toolUseId: 't2', name: 'look', input: { INVALID_JSON: '{"at' } } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 't1', content: [{ text: 'a cat' }] } },
          { toolResult: { toolUseId: 't2', content: [{ text: 'no' }], status: 'error' } },
          { text: 'And?' },
        ],
      },
    ]);
    expect(warnings).toHaveLength(2);
  });

  it('carry images and documents as they are, documents under names of their own', () => {
    const pdf = { type: 'base64', mediaType: 'application/pdf', data: 'UERG' } as const;
    const content = [
      { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'iVBO' } },
      { type: 'image', source: { type: 'url', url: 'data:image/webp;base64,UklG' } },
      { type: 'image', source: { type: 'url', url: 's3://bucket/cat.jpg' } },
      { type: 'file', source: pdf, filename: 'Bericht_2026 (neu).final.pdf' },
      { type: 'file', source: pdf, filename: 'Bericht_2026 (neu).final.pdf' },
      { type: 'file', source: { type: 'base64', mediaType: 'text/x-python; charset=utf-8', data: 'cA==' } },
    ] as const;
    const { body, warnings } = encode({ messages: [{ role: 'user', content }] });
    expect(body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { text: 'See the attached document.' },
          { image: { format: 'png', source: { bytes: 'iVBO' } } },
          { image: { format: 'webp', source: { bytes: 'UklG' } } },
          { image: { format: 'jpeg', source: { s3Location: { uri: 's3://bucket/cat.jpg' } } } },
          { document: { format: 'pdf', name: 'Bericht 2026 (neu) final', source: { bytes: 'UERG' } } },
          { document: { format: 'pdf', name: 'Bericht 2026 (neu) final (2)', source: { bytes: 'UERG' } } },
          { document: { format: 'txt', name: 'document', source: { bytes: 'cA==' } } },
        ],
      },
    ]);
    expect(warnings).toEqual([expect.stringContaining('text beside a document')]);
  });

  it.each([
    [{ type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } }],
    [{ type: 'image', source: { type: 'base64', mediaType: 'image/tiff', data: '' } }],
    [{ type: 'file', source: { type: 'base64', mediaType: 'application/zip', data: '' } }],
  ] as const)('refuse what the vendor does not read: %j', (part) => {
    expect(() => encode({ messages: [{ role: 'user', content: [part] }] })).toThrow(unsupported);
  });

  it('ask for the cache behind the part, the hour by its name', () => {
    const { body } = encode({
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Rules', cacheControl: { ttl: '1h' } }] },
        { role: 'user', content: [{ type: 'text', text: 'Data', cacheControl: { ttl: '5m' } }] },
        { role: 'assistant', content: [{ type: 'tool-call', id: 't', name: 'f', argumentsText: '{}', arguments: {} }] },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 't',
              content: [{ type: 'text', text: 'R', cacheControl: { ttl: '5m' } }],
            },
          ],
        },
      ],
    });
    expect(body['system']).toEqual([{ text: 'Rules' }, { cachePoint: { type: 'default', ttl: '1h' } }]);
    expect(body['messages']).toMatchObject([
      { content: [{ text: 'Data' }, { cachePoint: { type: 'default' } }] },
      {},
      { content: [{ toolResult: { content: [{ text: 'R' }] } }, { cachePoint: { type: 'default' } }] },
    ]);
  });

  it("send the provider's own signed reasoning back unchanged and no other", () => {
    const content = [
      { type: 'reasoning', text: 'hm', signature: 'sig', provider: 'bedrock' },
      { type: 'reasoning', text: '', redactedData: 'c2Vh', provider: 'bedrock' },
      { type: 'reasoning', text: 'ah', signature: 'other', provider: 'anthropic' },
      { type: 'text', text: 'Yes.' },
    ] as const;
    const { body, warnings } = encode({ messages: [hello, { role: 'assistant', content }, hello] });
    expect(body['messages']).toMatchObject([
      {},
      {
        content: [
          { reasoningContent: { reasoningText: { text: 'hm', signature: 'sig' } } },
          { reasoningContent: { redactedContent: 'c2Vh' } },
          { text: 'Yes.' },
        ],
      },
      {},
    ]);
    expect(warnings).toEqual([expect.stringContaining('another provider')]);
  });

  it('keep call and result together under an id the model takes', () => {
    const history = (id: string): Message[] => [
      { role: 'assistant', content: [{ type: 'tool-call', id, name: 'f', argumentsText: '{}', arguments: {} }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: id, content: '{"a":1}' }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: id, content: 'plain' }] },
    ];
    const idsOf = (model: string, id: string) => {
      const text = JSON.stringify(messagesOf(history(id), model));
      return [...text.matchAll(/"toolUseId":"([^"]+)"/g)].map(([, found]) => found);
    };
    expect(new Set(idsOf(claude, 'tooluse_1'))).toEqual(new Set(['tooluse_1']));
    const [replaced, ...same] = new Set(idsOf(claude, `call ${'x'.repeat(80)}`));
    expect(replaced).toMatch(/^tooluse_[0-9a-f]{32}$/);
    expect(same).toEqual([]);
    expect(idsOf('mistral.mistral-large-3', 'tooluse_1')[0]).toMatch(/^[0-9a-f]{9}$/);
    expect(messagesOf(history('t'), 'mistral.mistral-large-3')).toMatchObject([
      {},
      {
        content: [
          { toolResult: { content: [{ json: { a: 1 } }] } },
          { toolResult: { content: [{ json: { result: 'plain' } }] } },
        ],
      },
    ]);
  });
});

describe('tools', () => {
  const tools = [
    {
      name: 'a',
      description: 'Does a.',
      parameters: { properties: { n: { type: 'number', minimum: 1 } } },
      strict: true,
    },
    { name: 'b', parameters: { type: 'object' } },
  ] as const;

  it('are declared with their schema, a strict one in the form that is enforced', () => {
    const { body, warnings } = encode({ tools });
    expect(body['toolConfig']).toEqual({
      tools: [
        {
          toolSpec: {
            name: 'a',
            description: 'Does a.',
            strict: true,
            inputSchema: {
              json: {
                type: 'object',
                properties: { n: { type: 'number', description: '{"minimum":1}' } },
                additionalProperties: false,
              },
            },
          },
        },
        { toolSpec: { name: 'b', inputSchema: { json: { type: 'object' } } } },
      ],
    });
    expect(warnings).toEqual([expect.stringContaining('minimum of tool a')]);
  });

  it.each([
    ['auto', { auto: {} }],
    ['required', { any: {} }],
    [{ name: 'b' }, { tool: { name: 'b' } }],
  ] as const)('are chosen: %j', (toolChoice, expected) => {
    expect(encode({ tools, toolChoice }).body['toolConfig']).toMatchObject({ toolChoice: expected });
  });

  it('that must not be called are left out, unless the history needs them', () => {
    const without = encode({ tools, toolChoice: 'none' });
    expect(without.body).not.toHaveProperty('toolConfig');
    expect(without.warnings).toEqual([expect.stringContaining('`none`')]);
    const call = { type: 'tool-call', id: 't', name: 'gone', argumentsText: '{}', arguments: {} } as const;
    const messages: Message[] = [hello, { role: 'assistant', content: [call] }];
    expect(encode({ messages, tools, toolChoice: 'none' }).body['toolConfig']).not.toHaveProperty('toolChoice');
    const declared = encode({ messages });
    expect(declared.body['toolConfig']).toMatchObject({ tools: [{ toolSpec: { name: 'gone' } }] });
    expect(declared.warnings).toEqual([expect.stringContaining('declared')]);
  });
});

describe('options', () => {
  it('go to inferenceConfig; what the vendor lacks is warned of', () => {
    const { body, warnings } = encode({
      maxOutputTokens: 7,
      temperature: 0.2,
      topP: 0.9,
      stop: ['END', ''],
      seed: 1,
      presencePenalty: 1,
      frequencyPenalty: 1,
      topLogprobs: 2,
      user: 'u',
    });
    expect(body['inferenceConfig']).toEqual({ maxTokens: 7, temperature: 0.2, topP: 0.9, stopSequences: ['END'] });
    expect(warnings).toHaveLength(5);
    expect(() => encode({ temperature: 1.5 })).toThrow(unsupported);
  });

  it('leave sampling out for models that refuse it', () => {
    const { body, warnings } = encode({ model: newClaude, temperature: 0.5, topP: 0.5, maxOutputTokens: 5 });
    expect(body['inferenceConfig']).toEqual({ maxTokens: 5 });
    expect(warnings).toHaveLength(2);
  });
});

describe('a JSON schema', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer' } } };
  const responseFormat = { type: 'json-schema', name: 'answer', description: 'An answer.', schema } as const;

  it('is enforced by the models that can', () => {
    const enforced = JSON.stringify({ ...schema, additionalProperties: false });
    for (const model of [claude, 'openai.gpt-oss-120b-1:0', 'qwen.qwen3-32b-v1:0']) {
      expect(encode({ model, responseFormat })).toMatchObject({
        body: {
          outputConfig: {
            textFormat: {
              type: 'json_schema',
              structure: { jsonSchema: { name: 'answer', description: 'An answer.', schema: enforced } },
            },
          },
        },
        warnings: [],
      });
    }
  });

  it('is asked for in words elsewhere, and the answer is checked', () => {
    for (const model of [newClaude, 'amazon.nova-pro-v1:0', 'meta.llama3-1-8b-instruct-v1:0']) {
      const { body, warnings } = encode({ model, responseFormat });
      expect(body).not.toHaveProperty('outputConfig');
      expect(JSON.stringify(body['system'])).toContain('integer');
      expect(warnings).toEqual([expect.stringContaining('checked afterwards')]);
    }
    expect(encode({ responseFormat: { type: 'json' } }).warnings).toHaveLength(1);
  });
});
