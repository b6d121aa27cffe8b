import { LatticeError } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { RequestProblem } from './request-problem.ts';
import { parseChatRequest } from './run-request.ts';

const user = { role: 'user', content: 'Hi.' };
const parse = (body: object) => parseChatRequest({ messages: [user], ...body });
const refused = (body: unknown): RequestProblem => {
  try {
    parseChatRequest(body);
  } catch (error) {
    if (error instanceof RequestProblem) return error;
  }
  return expect.unreachable(`${JSON.stringify(body)?.slice(0, 80)} was expected to be refused`);
};
const tool = (name: string) => ({ type: 'function', function: { name } });
const call = (id: string, name = 'f', args = '{}') => ({ id, type: 'function', function: { name, arguments: args } });

describe('parseChatRequest', () => {
  it('translates every field', () => {
    const { run, stream, includeUsage } = parseChatRequest({
      model: 'auto:cheap',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'system',
          content: [{ type: 'text', text: 'Rules.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
        },
        user,
      ],
      tools: [
        { type: 'function', function: { name: 'f', description: 'F', parameters: { type: 'object' }, strict: true } },
      ],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' }, strict: true } },
      max_completion_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      stop: 'END',
      seed: 7,
      presence_penalty: -1,
      frequency_penalty: 1,
      user: 'u-1',
      reasoning_effort: 'high',
      stream: true,
      stream_options: { include_usage: true },
      metadata: { a: 'b' },
      lattice: {
        constraints: {
          deny: ['openai/*'],
          maxCostUsd: 0.5,
          minQuality: 0.6,
          data: { allowRegions: ['eu'], maxRetentionDays: 0 },
        },
        weights: { cost: 1 },
        fallbacks: ['local/llama'],
        providerOptions: { openai: { service_tier: 'flex' } },
        afterFirstToken: 'continue',
      },
    });
    expect([stream, includeUsage]).toEqual([true, true]);
    expect(run).toEqual({
      model: 'auto:cheap',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'system', content: [{ type: 'text', text: 'Rules.', cacheControl: { ttl: '1h' } }] },
        user,
      ],
      tools: [{ name: 'f', description: 'F', parameters: { type: 'object' }, strict: true }],
      toolChoice: { name: 'f' },
      parallelToolCalls: false,
      responseFormat: { type: 'json-schema', name: 'x', schema: { type: 'object' }, strict: true },
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      stop: ['END'],
      seed: 7,
      presencePenalty: -1,
      frequencyPenalty: 1,
      user: 'u-1',
      reasoning: { effort: 'high' },
      constraints: {
        deny: ['openai/*'],
        maxCostUsd: 0.5,
        minQuality: 0.6,
        data: { allowRegions: ['eu'], maxRetentionDays: 0 },
      },
      weights: { cost: 1 },
      fallbacks: ['local/llama'],
      providerOptions: { openai: { service_tier: 'flex' } },
      afterFirstToken: 'continue',
    });
  });

  it('takes what asks for nothing, and nulls where OpenAI documents them', () => {
    const { run } = parse({
      n: 1,
      logprobs: false,
      logit_bias: null,
      stop: null,
      tools: null,
      tool_choice: null,
      store: false,
    });
    expect(run).toEqual({ messages: [user] });
  });

  it('asks for probabilities, with as many alternatives as are wanted', () => {
    expect(parse({ logprobs: true }).run.topLogprobs).toBe(0);
    expect(parse({ logprobs: true, top_logprobs: 5 }).run.topLogprobs).toBe(5);
    expect(parse({ logprobs: null, top_logprobs: 0 }).run).not.toHaveProperty('topLogprobs');
  });

  it.each([
    ['temperature', -1],
    ['temperature', 2.1],
    ['temperature', '0.5'],
    ['temperature', null],
    ['temperature', JSON.parse('1e400')],
    ['top_p', 1.5],
    ['max_tokens', 0],
    ['max_tokens', -1],
    ['max_tokens', 1.5],
    ['max_tokens', 2 ** 53],
    ['max_tokens', '10'],
    ['max_completion_tokens', null],
    ['presence_penalty', 3],
    ['seed', 0.5],
    ['stop', ['a', 'b', 'c', 'd', 'e']],
    ['stream', 'true'],
    ['user', 5],
    ['model', ''],
    ['reasoning_effort', 'extreme'],
    ['logprobs', 1],
    ['top_logprobs', 21],
    ['top_logprobs', 3],
  ])('refuses %s %j and names it', (field, value) => {
    const problem = refused({ messages: [user], [field]: value });
    expect(problem.param?.startsWith(field)).toBe(true);
    expect(problem).toMatchObject({ httpStatus: 400, code: 'LATTICE_INVALID_REQUEST' });
    expect(problem.message).toContain(field);
  });

  it.each([
    [{ n: 2 }, 'n'],
    [{ logit_bias: { 5: 1 } }, 'logit_bias'],
    [{ functions: [] }, 'functions'],
    [{ modalities: ['audio'] }, 'modalities'],
    [{ service_tier: 'flex' }, 'service_tier'],
  ])('says of %j that it is not supported, and what to do', (fields, param) => {
    expect(refused({ messages: [user], ...fields })).toMatchObject({ param, apiCode: 'unsupported_parameter' });
  });

  it('refuses unknown fields by name, at any depth, all at once', () => {
    const problem = refused({ messages: [{ ...user, colour: 1 }], foo: 1, lattice: { bar: 2 } });
    expect(problem.issues.map((issue) => issue.path).sort()).toEqual(['foo', 'lattice.bar', 'messages[0].colour']);
    for (const name of ['foo', 'bar', 'colour']) expect(problem.message).toContain(name);
  });

  it.each([
    [{}, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: 'Hi.' }, 'messages'],
    [{ messages: [user, { role: 'robot', content: 'x' }] }, 'messages[1].role'],
    [{ messages: [{ role: 'user' }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text'],
    [
      { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] },
      'messages[0].content[0].type',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      'messages[0].content[0].image_url.url',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] },
      'messages[0].content[0].file',
    ],
    [{ messages: [{ role: 'assistant' }] }, 'messages[0].content'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
  ])('names the place in the messages: %j', (body, param) => {
    expect(refused(body)).toMatchObject({ param, httpStatus: 400 });
  });

  it.each([null, [], 'x', 5])('refuses a body that is no object: %j', (body) => {
    expect(refused(body)).toMatchObject({ param: null, httpStatus: 400 });
  });

  it('keeps an empty or blank content as it is sent', () => {
    for (const content of ['', '  ', '\u200b']) {
      expect(parseChatRequest({ messages: [{ role: 'user', content }] }).run.messages).toEqual([
        { role: 'user', content },
      ]);
    }
  });

  it('refuses bounds that contradict each other', () => {
    expect(refused({ messages: [user], max_tokens: 1, max_completion_tokens: 2 }).param).toBe('max_tokens');
  });
});

