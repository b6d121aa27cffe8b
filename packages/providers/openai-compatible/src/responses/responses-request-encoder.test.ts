import type { ChatRequest, JsonObject } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { encodeResponsesRequest, type ResponsesDialect } from './responses-request-encoder.ts';

const hi = { role: 'user', content: 'hi' } as const;

/** The body as it is sent, without what JSON leaves out, and the warnings. */
function encode(request: Partial<ChatRequest>, dialect: ResponsesDialect = {}, stream = false) {
  const whole: ChatRequest = { model: 'gpt-x', messages: [hi], ...request };
  const { path, body, warnings } = encodeResponsesRequest(whole, { provider: 'acme', stream }, dialect);
  return { path, body: JSON.parse(JSON.stringify(body)) as JsonObject, warnings };
}

const own = (fields: JsonObject): Partial<ChatRequest> => ({ providerOptions: { acme: fields, other: { x: 1 } } });

describe('encodeResponsesRequest', () => {
  it('sends the conversation whole and lets the vendor keep nothing', () => {
    expect(encode({})).toEqual({
      path: '/responses',
      body: { model: 'gpt-x', input: [{ role: 'user', content: 'hi' }], store: false },
      warnings: [],
    });
    expect(encode({}, { store: null, path: '/v2/responses' }, true)).toMatchObject({
      path: '/v2/responses',
      body: { stream: true },
    });
    expect(encode({}, { store: null }).body).not.toHaveProperty('store');
  });

  it('carries every option the wire has, and warns of those it has not', () => {
    const { body, warnings } = encode({
      maxOutputTokens: 99,
      temperature: 0.5,
      topP: 0.9,
      topLogprobs: 3,
      user: 'u-1',
      reasoning: { effort: 'low', budgetTokens: 7 },
      parallelToolCalls: false,
      tools: [{ name: 'f', parameters: { type: 'object' } }],
      toolChoice: { name: 'f' },
      stop: ['END'],
      seed: 1,
      presencePenalty: 1,
      frequencyPenalty: 1,
    });
    expect(body).toMatchObject({
      max_output_tokens: 99,
      temperature: 0.5,
      top_p: 0.9,
      top_logprobs: 3,
      include: ['message.output_text.logprobs'],
      user: 'u-1',
      reasoning: { effort: 'low' },
      parallel_tool_calls: false,
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: false }],
      tool_choice: { type: 'function', name: 'f' },
    });
    for (const field of ['stop', 'seed', 'presencePenalty', 'frequencyPenalty', 'budgetTokens']) {
      expect(warnings.filter((warning) => warning.includes(field))).toHaveLength(1);
    }
    expect(encode({ toolChoice: 'required' }).warnings).toHaveLength(1);
  });

  it.each([
    [{ type: 'text' }, undefined],
    [{ type: 'json' }, { format: { type: 'json_object' } }],
    [
      { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
      { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } },
    ],
  ] as const)('asks for the form %j', (responseFormat, text) => {
    expect(encode({ responseFormat }).body['text']).toEqual(text);
  });

  it('asks for sealed reasoning, and for it in words, where the model gives it and the vendor keeps nothing', () => {
    const dialect: ResponsesDialect = { sealsReasoning: ({ model }) => model === 'thinker', reasoningSummary: 'auto' };
    expect(encode({ model: 'thinker' }, dialect).body).toMatchObject({
      include: ['reasoning.encrypted_content'],
      reasoning: { summary: 'auto' },
    });
    expect(encode({}, dialect).body).not.toHaveProperty('include');
    expect(encode({}, dialect).body).not.toHaveProperty('reasoning');
    expect(encode({ model: 'thinker', ...own({ store: true }) }, dialect).body).not.toHaveProperty('include');
  });

  it('adds raw options to ours where both may stand, and lets them win elsewhere', () => {
    const { body } = encode({
      tools: [{ name: 'f', parameters: {}, strict: true }],
      toolChoice: 'auto',
      topLogprobs: 1,
      reasoning: { effort: 'low' },
      responseFormat: { type: 'json' },
      ...own({
        tools: [{ type: 'web_search' }],
        tool_choice: { type: 'web_search' },
        include: ['web_search_call.action.sources'],
        reasoning: { summary: 'detailed' },
        text: { verbosity: 'low' },
        previous_response_id: 'resp_1',
        temperature: 0,
      }),
    });
    expect(body).toMatchObject({
      tools: [{ type: 'function', name: 'f', strict: true }, { type: 'web_search' }],
      tool_choice: { type: 'web_search' },
      include: ['web_search_call.action.sources', 'message.output_text.logprobs'],
      reasoning: { effort: 'low', summary: 'detailed' },
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      previous_response_id: 'resp_1',
      temperature: 0,
    });
    expect(body).not.toHaveProperty('x');
  });
});

