import { collectChat, type ChatEvent, type ChatResult, type JsonObject } from '@lattice-lock/contract';
import { AnswerDecoder, type DecodeContext } from '@lattice-lock/provider-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ollamaCodec } from './ollama-codec.ts';

const context: DecodeContext = {
  provider: 'local',
  model: 'asked',
  warnings: ['one'],
  rateLimit: null,
  upstreamRequestId: null,
};

function decode(chunks: readonly Uint8Array[]): Promise<ChatResult> {
  const events: ChatEvent[] = [];
  const decoder = new AnswerDecoder({
    codec: ollamaCodec,
    context,
    headers: {},
    secrets: [],
    nowMs: 0,
    emit: (event) => events.push(event),
  });
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  return collectChat(events, { provider: 'local', model: 'asked' });
}

const decodeLines = (lines: readonly JsonObject[]) =>
  decode([Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))]);

const say = (message: JsonObject): JsonObject => ({ model: 'qwen3:4b', message, done: false });
const done = (more: JsonObject = {}): JsonObject => ({
  model: 'qwen3:4b',
  message: { role: 'assistant', content: '' },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 21,
  eval_count: 9,
  ...more,
});

describe('an answer', () => {
  it('holds thinking, text and counts', async () => {
    const result = await decodeLines([say({ thinking: 'Hm.' }), say({ content: 'Hi' }), say({ content: '!' }), done()]);
    expect(result).toMatchObject({
      id: null,
      model: 'qwen3:4b',
      text: 'Hi!',
      reasoning: 'Hm.',
      finishReason: 'stop',
      rawFinishReason: 'stop',
      warnings: ['one'],
      usage: { inputTokens: 21, outputTokens: 9, totalTokens: 30, cachedInputTokens: null },
    });
  });

  it('gives every call an id of its own where the server sends none', async () => {
    const calls = [
      { function: { name: 'f', arguments: { x: [1, 'ü'] } } },
      { function: { name: 'f', arguments: {} } },
      { id: 'call_1', function: { index: 2, name: 'g', arguments: '{"y":2}' } },
      { id: '', function: { name: 'h' } },
    ];
    const result = await decodeLines([
      say({ tool_calls: calls.slice(0, 2) }),
      say({ tool_calls: calls.slice(2) }),
      done(),
    ]);
    expect(result.toolCalls.map((call) => [call.name, call.arguments])).toEqual([
      ['f', { x: [1, 'ü'] }],
      ['f', {}],
      ['g', { y: 2 }],
      ['h', {}],
    ]);
    expect(result.toolCalls[2]?.id).toBe('call_1');
    expect(new Set(result.toolCalls.map(({ id }) => id)).size).toBe(4);
    expect(result).toMatchObject({ finishReason: 'tool-calls', rawFinishReason: 'stop' });
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['load', 'other'],
    ['unload', 'other'],
    [undefined, 'stop'],
  ])('that ends with %s is %s', async (reason, finishReason) => {
    const result = await decodeLines([done({ done_reason: reason })]);
    expect(result).toMatchObject({ finishReason, rawFinishReason: reason ?? null });
  });

  it('holds probabilities and how long it took', async () => {
    const token = (text: string, top: JsonObject[] = []) => ({
      token: text,
      logprob: -0.5,
      bytes: [1],
      top_logprobs: top,
    });
    const result = await decodeLines([
      { ...say({ content: 'Hi' }), logprobs: [token('Hi', [{ token: 'Ho', logprob: -2 }])] },
      { ...say({ content: '!' }), logprobs: [token('!'), { token: 'broken' }] },
      done({ load_duration: 5, total_duration: 9 }),
    ]);
    expect(result.logprobs).toEqual([
      { token: 'Hi', logprob: -0.5, top: [{ token: 'Ho', logprob: -2 }] },
      { token: '!', logprob: -0.5, top: [] },
    ]);
    expect(result.providerMetadata).toEqual({ total_duration: 9, load_duration: 5 });
  });

  it('does not know the counts that are missing', async () => {
    const cached = await decodeLines([done({ prompt_eval_count: undefined })]);
    expect(cached.usage).toMatchObject({ inputTokens: null, outputTokens: 9, totalTokens: null });
    const silent = await decodeLines([done({ prompt_eval_count: undefined, eval_count: undefined })]);
    expect(silent.usage).toMatchObject({ inputTokens: null, outputTokens: null });
  });
});

describe('a broken answer', () => {
  it('is one without its last line', async () => {
    await expect(decodeLines([say({ content: 'Hi' })])).rejects.toMatchObject({
      code: 'LATTICE_STREAM_INTERRUPTED',
      partial: { text: 'Hi', finishReason: 'other' },
    });
  });

  it('is one that the server ends with an error', async () => {
    const error = { error: 'prompt too long; exceeded max context length by 12 tokens' };
    await expect(decodeLines([say({ content: 'Hi' }), error])).rejects.toMatchObject({
      code: 'LATTICE_CONTEXT_LENGTH',
      message: expect.stringContaining(error.error) as string,
      partial: { text: 'Hi' },
    });
  });

  it('is one with a line that is not JSON', async () => {
    const lines = `${JSON.stringify(say({ content: 'Hi' }))}\n{"mess\n`;
    await expect(decode([Buffer.from(lines)])).rejects.toMatchObject({
      code: 'LATTICE_MALFORMED_RESPONSE',
      message: expect.stringContaining('2') as string,
      partial: { text: 'Hi' },
    });
  });
});

describe('one answer, buffered and streamed', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const call = fc.record({
    id: fc.uuid(),
    function: fc.record({ name: text, arguments: fc.dictionary(text, fc.jsonValue()) }),
  }) as fc.Arbitrary<JsonObject>;
  const piece = fc.oneof(
    fc.record({ content: text }),
    fc.record({ thinking: text, content: fc.constant('') }),
    fc.record({ tool_calls: fc.array(call, { minLength: 1, maxLength: 2 }), content: fc.constant('') }),
  ) as fc.Arbitrary<JsonObject>;
  const ending = fc.record(
    { done_reason: fc.constantFrom('stop', 'length'), prompt_eval_count: fc.nat(), eval_count: fc.nat() },
    { requiredKeys: [] },
  );
  const joined = (pieces: readonly JsonObject[], field: string) => pieces.map((one) => one[field] ?? '').join('');

  it('decodes to equal results wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 8 }),
        ending,
        fc.infiniteStream(fc.nat(40)),
        async (pieces, end, sizes) => {
          const last = { model: 'm', message: { content: '' }, done: true, ...end } as JsonObject;
          const lines = [...pieces.map((message) => ({ model: 'm', message, done: false })), last];
          const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\r\n`).join(''));
          const chunks: Uint8Array[] = [];
          for (let from = 0; from < bytes.length;) {
            const to = from + 1 + (sizes.next().value as number);
            chunks.push(bytes.subarray(from, to));
            from = to;
          }
          const message = {
            content: joined(pieces, 'content'),
            thinking: joined(pieces, 'thinking'),
            tool_calls: pieces.flatMap((one) => (one['tool_calls'] as JsonObject[] | undefined) ?? []),
          };
          const buffered = await decode([Buffer.from(JSON.stringify({ ...last, message }))]);
          expect(await decode(chunks)).toEqual(buffered);
          expect(buffered.text).toBe(message.content);
        },
      ),
      { numRuns: 150 },
    );
  });
});