describe('tools', () => {
  it.each([
    [{ tools: [tool('f'), tool('f')] }, 'tools[1].function.name'],
    [{ tools: [tool('bad name')] }, 'tools[0].function.name'],
    [{ tools: [{ type: 'custom', custom: { name: 'f' } }] }, 'tools[0].type'],
    [{ tools: [tool('f')], tool_choice: { type: 'function', function: { name: 'g' } } }, 'tool_choice.function.name'],
    [{ tools: [tool('f')], tool_choice: 'any' }, 'tool_choice'],
    [{ tool_choice: 'required' }, 'tool_choice'],
  ])('that make no sense are refused: %j', (fields, param) => {
    expect(refused({ messages: [user], ...fields }).param).toBe(param);
  });

  it('that reference themselves in their schema are passed on', () => {
    const parameters = {
      $ref: '#/$defs/node',
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
    };
    const { run } = parse({ tools: [{ type: 'function', function: { name: 'f', parameters } }] });
    expect(run.tools?.[0]?.parameters).toEqual(parameters);
  });
});

describe('tool results', () => {
  const asks = (...ids: string[]) => ({ role: 'assistant', content: null, tool_calls: ids.map((id) => call(id)) });
  const result = (id: string, content = 'r') => ({ role: 'tool', tool_call_id: id, content });

  it('that follow each other become one message and keep their call', () => {
    const { run } = parseChatRequest({ messages: [user, asks('a', 'b'), result('b', 'B'), result('a', 'A'), user] });
    expect(run.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(run.messages[2]?.content).toEqual([
      { type: 'tool-result', toolCallId: 'b', toolName: 'f', content: 'B' },
      { type: 'tool-result', toolCallId: 'a', toolName: 'f', content: 'A' },
    ]);
  });

  it.each([
    ['of no call', [user, result('x')], 'messages[1].tool_call_id'],
    ['of another call', [user, asks('a'), result('b')], 'messages[2].tool_call_id'],
    ['given twice', [user, asks('a'), result('a'), result('a')], 'messages[3].tool_call_id'],
    ['of calls with one id', [user, asks('a', 'a')], 'messages[1].tool_calls[1].id'],
    ['before an open call with its id', [user, asks('a'), asks('a')], 'messages[2].tool_calls[0].id'],
  ])('%s are refused', (_what, messages, param) => {
    expect(refused({ messages }).param).toBe(param);
  });

  it('may use an id again in a later turn', () => {
    const messages = [user, asks('call_0'), result('call_0'), asks('call_0'), result('call_0')];
    expect(parseChatRequest({ messages }).run.messages).toHaveLength(5);
  });

  it('keep broken arguments of an earlier call for the vendor to judge', () => {
    const { run } = parseChatRequest({
      messages: [user, { role: 'assistant', tool_calls: [call('a', 'f', '{"x":')] }, result('a')],
    });
    expect(run.messages[1]?.content).toEqual([
      { type: 'tool-call', id: 'a', name: 'f', argumentsText: '{"x":', arguments: null },
    ]);
  });
});

describe('answers that come back', () => {
  it('keep reasoning with the vendor’s proof, text and calls in their order', () => {
    const { run } = parseChatRequest({
      messages: [
        user,
        {
          role: 'assistant',
          content: 'Let me see.',
          refusal: null,
          annotations: [],
          reasoning_content: 'hm',
          reasoning_details: [
            { type: 'reasoning.text', text: 'hm', signature: 'sig', index: 0, provider: 'anthropic' },
            { type: 'reasoning.encrypted', data: 'sealed', index: 1, provider: 'anthropic' },
          ],
          tool_calls: [call('a')],
        },
        { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'r' }] },
      ],
    });
    expect(run.messages[1]?.content).toEqual([
      { type: 'reasoning', text: 'hm', signature: 'sig', provider: 'anthropic' },
      { type: 'reasoning', text: '', redactedData: 'sealed', provider: 'anthropic' },
      { type: 'text', text: 'Let me see.' },
      { type: 'tool-call', id: 'a', name: 'f', argumentsText: '{}', arguments: {} },
    ]);
  });

  it('keep what a vendor said beside the common words', () => {
    const provider_metadata = { dial: { state: { step: 2 } } };
    const { run } = parse({ messages: [user, { role: 'assistant', content: 'Yes.', provider_metadata }] });
    expect(run.messages[1]).toEqual({ role: 'assistant', content: 'Yes.', providerMetadata: provider_metadata });
    const nothing = parse({ messages: [user, { role: 'assistant', content: 'Yes.', provider_metadata: null }] });
    expect(nothing.run.messages[1]).toEqual({ role: 'assistant', content: 'Yes.' });
    const broken = { messages: [user, { role: 'assistant', content: 'Yes.', provider_metadata: { dial: 1 } }] };
    expect(refused(broken).param).toBe('messages[1].provider_metadata.dial');
  });

  it('that were refusals are text', () => {
    const { run } = parseChatRequest({ messages: [user, { role: 'assistant', content: null, refusal: 'No.' }, user] });
    expect(run.messages[1]).toEqual({ role: 'assistant', content: [{ type: 'text', text: 'No.' }] });
  });

  it('warn about what is not passed on', () => {
    const { warnings } = parseChatRequest({ messages: [{ ...user, name: 'Ann' }], store: true });
    expect(warnings.map((warning) => warning.split(' ')[0])).toEqual(['messages[0].name', 'store']);
  });
});

describe('provider options', () => {
  it.each(['model', 'messages', 'stream', 'tools'])('cannot swap %s behind the choice', (field) => {
    const problem = refused({ messages: [user], lattice: { providerOptions: { openai: { [field]: 'x' } } } });
    expect(problem.param).toBe(`lattice.providerOptions.openai.${field}`);
    expect(LatticeError.isInstance(problem)).toBe(true);
  });
});
