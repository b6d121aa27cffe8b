import { collectChat, type ChatEvent, type ChatResult, type JsonObject } from '@lattice-lock/contract';
import type { DecodeContext } from '@lattice-lock/provider-kit';
import { describe, expect, it } from 'vitest';
import { ConverseDecoder } from './converse-decoder.ts';

const context: DecodeContext = {
  provider: 'bedrock',
  model: 'm',
  warnings: ['w'],
  rateLimit: null,
  upstreamRequestId: 'r',
};

type Step = readonly [event: string, data: JsonObject];

function streamEvents(steps: readonly Step[]): ChatEvent[] {
  const events: ChatEvent[] = [];
  const decoder = new ConverseDecoder(context);
  const emit = (event: ChatEvent) => events.push(event);
  for (const [event, data] of steps) decoder.decode(data, event, emit);
  decoder.end(emit);
  return events;
}

const stream = (steps: readonly Step[]): Promise<ChatResult> =>
  collectChat(streamEvents(steps), { provider: 'bedrock', model: 'm' });

const delta = (contentBlockIndex: number, fields: JsonObject): Step => [
  'contentBlockDelta',
  { contentBlockIndex, delta: fields, p: 'abc' },
];
const start = (contentBlockIndex: number, toolUse: JsonObject): Step => [
  'contentBlockStart',
  { contentBlockIndex, start: { toolUse } },
];
const stop = (stopReason = 'end_turn'): Step => ['messageStop', { stopReason }];
const usage: Step = ['metadata', { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 } }];

describe('ConverseDecoder', () => {
  it('begins with start, ends calls before finish, and finishes with the metadata', () => {
    const steps = [
      ['messageStart', { role: 'assistant' }],
      start(0, { toolUseId: 't', name: 'f' }),
      delta(0, { toolUse: { input: '{"a"' } }),
      delta(0, { toolUse: { input: ':1}' } }),
      ['contentBlockStop', { contentBlockIndex: 0 }],
      stop('tool_use'),
      usage,
      delta(1, { text: 'late' }),
    ] satisfies Step[];
    const events = streamEvents(steps);
    expect(events.map(({ type }) => type)).toEqual([
      'start',
      'tool-call-start',
      'tool-call-delta',
      'tool-call-delta',
      'usage',
      'tool-call-end',
      'finish',
    ]);
    expect(events[0]).toMatchObject({ id: null, model: 'm', warnings: ['w'], upstreamRequestId: 'r' });
    expect(events[5]).toMatchObject({ id: 't', name: 'f', argumentsText: '{"a":1}', arguments: { a: 1 } });
  });

  it('takes metadata before the stop, and does without it', async () => {
    expect(await stream([delta(0, { text: 'a' }), usage, stop()])).toMatchObject({
      text: 'a',
      usage: { totalTokens: 3 },
    });
    expect(await stream([delta(0, { text: 'a' }), stop()])).toMatchObject({
      text: 'a',
      finishReason: 'stop',
      usage: { inputTokens: null, outputTokens: null, totalTokens: null },
    });
    await expect(stream([delta(0, { text: 'a' }), usage])).rejects.toMatchObject({
      code: 'LATTICE_STREAM_INTERRUPTED',
    });
  });

  it("skips the server's own tools and their results", async () => {
    const result = await stream([
      start(0, { toolUseId: 's', name: 'nova_code_interpreter', type: 'server_tool_use' }),
      delta(0, { toolUse: { input: '{"snippet":"1"}' } }),
      ['contentBlockStart', { contentBlockIndex: 1, start: { toolResult: { toolUseId: 's', status: 'success' } } }],
      delta(1, { toolResult: [{ json: { stdOut: '1' } }] }),
      start(2, { toolUseId: 'c', name: 'final', type: 'tool_use' }),
      delta(2, { toolUse: { input: '' } }),
      ['somethingNew', { x: 1 }],
      stop('tool_use'),
      usage,
    ]);
    expect(result.toolCalls).toEqual([
      { type: 'tool-call', id: 'c', name: 'final', argumentsText: '{}', arguments: {} },
    ]);
  });

  it('keeps reasoning with its signature, sealed reasoning, and text under the same index apart', async () => {
    const result = await stream([
      delta(0, { reasoningContent: { text: 'think' } }),
      delta(0, { reasoningContent: { signature: 'sig' } }),
      delta(0, { text: 'say' }),
      delta(1, { reasoningContent: { redactedContent: 'c2VhbGVk' } }),
      stop(),
      usage,
    ]);
    expect(result.content).toEqual([
      { type: 'reasoning', text: 'think', signature: 'sig', provider: 'bedrock' },
      { type: 'text', text: 'say' },
      { type: 'reasoning', text: '', redactedData: 'c2VhbGVk', provider: 'bedrock' },
    ]);
  });

  it("keeps the guardrail's trace, the tier and the citations under their own names", async () => {
    const result = await stream([
      delta(0, { text: 'cited' }),
      delta(0, { citation: { title: 'A' } }),
      ['messageStop', { stopReason: 'guardrail_intervened', additionalModelResponseFields: { stop_sequence: 'x' } }],
      ['metadata', { trace: { guardrail: { actionReason: 'masked' } }, serviceTier: { type: 'flex' }, usage: {} }],
    ]);
    expect(result).toMatchObject({ finishReason: 'content-filter', rawFinishReason: 'guardrail_intervened' });
    expect(result.providerMetadata).toEqual({
      trace: { guardrail: { actionReason: 'masked' } },
      serviceTier: { type: 'flex' },
      citations: [{ title: 'A' }],
      additionalModelResponseFields: { stop_sequence: 'x' },
    });
  });

  it('makes an id where the vendor sends none, and says of cut arguments that they are none', async () => {
    const result = await stream([start(0, { name: 'f' }), delta(0, { toolUse: { input: '{"a' } }), stop('max_tokens')]);
    expect(result.toolCalls[0]).toMatchObject({ name: 'f', argumentsText: '{"a', arguments: null });
    expect(result.toolCalls[0]?.id).toMatch(/^tooluse_[0-9a-f]{32}$/);
  });

  it('refuses a document that is no answer of Converse', () => {
    const events: ChatEvent[] = [];
    new ConverseDecoder(context).decodeBody({ hello: 1 }, (event) => events.push(event));
    expect(events).toMatchObject([{ type: 'error', error: { code: 'LATTICE_MALFORMED_RESPONSE' } }]);
  });

  it('reads an answer without content or stop reason as what it is', async () => {
    const events: ChatEvent[] = [];
    new ConverseDecoder(context).decodeBody({ output: {} }, (event) => events.push(event));
    const result = await collectChat(events, { provider: 'bedrock', model: 'm' });
    expect(result).toMatchObject({ text: '', content: [], finishReason: 'other', rawFinishReason: null });
  });
});