describe('input items', () => {
  const input = (messages: ChatRequest['messages'], dialect?: ResponsesDialect, more: Partial<ChatRequest> = {}) =>
    encode({ messages, ...more }, dialect);

  it('are texts, images and files of the user, and the instructions in the role that the dialect names', () => {
    const { body } = input(
      [
        { role: 'system', content: 'be kind' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' }, detail: 'low' },
            { type: 'image', source: { type: 'url', url: 'https://x.example/i.png' } },
            { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: 'BBBB' } },
            { type: 'file', source: { type: 'url', url: 'https://x.example/d.pdf' }, filename: 'd.pdf' },
          ],
        },
      ],
      { systemRole: 'developer' },
    );
    expect(body['input']).toEqual([
      { role: 'developer', content: 'be kind' },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'look' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' },
          { type: 'input_image', image_url: 'https://x.example/i.png', detail: 'auto' },
          { type: 'input_file', filename: 'file.pdf', file_data: 'data:application/pdf;base64,BBBB' },
          { type: 'input_file', file_url: 'https://x.example/d.pdf' },
        ],
      },
    ]);
  });

  it('keep the order of an answer: sealed reasoning, text, calls, results with images', () => {
    const { body, warnings } = input([
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', signature: 'rs_1', redactedData: 'sealed', provider: 'acme' },
          { type: 'text', text: 'I look.' },
          { type: 'tool-call', id: 'call_1', name: 'f', argumentsText: '{"a":1}', arguments: { a: 1 } },
        ],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', toolCallId: 'call_1', content: 'plain' },
          {
            type: 'tool-result',
            toolCallId: 'call_2',
            content: [
              { type: 'text', text: 'seen' },
              { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' } },
            ],
          },
        ],
      },
    ]);
    expect(body['input']).toEqual([
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'sealed' },
      { role: 'assistant', content: 'I look.' },
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'plain' },
      {
        type: 'function_call_output',
        call_id: 'call_2',
        output: [
          { type: 'input_text', text: 'seen' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
        ],
      },
    ]);
    expect(warnings).toEqual([]);
  });

  it('hold no reasoning that the vendor cannot know', () => {
    const thought = (more: object) => [
      { role: 'assistant', content: [{ type: 'reasoning', text: 'hm', ...more }] } as const,
    ];
    expect(input(thought({ redactedData: 's', provider: 'another' })).body['input']).toEqual([]);
    expect(input(thought({ signature: 'rs_1' })).body['input']).toEqual([]);
    const sealed = thought({ signature: 'rs_1', redactedData: 'sealed' });
    expect(input(sealed, { sealsReasoning: () => true }).body['input']).toHaveLength(1);
    expect(input(sealed, { sealsReasoning: () => false }).body['input']).toEqual([]);
    expect(input(thought({ signature: 'rs_1' }), {}, own({ store: true })).body['input']).toEqual([
      { type: 'item_reference', id: 'rs_1' },
    ]);
    expect(input(thought({ signature: 'rs_1' }), { takesReasoningText: true }).body['input']).toEqual([
      { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'hm' }] },
    ]);
  });

  it('are those of the vendor where an answer held more than the common words', () => {
    const output = [
      { type: 'reasoning', id: 'rs_1', summary: [] },
      { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'sealed' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      { type: 'message', role: 'assistant', phase: 'final_answer', content: [{ type: 'output_text', text: 'a' }] },
    ];
    const answer = { role: 'assistant', content: 'a', providerMetadata: { acme: { output } } } as const;
    expect(input([answer]).body['input']).toEqual(output.slice(1));
    expect(input([answer], {}, own({ store: true })).body['input']).toEqual(output);
    expect(input([{ ...answer, providerMetadata: { other: { output } } }]).body['input']).toEqual([
      { role: 'assistant', content: 'a' },
    ]);
  });

  it('are those of the message where it no longer says what the vendor said', () => {
    const items = (id: string) => [
      { type: 'web_search_call', id: 'ws_1' },
      { type: 'message', content: [{ type: 'output_text', text: 'a' }] },
      { type: 'function_call', call_id: id, name: 'f', arguments: '{}' },
    ];
    const said = (text: string, id: string) =>
      ({
        role: 'assistant',
        content: [
          { type: 'text', text },
          { type: 'tool-call', id, name: 'f', argumentsText: '{}', arguments: {} },
        ],
        providerMetadata: { acme: { output: items('call_1') } },
      }) as const;
    expect(input([said('a', 'call_1')]).body['input']).toEqual(items('call_1'));
    for (const changed of [said('edited', 'call_1'), said('a', 'call_2')]) {
      expect(input([changed]).body['input']).toMatchObject([{ role: 'assistant' }, { type: 'function_call' }]);
    }
  });

  it('mark the end of a cached prefix where the model takes it, and warn elsewhere', () => {
    const messages = [
      { role: 'system', content: [{ type: 'text', text: 'long', cacheControl: { ttl: '5m' } }] },
      { role: 'user', content: [{ type: 'text', text: 'longer', cacheControl: { ttl: '1h' } }] },
    ] as const;
    const marked = input(messages, { takesCacheBreakpoints: (model) => model === 'gpt-x' });
    expect(marked).toMatchObject({
      body: {
        input: [
          { content: [{ type: 'input_text', text: 'long', prompt_cache_breakpoint: { mode: 'explicit' } }] },
          { content: [{ prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } }] },
        ],
      },
      warnings: [],
    });
    expect(input(messages)).toMatchObject({
      body: { input: [{ content: 'long' }, { content: 'longer' }] },
      warnings: ['acme has no cacheControl on message parts; it was left out.'],
    });
  });
});
