import type { AssistantPart, ChatRequest, JsonObject, Message, ToolDefinition } from '@lattice-lock/contract';
import { collectChat } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { chunk, decodeEvents } from '../__fixtures__/gemini-wire.ts';
import { encodeGeminiRequest } from './encode-gemini-request.ts';
import type { GeminiService } from './gemini-model.ts';

const gemini: GeminiService = { type: 'gemini' };
const vertex: GeminiService = { type: 'vertex', parent: 'projects/p/locations/l' };

interface Encoded {
  readonly path: string;
  readonly warnings: readonly string[];
  readonly body: JsonObject;
}

function encode(request: Partial<ChatRequest>, service = gemini, stream = false, provider = 'google'): Encoded {
  const whole: ChatRequest = { model: 'gemini-2.5-flash', messages: [{ role: 'user', content: 'Hi' }], ...request };
  const { path, warnings, body } = encodeGeminiRequest(whole, { provider, stream }, service);
  return { path, warnings, body: JSON.parse(JSON.stringify(body)) as JsonObject };
}

const contentsOf = (messages: readonly Message[], model = 'gemini-2.5-flash', service = gemini) =>
  encode({ messages, model }, service).body['contents'];
const configOf = (request: Partial<ChatRequest>) => encode(request).body['generationConfig'];
const tool = (more: Partial<ToolDefinition> = {}): ToolDefinition => ({
  name: 'weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  ...more,
});

describe('the path', () => {
  it.each([
    ['gemini-2.5-flash', gemini, '/models/gemini-2.5-flash:generateContent'],
    ['models/gemini-2.5-flash', gemini, '/models/gemini-2.5-flash:generateContent'],
    ['tunedModels/mine', gemini, '/tunedModels/mine:generateContent'],
    ['gemini-2.5-flash', vertex, '/projects/p/locations/l/publishers/google/models/gemini-2.5-flash:generateContent'],
    [
      'models/gemini-2.5-flash',
      vertex,
      '/projects/p/locations/l/publishers/google/models/gemini-2.5-flash:generateContent',
    ],
    ['meta/llama-4', vertex, '/projects/p/locations/l/publishers/meta/models/llama-4:generateContent'],
    ['publishers/google/models/x', vertex, '/projects/p/locations/l/publishers/google/models/x:generateContent'],
    ['projects/q/locations/m/endpoints/7', vertex, '/projects/q/locations/m/endpoints/7:generateContent'],
    ['a b?c', gemini, '/models/a%20b%3Fc:generateContent'],
  ] as const)('of %s', (model, service, path) => {
    expect(encode({ model }, service).path).toBe(path);
  });

  it('asks a stream for events', () => {
    expect(encode({}, gemini, true).path).toBe('/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
  });

  it.each(['../secrets', 'models/..', 'a//b', ''])('never leads elsewhere: "%s"', (model) => {
    expect(() => encode({ model })).toThrow(expect.objectContaining({ code: 'LATTICE_INVALID_REQUEST' }) as Error);
  });
});

describe('a conversation', () => {
  it('has its system messages apart and its results of tools in one turn', () => {
    const { body, warnings } = encode({
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Weather?' },
            { type: 'text', text: '' },
          ],
        },
        {
          role: 'assistant',
          content: [
            {
              type: 'tool-call',
              id: 'fc-1',
              name: 'weather',
              argumentsText: '{"city":"Rome"}',
              arguments: { city: 'Rome' },
            },
            { type: 'tool-call', id: 'gemini_call_x_1', name: 'now', argumentsText: '{', arguments: null },
          ],
        },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'fc-1', content: 'Sunny' }] },
        {
          role: 'tool',
          content: [{ type: 'tool-result', toolCallId: 'gemini_call_x_1', content: 'No.', isError: true }],
        },
        { role: 'assistant', content: '' },
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Thanks' },
      ],
    });
    expect(body).toMatchObject({
      systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Weather?' }] },
        {
          role: 'model',
          parts: [
            { functionCall: { id: 'fc-1', name: 'weather', args: { city: 'Rome' } } },
            { functionCall: { name: 'now', args: { INVALID_JSON: '{' } } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'fc-1', name: 'weather', response: { output: 'Sunny' } } },
            { functionResponse: { name: 'now', response: { error: 'No.' } } },
          ],
        },
        { role: 'user', parts: [{ text: 'Thanks' }] },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('gemini_call_');
    expect(warnings).toHaveLength(2);
  });

  it('refuses a result of which nobody knows the tool', () => {
    const message: Message = { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c9', content: '' }] };
    expect(() => contentsOf([message])).toThrow(/c9/);
  });

  it('sends images and files as bytes or as addresses', () => {
    const image = { type: 'base64', mediaType: 'image/PNG; x=y', data: 'AAAA' } as const;
    const content = [
      { type: 'image', source: image, detail: 'low' },
      { type: 'file', source: { type: 'url', url: 'https://example.com/a.PDF?x=1' }, filename: 'a.pdf' },
      { type: 'file', source: { type: 'url', url: 'data:audio/mpeg;base64,BBBB' } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/picture' } },
    ] as const;
    const { body, warnings } = encode({ messages: [{ role: 'user', content }] });
    expect(body['contents']).toEqual([
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
          { fileData: { mimeType: 'application/pdf', fileUri: 'https://example.com/a.PDF?x=1' } },
          { inlineData: { mimeType: 'audio/mpeg', data: 'BBBB' } },
          { fileData: { fileUri: 'https://example.com/picture' } },
        ],
      },
    ]);
    expect(warnings).toEqual([expect.stringContaining('detail'), expect.stringContaining('filename')]);
    const onVertex = encode({ messages: [{ role: 'user', content }] }, vertex);
    expect(onVertex.body).toMatchObject({
      contents: [{ parts: [{}, { fileData: { displayName: 'a.pdf' } }, {}, { fileData: { mimeType: 'image/jpeg' } }] }],
    });
    expect(onVertex.warnings).toEqual([expect.stringContaining('detail'), expect.stringContaining('image/jpeg')]);
  });

  it('puts images of tools inside their result from the third generation on, before that beside it', () => {
    const source = { type: 'base64', mediaType: 'image/png', data: 'AAAA' } as const;
    const content = [
      { type: 'text', text: 'See:' },
      { type: 'image', source },
    ] as const;
    const messages: Message[] = [
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: 'chart', content }] },
    ];
    const inlineData = { mimeType: 'image/png', data: 'AAAA' };
    const response = { output: 'See:' };
    expect(contentsOf(messages, 'gemini-3-pro-preview')).toEqual([
      { role: 'user', parts: [{ functionResponse: { id: 'c', name: 'chart', response, parts: [{ inlineData }] } }] },
    ]);
    expect(contentsOf(messages)).toEqual([
      { role: 'user', parts: [{ functionResponse: { id: 'c', name: 'chart', response } }, { inlineData }] },
    ]);
  });
});

