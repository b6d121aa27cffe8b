import { LatticeError, type ChatEvent, type ChatResult } from '@lattice-lock/contract';
import { AnswerDecoder, type DecodeContext } from '@lattice-lock/provider-kit';
import { describe, expect, it } from 'vitest';
import { createResponsesCodec } from './responses-codec.ts';
import { mapResponsesFinishReason } from './responses-finish-reason.ts';
import { mapResponsesUsage } from './responses-usage.ts';

const context: DecodeContext = {
  provider: 'acme',
  model: 'asked',
  warnings: [],
  rateLimit: null,
  upstreamRequestId: 'req_1',
};
const codec = createResponsesCodec({ metadataFields: ['content_filters'] });

function decoderOf(emit: (event: ChatEvent) => void = () => undefined): AnswerDecoder {
  return new AnswerDecoder({ codec, context, headers: {}, secrets: [], nowMs: 0, emit });
}

function read(...events: readonly object[]): { result: ChatResult; events: ChatEvent[] } {
  const seen: ChatEvent[] = [];
  const decoder = decoderOf((event) => seen.push(event));
  decoder.push(Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')));
  decoder.end();
  return { result: decoder.result(), events: seen };
}

function readBody(body: unknown): ChatResult {
  const decoder = decoderOf();
  decoder.readWhole(JSON.stringify(body));
  return decoder.result();
}

function failureOf(action: () => unknown): LatticeError {
  try {
    action();
  } catch (error) {
    if (LatticeError.isInstance(error)) return error;
    throw error;
  }
  return expect.unreachable('a LatticeError was expected');
}

const response = (fields: object = {}) => ({ id: 'resp_1', model: 'm-1', status: 'completed', output: [], ...fields });
const created = { type: 'response.created', response: response({ status: 'in_progress' }) };
const completed = (fields: object = {}) => ({ type: 'response.completed', response: response(fields) });
const text = (words: string, more: object = {}) => ({ type: 'output_text', text: words, ...more });
const message = (...content: readonly object[]) => ({ type: 'message', id: 'msg_1', role: 'assistant', content });
const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'pay', arguments: '{"a":1}' };

