import { collectChat, type ChatEvent, type ChatResult, type JsonObject } from '@lattice-lock/contract';
import type { DecodeContext } from '@lattice-lock/provider-kit';
import { describe, expect, it } from 'vitest';
import { message, messageEvents } from '../__fixtures__/message-wire.ts';
import { MessageDecoder } from './message-decoder.ts';

const context: DecodeContext = {
  provider: 'anthropic',
  model: 'claude-asked',
  warnings: ['one'],
  rateLimit: null,
  upstreamRequestId: 'req_1',
};

function decodeStream(events: readonly JsonObject[]): ChatEvent[] {
  const decoder = new MessageDecoder(context);
  const emitted: ChatEvent[] = [];
  for (const data of events) decoder.decode(data, null, (event) => emitted.push(event));
  decoder.end((event) => emitted.push(event));
  return emitted;
}

function decodeBody(body: JsonObject): ChatEvent[] {
  const emitted: ChatEvent[] = [];
  new MessageDecoder(context).decodeBody(body, (event) => emitted.push(event));
  return emitted;
}

const collect = (events: readonly ChatEvent[]): Promise<ChatResult> =>
  collectChat(events, { provider: 'anthropic', model: 'claude-asked' });

async function bothWays(body: JsonObject): Promise<ChatResult> {
  const buffered = await collect(decodeBody(body));
  expect(await collect(decodeStream(messageEvents(body)))).toEqual(buffered);
  return buffered;
}

describe('content', () => {
  it('keeps text, thinking with its signature, sealed thinking and calls in their order', async () => {
    const result = await bothWays(
      message(
        [
          { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
          { type: 'redacted_thinking', data: 'sealed' },
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: ['ü', 1] } },
          { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
        ],
        { stop_reason: 'tool_use' },
      ),
    );
    expect(result.content).toEqual([
      { type: 'reasoning', text: 'Hm.', signature: 'sig', provider: 'anthropic' },
      { type: 'reasoning', text: '', redactedData: 'sealed', provider: 'anthropic' },
      { type: 'text', text: 'Let me look.' },
      {
        type: 'tool-call',
        id: 'toolu_1',
        name: 'look',
        argumentsText: '{"at":["ü",1]}',
        arguments: { at: ['ü', 1] },
      },
      { type: 'tool-call', id: 'toolu_2', name: 'now', argumentsText: '{}', arguments: {} },
    ]);
    expect(result).toMatchObject({
      id: 'msg_1',
      model: 'claude-sonnet-5-5',
      finishReason: 'tool-calls',
      rawFinishReason: 'tool_use',
      warnings: ['one'],
      upstreamRequestId: 'req_1',
    });
  });

  it('keeps a signature whose thinking the vendor left out', async () => {
    const result = await bothWays(message([{ type: 'thinking', thinking: '', signature: 'only' }]));
    expect(result.content).toEqual([{ type: 'reasoning', text: '', signature: 'only', provider: 'anthropic' }]);
  });

  it('does not take server tools and their results for calls or text', async () => {
    const result = await bothWays(
      message([
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
        { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ type: 'text', text: 'no' }] },
        { type: 'text', text: 'Found.' },
      ]),
    );
    expect(result.toolCalls).toEqual([]);
    expect(result.text).toBe('Found.');
    expect(result.providerMetadata?.['content']).toEqual([
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
      { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ type: 'text', text: 'no' }] },
      { type: 'text', text: 'Found.' },
    ]);
  });

  it('marks a call whose JSON was cut by the token limit', async () => {
    const events = messageEvents(
      message([{ type: 'tool_use', id: 'toolu_1', name: 'write', input: { text: 'a long text' } }], {
        stop_reason: 'max_tokens',
      }),
      (json) => [json.slice(0, 12)],
    );
    const result = await collect(decodeStream(events));
    expect(result.toolCalls).toMatchObject([{ name: 'write', argumentsText: '{"text":"a l', arguments: null }]);
    expect(result.finishReason).toBe('length');
  });

  it('takes a whole input that a gateway sends with the start of the block', async () => {
    const result = await collect(
      decodeStream([
        { type: 'message_start', message: { model: 'm' } },
        { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', name: 'go', input: { to: 1 } } },
        { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
        { type: 'message_stop' },
      ]),
    );
    expect(result.toolCalls[0]?.arguments).toEqual({ to: 1 });
    expect(result.toolCalls[0]?.id).toMatch(/^toolu_\w{32}$/);
    expect(result.usage.inputTokens).toBeNull();
  });

  it('skips events and deltas it does not know, and a second message_start', async () => {
    const events = messageEvents(message([{ type: 'text', text: 'Hi' }]));
    const unknown = [
      { type: 'message_start', message: { id: 'msg_2', model: 'other' } },
      { type: 'brand_new' },
      { type: 'content_block_delta', index: 0, delta: { type: 'citations_delta', citation: {} } },
      { type: 'content_block_delta', index: 7, delta: { type: 'text_delta', text: 'orphan' } },
    ];
    const result = await collect(decodeStream(events.flatMap((event) => [event, ...unknown])));
    expect(result).toMatchObject({ id: 'msg_1', text: 'Hi', finishReason: 'stop' });
  });
});