describe('signatures', () => {
  it.each<[string, JsonObject[]]>([
    [
      'on a call',
      [{ functionCall: { name: 'a', args: {} }, thoughtSignature: 'S' }, { functionCall: { name: 'b', args: {} } }],
    ],
    ['on a text', [{ text: 'one' }, { text: 'two', thoughtSignature: 'S' }]],
    ['in an empty text at the end', [{ text: 'one' }, { text: '', thoughtSignature: 'S' }]],
    [
      'on thoughts',
      [
        { text: 'hm', thought: true, thoughtSignature: 'T' },
        { text: 'one', thoughtSignature: 'S' },
      ],
    ],
    [
      'on parts of own tools',
      [{ toolCall: { id: 't' }, thoughtSignature: 'S' }, { text: 'done' }, { executableCode: { code: 'x' } }],
    ],
  ])('go back to the part they came on: %s', async (_name, parts) => {
    const events = decodeEvents(JSON.stringify(chunk(parts, { finishReason: 'STOP' })), true);
    const { content, providerMetadata } = await collectChat(events, { provider: 'google', model: 'm' });
    const message: Message = {
      role: 'assistant',
      content,
      ...(providerMetadata === null ? {} : { providerMetadata: { google: providerMetadata } }),
    };
    expect(contentsOf([message], 'gemini-3-pro-preview')).toEqual([{ role: 'model', parts }]);
  });

  it('of others stay out, and a call without one is marked for the models that demand it', () => {
    const call: AssistantPart = { type: 'tool-call', id: 'c', name: 'a', argumentsText: '{}', arguments: {} };
    const content: AssistantPart[] = [
      { type: 'reasoning', text: 'x', signature: 'y', provider: 'anthropic' },
      call,
      { ...call, id: 'd' },
    ];
    const messages: Message[] = [
      { role: 'assistant', content, providerMetadata: { other: { parts: [{ text: 'z' }] } } },
    ];
    const parts = ['c', 'd'].map((id) => ({ functionCall: { id, name: 'a', args: {} } }));
    expect(contentsOf(messages)).toEqual([{ role: 'model', parts }]);
    expect(contentsOf(messages, 'gemini-3.1-pro-preview')).toEqual([
      { role: 'model', parts: [{ ...parts[0], thoughtSignature: 'skip_thought_signature_validator' }, parts[1]] },
    ]);
    expect(encode({ messages }).warnings).toEqual([expect.stringContaining('another provider')]);
  });
});