describe('a stream of Responses', () => {
  it('gives text as it comes, and the model, id and usage of the response', () => {
    const { result, events } = read(
      created,
      { type: 'response.output_item.added', output_index: 0, item: message() },
      { type: 'response.output_text.delta', output_index: 0, item_id: 'msg_1', content_index: 0, delta: 'Hel' },
      { type: 'response.output_text.delta', output_index: 0, item_id: 'msg_1', content_index: 0, delta: 'lo' },
      { type: 'response.output_item.done', output_index: 0, item: message(text('Hello')) },
      completed({ output: [message(text('Hello'))], usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 } }),
    );
    expect(result).toMatchObject({
      id: 'resp_1',
      model: 'm-1',
      text: 'Hello',
      finishReason: 'stop',
      rawFinishReason: 'completed',
      usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
      upstreamRequestId: 'req_1',
    });
    expect(events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'text-delta', 'usage', 'finish']);
  });

  it('merges the arguments of calls by their place, and names a call by its call_id', () => {
    const delta = (place: number, words: string) => ({
      type: 'response.function_call_arguments.delta',
      output_index: place,
      delta: words,
    });
    const added = (place: number, name: string) => ({
      type: 'response.output_item.added',
      output_index: place,
      item: { ...call, id: `fc_${place}`, call_id: `call_${place}`, name, arguments: '' },
    });
    const { result } = read(
      created,
      added(0, 'one'),
      added(1, 'two'),
      delta(1, '{"b"'),
      delta(0, '{"a":'),
      delta(1, ':2}'),
      delta(0, '1}'),
      completed(),
    );
    expect(result).toMatchObject({
      finishReason: 'tool-calls',
      toolCalls: [
        { id: 'call_0', name: 'one', arguments: { a: 1 } },
        { id: 'call_1', name: 'two', arguments: { b: 2 } },
      ],
    });
  });

  it.each([
    ['done alone', { type: 'response.function_call_arguments.done', output_index: 0, arguments: '{"a":1}' }],
    ['the whole item', { type: 'response.output_item.done', output_index: 0, item: call }],
  ])('takes arguments that come by %s', (_how, event) => {
    const added = { type: 'response.output_item.added', output_index: 0, item: { ...call, arguments: '' } };
    expect(read(created, added, event, event, completed()).result.toolCalls).toEqual([
      { type: 'tool-call', id: 'call_1', name: 'pay', argumentsText: '{"a":1}', arguments: { a: 1 } },
    ]);
  });

  it('keeps items apart that share a place, and finds an item again whose id changed', () => {
    const item = (id: string, words: string) => ({ ...message(text(words)), id });
    const done = (id: string, words: string) => ({
      type: 'response.output_item.done',
      output_index: 0,
      item: item(id, words),
    });
    expect(read(created, done('m1', 'one '), done('m2', 'two'), completed()).result.text).toBe('one two');
    const { result } = read(
      created,
      { type: 'response.output_item.added', output_index: 0, item: item('x1', '') },
      { type: 'response.output_text.delta', output_index: 0, item_id: 'x2', content_index: 0, delta: 'once' },
      { ...done('x3', 'once') },
      completed({ output: [item('x4', 'once')] }),
    );
    expect(result.text).toBe('once');
  });

  it('keeps reasoning in words and sealed, at once when its item is whole', () => {
    const item = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }] };
    const { result, events } = read(
      created,
      { type: 'response.reasoning_summary_text.delta', output_index: 0, item_id: 'rs_1', summary_index: 0, delta: 'h' },
      { type: 'response.output_item.done', output_index: 0, item: { ...item, encrypted_content: 'sealed' } },
      { type: 'response.output_text.delta', output_index: 1, item_id: 'msg_1', content_index: 0, delta: 'yes' },
      completed({ output: [{ ...item, encrypted_content: 'sealed' }, message(text('yes'))] }),
    );
    expect(result.content).toEqual([
      { type: 'reasoning', provider: 'acme', text: 'hm', signature: 'rs_1', redactedData: 'sealed' },
      { type: 'text', text: 'yes' },
    ]);
    expect(events.map(({ type }) => type).slice(1, 5)).toEqual([
      'reasoning-delta',
      'reasoning-delta',
      'reasoning-delta',
      'text-delta',
    ]);
  });

  it('reads the reasoning of open-weights models', () => {
    const item = { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'so' }] };
    expect(readBody(response({ output: [item] })).content).toEqual([
      { type: 'reasoning', provider: 'acme', text: 'so', signature: 'rs_1' },
    ]);
    const delta = { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'so' };
    expect(read(created, delta, completed()).result.reasoning).toBe('so');
  });

  it('tells refusals, probabilities and citations', () => {
    const tokens = [{ token: 'no', logprob: -0.1, top_logprobs: [{ token: 'yes', logprob: -2 }] }];
    const annotations = [{ type: 'url_citation', url: 'https://x.example' }];
    const whole = message(text('no', { logprobs: tokens, annotations }), { type: 'refusal', refusal: 'I will not.' });
    const place = { output_index: 0, item_id: 'msg_1' };
    const streamed = read(
      created,
      { type: 'response.output_text.delta', ...place, content_index: 0, delta: 'no', logprobs: tokens },
      { type: 'response.output_text.done', ...place, content_index: 0, text: 'no', logprobs: tokens },
      { type: 'response.refusal.delta', ...place, content_index: 1, delta: 'I will' },
      { type: 'response.refusal.done', ...place, content_index: 1, refusal: 'I will not.' },
      completed({ output: [whole] }),
    ).result;
    expect(streamed).toEqual(readBody(response({ output: [whole] })));
    expect(streamed).toMatchObject({
      text: 'no',
      refusal: 'I will not.',
      logprobs: [{ token: 'no', logprob: -0.1, top: [{ token: 'yes', logprob: -2 }] }],
      providerMetadata: { annotations },
    });
    const added = { type: 'response.output_text.annotation.added', ...place, annotation: annotations[0] };
    expect(read(created, added, completed()).result.providerMetadata).toEqual({ annotations });
  });

  it("takes no tool of the vendor's for a call, and keeps such an answer whole to be sent back", () => {
    const output = [
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      { type: 'custom_tool_call', id: 'ct_1', call_id: 'call_9', name: 'sql', input: 'select 1' },
      { type: 'mcp_call', id: 'mcp_1', name: 'find', arguments: '{}' },
      message(text('found')),
    ];
    const { result } = read(
      created,
      { type: 'response.web_search_call.searching', output_index: 0, item_id: 'ws_1' },
      { type: 'response.mcp_call_arguments.delta', output_index: 2, item_id: 'mcp_1', delta: '{}' },
      ...output.map((item, place) => ({ type: 'response.output_item.done', output_index: place, item })),
      completed({ content_filters: [{ blocked: false }] }),
    );
    expect(result).toMatchObject({ text: 'found', toolCalls: [], finishReason: 'stop' });
    expect(result.providerMetadata).toEqual({ output, content_filters: [{ blocked: false }] });
    expect(readBody(response({ output: [message(text('plain'))], content_filters: [] })).providerMetadata).toBeNull();
  });
});