describe('the end of an answer', () => {
  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'content-filter'],
    ['pause_turn', 'other'],
    ['compaction', 'other'],
    ['constructor', 'other'],
  ])('%s is %s', async (raw, finishReason) => {
    const result = await bothWays(message([{ type: 'text', text: 'x' }], { stop_reason: raw }));
    expect(result).toMatchObject({ finishReason, rawFinishReason: raw });
  });

  it('gives the explanation of a refusal', async () => {
    const details = { type: 'refusal', category: 'cyber', explanation: 'I will not.' };
    const result = await bothWays(message([], { stop_reason: 'refusal', stop_details: details }));
    expect(result).toMatchObject({ refusal: 'I will not.', text: '', finishReason: 'content-filter' });
  });

  it('needs a stop reason: without message_stop it is whole at the end of the stream, message_stop alone is no end', () => {
    const events = messageEvents(message([{ type: 'tool_use', id: 'a', name: 'b', input: {} }]));
    const types = (list: readonly JsonObject[]) => decodeStream(list).map((event) => event.type);
    expect(types(events.slice(0, -1)).slice(-2)).toEqual(['tool-call-end', 'finish']);
    expect(types(events.slice(0, -2))).not.toContain('finish');
    expect(types(events.slice(0, -2))).not.toContain('tool-call-end');
    expect(types(events.filter(({ type }) => type !== 'message_delta'))).not.toContain('finish');
    expect(types(events).slice(-2)).toEqual(['tool-call-end', 'finish']);
  });

  it('reads nothing after it', () => {
    const events = messageEvents(message([{ type: 'text', text: 'Hi' }]));
    expect(decodeStream([...events, ...events])).toEqual(decodeStream(events));
  });
});

describe('usage', () => {
  it('adds cache reads and writes to the input and knows the long-lived part', async () => {
    const usage = {
      input_tokens: 6,
      cache_read_input_tokens: 20_443,
      cache_creation_input_tokens: 574,
      cache_creation: { ephemeral_5m_input_tokens: 74, ephemeral_1h_input_tokens: 500 },
      output_tokens: 489,
      output_tokens_details: { thinking_tokens: 77 },
    };
    const result = await bothWays(message([], { usage }));
    expect(result.usage).toEqual({
      inputTokens: 21_023,
      outputTokens: 489,
      totalTokens: 21_512,
      cachedInputTokens: 20_443,
      cacheWriteTokens: 574,
      cacheWriteLongTokens: 500,
      reasoningTokens: 77,
    });
  });

  it('does not know the output before message_delta, whose counts may restate the input', () => {
    const events = decodeStream([
      { type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 9, output_tokens: 4 } },
      { type: 'message_stop' },
    ]);
    const usages = events.filter((event) => event.type === 'usage').map(({ usage }) => usage);
    expect(usages).toMatchObject([
      { inputTokens: 3, outputTokens: null, totalTokens: null },
      { inputTokens: 9, outputTokens: 4, totalTokens: 13, cachedInputTokens: null },
    ]);
  });

  it('sums the iterations when the context was compacted, and only then', async () => {
    const iterations = [
      { type: 'compaction', input_tokens: 60_000, output_tokens: 900, cache_read_input_tokens: 5 },
      { type: 'advisor_message', input_tokens: 7, output_tokens: 7 },
      { type: 'message', input_tokens: 612, output_tokens: 40 },
    ];
    const compacted = await bothWays(message([], { usage: { input_tokens: 612, output_tokens: 40, iterations } }));
    expect(compacted.usage).toMatchObject({ inputTokens: 60_617, outputTokens: 940, cachedInputTokens: 5 });
    const plain = await bothWays(
      message([], { usage: { input_tokens: 612, output_tokens: 40, iterations: iterations.slice(1) } }),
    );
    expect(plain.usage).toMatchObject({ inputTokens: 612, outputTokens: 40, cachedInputTokens: null });
  });
});