describe('tools', () => {
  it('are declared with their JSON schema', () => {
    const { body, warnings } = encode({ tools: [tool({ description: 'Tells it.' })], parallelToolCalls: false });
    expect(body['tools']).toEqual([
      {
        functionDeclarations: [{ name: 'weather', description: 'Tells it.', parametersJsonSchema: tool().parameters }],
      },
    ]);
    expect(body).not.toHaveProperty('toolConfig');
    expect(warnings).toEqual([expect.stringContaining('one tool call')]);
  });

  it.each<[Partial<ChatRequest>, JsonObject]>([
    [{ toolChoice: 'auto' }, { mode: 'AUTO' }],
    [{ toolChoice: 'none' }, { mode: 'NONE' }],
    [{ toolChoice: 'required' }, { mode: 'ANY' }],
    [{ toolChoice: { name: 'weather' } }, { mode: 'ANY', allowedFunctionNames: ['weather'] }],
    [{ tools: [tool({ strict: true })] }, { mode: 'VALIDATED' }],
  ])('are chosen by %j', (request, functionCallingConfig) => {
    expect(encode({ tools: [tool()], ...request }).body['toolConfig']).toEqual({ functionCallingConfig });
  });

  it('cannot be demanded when there are none', () => {
    const { body, warnings } = encode({ toolChoice: 'required' });
    expect(body).not.toHaveProperty('toolConfig');
    expect(warnings).toHaveLength(1);
  });
});

describe('settings', () => {
  it('have their places', () => {
    const { body, warnings } = encode({
      maxOutputTokens: 10,
      temperature: 0.5,
      topP: 0.9,
      stop: ['END'],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      topLogprobs: 3,
      user: 'u1',
    });
    expect(body['generationConfig']).toEqual({
      maxOutputTokens: 10,
      temperature: 0.5,
      topP: 0.9,
      stopSequences: ['END'],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      responseLogprobs: true,
      logprobs: 3,
    });
    expect(warnings).toEqual([expect.stringContaining('user')]);
    expect(encode({}).body).not.toHaveProperty('generationConfig');
    expect(configOf({ topLogprobs: 0, stop: [] })).toEqual({ responseLogprobs: true });
  });

  it('for sampling are left out for the models that no longer take them', () => {
    const settings = { temperature: 0, topP: 0.5, presencePenalty: 1, frequencyPenalty: 1, seed: 1 };
    for (const model of ['gemini-3.5-flash-lite', 'gemini-3.6-flash', 'gemini-4-argon', 'gemini-flash-latest']) {
      const { body, warnings } = encode({ model, ...settings });
      expect(body['generationConfig']).toEqual({ seed: 1 });
      expect(warnings).toHaveLength(4);
    }
    for (const model of ['gemini-3.5-flash', 'gemini-3.1-pro-preview', 'gemma-4-31b-it']) {
      expect(encode({ model, ...settings })).toMatchObject({ body: { generationConfig: settings }, warnings: [] });
    }
  });

  it('may ask for JSON, of a schema or of none', () => {
    expect(configOf({ responseFormat: { type: 'json' } })).toEqual({ responseMimeType: 'application/json' });
    const schema = { type: 'object', properties: { zip: { type: 'string', pattern: '^\\d+$' } } };
    const { body, warnings } = encode({ responseFormat: { type: 'json-schema', name: 'place', schema } });
    expect(body['generationConfig']).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { title: 'place', ...schema },
    });
    expect(warnings).toEqual([expect.stringContaining('pattern')]);
  });

  it('take raw fields beside ours, of the family and of the own id', () => {
    const { body, warnings } = encode(
      {
        temperature: 1,
        tools: [tool()],
        toolChoice: 'required',
        responseFormat: { type: 'json-schema', name: 'x', schema: {} },
        providerOptions: {
          google: {
            generationConfig: { topK: 5, candidateCount: 2, responseSchema: { type: 'OBJECT' } },
            safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
            tools: [{ googleSearch: {} }],
            toolConfig: { functionCallingConfig: { streamFunctionCallArguments: true } },
            cachedContent: 'cachedContents/a',
          },
          second: { cachedContent: 'cachedContents/b' },
        },
      },
      gemini,
      false,
      'second',
    );
    expect(body).toMatchObject({
      generationConfig: { temperature: 1, topK: 5, responseSchema: { type: 'OBJECT' } },
      safetySettings: [{ threshold: 'BLOCK_NONE' }],
      tools: [{ functionDeclarations: [{ name: 'weather' }] }, { googleSearch: {} }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', streamFunctionCallArguments: true } },
      cachedContent: 'cachedContents/b',
    });
    expect(body['generationConfig']).not.toHaveProperty('responseJsonSchema');
    expect(warnings).toEqual([expect.stringContaining('candidates')]);
  });
});