describe('how a response ends', () => {
  it.each([
    ['completed', null, 'stop', 'completed'],
    [undefined, null, 'stop', 'completed'],
    ['incomplete', 'max_output_tokens', 'length', 'max_output_tokens'],
    ['incomplete', 'content_filter', 'content-filter', 'content_filter'],
    ['incomplete', null, 'other', 'incomplete'],
    ['queued', null, 'other', 'queued'],
    ['in_progress', null, 'other', 'in_progress'],
    ['cancelled', null, 'other', 'cancelled'],
  ])('%s for %s is %s', (status, reason, finishReason, rawFinishReason) => {
    const body = response({ status, incomplete_details: reason === null ? null : { reason } });
    expect(readBody(body)).toMatchObject({ finishReason, rawFinishReason, id: 'resp_1' });
  });

  it('means the calls when it is completed with calls, and the limit when it was cut', () => {
    expect(mapResponsesFinishReason('completed', true)).toBe('tool-calls');
    expect(mapResponsesFinishReason('max_output_tokens', true)).toBe('length');
    const cut = { ...call, arguments: '{"a":' };
    const incomplete = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    expect(readBody(response({ ...incomplete, output: [cut] })).toolCalls).toMatchObject([{ arguments: null }]);
  });

  it.each([
    ['server_error', 'LATTICE_UPSTREAM', true],
    ['rate_limit_exceeded', 'LATTICE_RATE_LIMIT', true],
    ['invalid_prompt', 'LATTICE_INVALID_REQUEST', false],
    ['image_too_large', 'LATTICE_INVALID_REQUEST', false],
    ['context_length_exceeded', 'LATTICE_CONTEXT_LENGTH', false],
  ])('is an error when it failed by %s, with what had come and its usage', (code, expected, retryable) => {
    const failed = response({
      status: 'failed',
      error: { code, message: 'It broke.' },
      usage: { input_tokens: 3, output_tokens: 0 },
    });
    const delta = { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'half' };
    const streamed = failureOf(() => read(created, delta, { type: 'response.failed', response: failed }));
    expect(streamed).toMatchObject({ code: expected, retryable, partial: { text: 'half', usage: { inputTokens: 3 } } });
    expect(streamed.message).toContain('It broke.');
    const events: ChatEvent[] = [];
    const decoder = decoderOf((event) => events.push(event));
    const done = { type: 'response.output_item.done', output_index: 1, item: call };
    for (const event of [created, done, { type: 'response.failed', response: { ...failed, output: [call] } }]) {
      decoder.push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
    }
    expect(events.map(({ type }) => type)).toEqual(['start', 'tool-call-start', 'tool-call-delta', 'usage', 'error']);
    const buffered = failureOf(() => readBody(failed));
    expect(buffered).toMatchObject({ code: expected, retryable, partial: { usage: { inputTokens: 3 } } });
  });

  it('is an error when it failed for no reason that is told, and when it was cancelled on the way', () => {
    const failed = { type: 'response.failed', response: response({ status: 'failed', error: null }) };
    const error = failureOf(() => read(created, failed));
    expect(error).toMatchObject({ code: 'LATTICE_UPSTREAM', retryable: true });
    expect(error.message).toContain('The response failed');
    const cancelled = { type: 'response.cancelled', response: response({ status: 'cancelled' }) };
    expect(failureOf(() => read(created, cancelled)).code).toBe('LATTICE_STREAM_INTERRUPTED');
  });

  it.each([
    [{ type: 'error', code: 'rate_limit_exceeded', message: 'Slow down.', param: null }],
    [{ type: 'error', error: { type: 'rate_limit_error', code: 'rate_limit_exceeded', message: 'Slow down.' } }],
  ])('is an error after an error event: %j', (event) => {
    const error = failureOf(() => read(created, event));
    expect(error).toMatchObject({ code: 'LATTICE_RATE_LIMIT', retryable: true, partial: { model: 'm-1' } });
    expect(error.message).toContain('Slow down.');
  });

  it('is an error without its terminal event, and when the body is no response', () => {
    const delta = { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'half' };
    expect(failureOf(() => read(created, delta))).toMatchObject({ code: 'LATTICE_STREAM_INTERRUPTED' });
    expect(failureOf(() => readBody({ hello: 'world' }))).toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE' });
    expect(failureOf(() => readBody({ type: 'error', code: 'x', message: 'no' })).message).toContain('no');
  });
});

describe('mapResponsesUsage', () => {
  it('reads cached, written and reasoning tokens, and invents none', () => {
    expect(
      mapResponsesUsage({
        input_tokens: 9,
        input_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 3 },
      }),
    ).toMatchObject({
      inputTokens: 9,
      outputTokens: 5,
      totalTokens: 14,
      cachedInputTokens: 4,
      cacheWriteTokens: 2,
      reasoningTokens: 3,
    });
    expect(mapResponsesUsage({ input_tokens: 9 })).toMatchObject({ outputTokens: null, totalTokens: null });
    for (const nothing of [null, undefined, {}, [], { input_tokens: '9', output_tokens: -1 }]) {
      expect(mapResponsesUsage(nothing)).toBeNull();
    }
  });
});