describe('what is not an answer', () => {
  it('is malformed', () => {
    expect(decodeBody({ object: 'list' })).toMatchObject([
      { type: 'error', error: { code: 'LATTICE_MALFORMED_RESPONSE' } },
    ]);
  });

  it('is an error event, also one that says nothing', () => {
    const events = decodeStream([{ type: 'error' }, { type: 'message_start', message: {} }]);
    expect(events).toMatchObject([
      { type: 'error', error: { code: 'LATTICE_UPSTREAM', retryable: true, upstreamRequestId: 'req_1' } },
    ]);
    expect(events).toHaveLength(1);
  });
});

describe('what is said beside the common words', () => {
  const location = (title: string) => ({ type: 'page_location', document_title: title, cited_text: 'x' });

  it('is nothing for a plain answer', async () => {
    expect((await bothWays(message([{ type: 'text', text: 'Hi' }]))).providerMetadata).toBeNull();
  });

  it('is citations, each with its part of the content', async () => {
    const whole = message([
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'text', text: 'A.', citations: [location('a')] },
      { type: 'text', text: '', citations: null },
      { type: 'text', text: 'B.', citations: [location('b'), location('c')] },
    ]);
    const citations = [
      { ...location('a'), content_index: 0 },
      { ...location('b'), content_index: 1 },
      { ...location('c'), content_index: 1 },
    ];
    expect((await bothWays(whole)).providerMetadata).toEqual({ citations });
    const [start, ...rest] = messageEvents(message([{ type: 'text', text: 'A.' }]));
    const delta = {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'citations_delta', citation: location('a') },
    };
    const events = [start, rest[0], rest[1], rest[2], delta, ...rest.slice(3)] as JsonObject[];
    const streamed = await collect(decodeStream(events));
    expect(streamed.providerMetadata).toEqual({ citations: [{ ...location('a'), content_index: 0 }] });
  });

  it('is why it refused, its container, what was cleared, and what costs extra', async () => {
    const whole = message([], {
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: 'cyber', explanation: 'No.' },
      container: { id: 'container_1', expires_at: '2026-11-21T00:00:00Z' },
      usage: {
        input_tokens: 1,
        output_tokens: 1,
        server_tool_use: { web_search_requests: 2 },
        service_tier: 'priority',
        speed: 'standard',
      },
    });
    const { providerMetadata, refusal, finishReason } = await bothWays(whole);
    expect({ refusal, finishReason }).toEqual({ refusal: 'No.', finishReason: 'content-filter' });
    expect(providerMetadata).toEqual({
      stop_details: { type: 'refusal', category: 'cyber', explanation: 'No.' },
      container: { id: 'container_1', expires_at: '2026-11-21T00:00:00Z' },
      server_tool_use: { web_search_requests: 2 },
      service_tier: 'priority',
    });
    const cleared = { applied_edits: [{ type: 'clear_tool_uses_20250919', cleared_tool_uses: 3 }] };
    const streamed = await collect(
      decodeStream([
        { type: 'message_start', message: { model: 'm' } },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, context_management: cleared },
        { type: 'message_stop' },
      ]),
    );
    expect(streamed.providerMetadata).toEqual({ context_management: cleared });
  });

  it('is the toolset a call belongs to', async () => {
    const call = { type: 'tool_use', id: 't', name: 'navigate', input: { url: 'x' }, toolset_name: 'browser' };
    expect((await bothWays(message([call]))).providerMetadata).toEqual({ content: [call] });
  });

  it('is a paused turn or a compaction, put together from its deltas', async () => {
    const streamed = await collect(
      decodeStream([
        { type: 'message_start', message: { model: 'm' } },
        { type: 'content_block_start', index: 0, content_block: { type: 'compaction', content: null } },
        { type: 'content_block_delta', index: 0, delta: { type: 'compaction_delta', content: 'So far: a.' } },
        {
          type: 'content_block_start',
          index: 1,
          content_block: { type: 'server_tool_use', id: 's', name: 'n', input: {} },
        },
        { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"q":' } },
        { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '1}' } },
        { type: 'message_delta', delta: { stop_reason: 'pause_turn' } },
        { type: 'message_stop' },
      ]),
    );
    expect(streamed).toMatchObject({ finishReason: 'other', rawFinishReason: 'pause_turn', content: [] });
    expect(streamed.providerMetadata?.['content']).toEqual([
      { type: 'compaction', content: 'So far: a.' },
      { type: 'server_tool_use', id: 's', name: 'n', input: { q: 1 } },
    ]);
  });
});
