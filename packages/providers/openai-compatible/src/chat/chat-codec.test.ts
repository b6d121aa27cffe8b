import { ChatAccumulator, LatticeError, unknownUsage, type ChatEvent, type ChatResult } from '@lattice-lock/contract';
import { AnswerDecoder, type DecodeContext } from '@lattice-lock/provider-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChatCodec, decodeChatStream } from './chat-codec.ts';
import { mapChatFinishReason } from './chat-finish-reason.ts';
import { mapChatUsage } from './chat-usage.ts';

const codec = createChatCodec({ maxTokensField: 'max_tokens' });
const context: DecodeContext = {
  provider: 'acme',
  model: 'asked',
  warnings: [],
  rateLimit: null,
  upstreamRequestId: null,
};

function decoderWith(emit: (event: ChatEvent) => void = () => undefined): AnswerDecoder {
  return new AnswerDecoder({ codec, context, headers: {}, secrets: [], nowMs: 0, emit });
}

function readBody(body: unknown): ChatResult {
  const decoder = decoderWith();
  decoder.readWhole(JSON.stringify(body));
  return decoder.result();
}

const sse = (...chunks: readonly unknown[]) =>
  chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`).join('');

function readStream(text: string, size = text.length + 1): { result: ChatResult; events: ChatEvent[] } {
  const events: ChatEvent[] = [];
  const decoder = decoderWith((event) => events.push(event));
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) decoder.push(bytes.subarray(start, start + size));
  decoder.end();
  return { result: decoder.result(), events };
}

const failure = (text: string): LatticeError => {
  try {
    readStream(text);
  } catch (error) {
    if (LatticeError.isInstance(error)) return error;
    throw error;
  }
  throw new LatticeError('LATTICE_INTERNAL', 'Nothing was thrown.');
};

const chunk = (delta: object, finish: string | null = null, more: object = {}) => ({
  id: 'c-1',
  model: 'gpt-x',
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...more,
});
const toolDelta = (...calls: readonly object[]) => chunk({ tool_calls: calls });

describe('streams', () => {
  it('reads text, usage in a last chunk without choices, and the end', () => {
    const { result, events } = readStream(
      sse(
        { id: 'c-1', model: '', choices: [], prompt_filter_results: [] },
        chunk({ role: 'assistant', content: '' }, null, { usage: null, obfuscation: 'xx' }),
        chunk({ content: 'Hel' }),
        chunk({ content: 'lo' }),
        chunk({}, 'stop'),
        { id: 'c-1', model: 'gpt-x', choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
        '[DONE]',
      ),
    );
    expect(result).toMatchObject({
      id: 'c-1',
      model: 'gpt-x',
      text: 'Hello',
      finishReason: 'stop',
      rawFinishReason: 'stop',
    });
    expect(result.usage).toMatchObject({ inputTokens: 3, outputTokens: 2, totalTokens: 5, cachedInputTokens: null });
    expect(events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'text-delta', 'usage', 'finish']);
  });

  it('merges interleaved tool calls by index', () => {
    const { result } = readStream(
      sse(
        toolDelta({ index: 0, id: 'a', function: { name: 'one', arguments: '' } }),
        toolDelta({ index: 1, id: 'b', function: { name: 'two', arguments: '{"y"' } }),
        toolDelta({ index: 0, function: { arguments: '{"x":' } }, { index: 1, function: { arguments: ':2}' } }),
        toolDelta({ index: 0, function: { arguments: '1}' } }),
        chunk({}, 'tool_calls'),
      ),
    );
    expect(result.finishReason).toBe('tool-calls');
    expect(result.toolCalls.map(({ id, name, arguments: sent }) => ({ id, name, sent }))).toEqual([
      { id: 'a', name: 'one', sent: { x: 1 } },
      { id: 'b', name: 'two', sent: { y: 2 } },
    ]);
  });

  it.each([
    [
      'no index',
      [
        toolDelta({ id: 'a', function: { name: 'f', arguments: '{"n":1}' } }),
        toolDelta({ id: 'b', function: { name: 'f', arguments: '{"n":2}' } }),
      ],
    ],
    [
      'no id',
      [
        toolDelta({ index: 0, function: { name: 'f', arguments: '{"n":1}' } }),
        toolDelta({ index: 1, function: { name: 'f', arguments: '{"n":2}' } }),
      ],
    ],
    [
      'neither',
      [toolDelta({ function: { name: 'f', arguments: '{"n":1}' } }, { function: { name: 'f', arguments: '{"n":2}' } })],
    ],
    [
      'one index for all',
      [
        toolDelta({ index: 0, id: 'a', function: { name: 'f', arguments: '{"n":1}' } }),
        toolDelta({ index: 0, id: 'b', function: { name: 'f', arguments: '{"n":2}' } }),
      ],
    ],
    [
      'one index and no id',
      [
        toolDelta({ index: 0, function: { name: 'f', arguments: '{"n":1}' } }),
        toolDelta({ index: 0, function: { name: 'f', arguments: '{"n":2}' } }),
      ],
    ],
    [
      'objects as arguments',
      [
        toolDelta({ index: 0, function: { name: 'f', arguments: { n: 1 } } }),
        toolDelta({ index: 1, function: { name: 'f', arguments: { n: 2 } } }),
      ],
    ],
    [
      'deltas after the first without index and id',
      [
        toolDelta({ function: { name: 'f', arguments: '{"n":' } }),
        toolDelta({ function: { arguments: '1}' } }),
        toolDelta({ function: { name: 'f', arguments: '{"n":2}' } }),
      ],
    ],
  ])('understands servers that send %s', (_name, chunks) => {
    const { result, events } = readStream(sse(...chunks, chunk({}, 'stop'), '[DONE]'));
    expect(result.toolCalls.map((call) => call.arguments)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(new Set(result.toolCalls.map(({ id }) => id)).size).toBe(2);
    expect(result.finishReason).toBe('tool-calls');
    const starts = events.flatMap((event) => (event.type === 'tool-call-start' ? [event.id] : []));
    expect(starts).toEqual(result.toolCalls.map(({ id }) => id));
  });

  it('keeps arguments that are no JSON as they came, with nothing parsed', () => {
    const { result } = readStream(
      sse(toolDelta({ index: 0, id: 'a', function: { name: 'f', arguments: '{"text": "cut' } }), chunk({}, 'length')),
    );
    expect(result.finishReason).toBe('length');
    expect(result.toolCalls[0]).toMatchObject({ arguments: null, argumentsText: '{"text": "cut' });
    const empty = readStream(sse(toolDelta({ index: 0, id: 'a', function: { name: 'f' } }), chunk({}, 'tool_calls')));
    expect(empty.result.toolCalls[0]).toMatchObject({ arguments: {}, argumentsText: '{}' });
  });

  it.each([
    ['reasoning_content', { reasoning_content: 'think' }],
    ['reasoning', { reasoning: 'think', reasoning_content: '' }],
    ['parts', { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'think' }] }] }],
  ])('reads reasoning from %s', (_name, delta) => {
    const { result } = readStream(sse(chunk(delta), chunk({ content: 'answer' }), chunk({}, 'stop')));
    expect(result).toMatchObject({ reasoning: 'think', text: 'answer' });
    expect(result.content.map(({ type }) => type)).toEqual(['reasoning', 'text']);
  });

  it('reads a refusal', () => {
    const { result } = readStream(sse(chunk({ refusal: 'No' }), chunk({ refusal: '.' }), chunk({}, 'stop')));
    expect(result).toMatchObject({ refusal: 'No.', text: '', finishReason: 'stop' });
  });

  it('takes the usage of the last chunk that has one, and xAI reasoning beside the completion', () => {
    const usage = {
      prompt_tokens: 470,
      completion_tokens: 68,
      total_tokens: 723,
      completion_tokens_details: { reasoning_tokens: 185 },
    };
    const { result } = readStream(
      sse(
        chunk({ content: 'x' }, null, { usage: { prompt_tokens: 1, completion_tokens: 1 } }),
        chunk({}, 'stop', { usage }),
      ),
    );
    expect(result.usage).toMatchObject({ inputTokens: 470, outputTokens: 253, totalTokens: 723, reasoningTokens: 185 });
  });

  it('ignores other choices', () => {
    const other = { index: 1, delta: { content: 'no' }, finish_reason: 'stop' };
    const { result } = readStream(
      sse({ ...chunk({ content: 'yes' }), choices: [other, ...chunk({ content: 'yes' }).choices] }, chunk({}, 'stop')),
    );
    expect(result.text).toBe('yes');
  });

  it.each([
    ['no finish_reason', sse(chunk({ content: 'some' }))],
    ['[DONE] and no finish_reason', sse(chunk({ content: 'some' }), '[DONE]')],
  ])('calls a stream with %s interrupted', (_name, text) => {
    const error = failure(text);
    expect(error).toMatchObject({ code: 'LATTICE_STREAM_INTERRUPTED', retryable: true });
    expect(error.partial).toMatchObject({ text: 'some', finishReason: 'other' });
  });

  it('reports an error that comes after finish_reason, with the usage it names', () => {
    const usage = { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5 };
    const error = failure(
      sse(
        chunk({ content: 'some' }),
        chunk({}, 'stop'),
        { error: { message: 'Token limit reached', code: 400 }, usage },
        '[DONE]',
      ),
    );
    expect(error).toMatchObject({ code: 'LATTICE_INVALID_REQUEST', provider: 'acme', model: 'asked' });
    expect(error.message).toContain('Token limit reached');
    expect(error.partial?.usage.totalTokens).toBe(5);
    const inChoice = failure(sse({ ...chunk({}), choices: [{ index: 0, error: { message: 'broke', code: 502 } }] }));
    expect(inChoice).toMatchObject({ code: 'LATTICE_UPSTREAM', retryable: true });
  });

  it('reads a body of bytes on its own', async () => {
    async function* body() {
      yield Buffer.from(sse(chunk({ content: 'é' })).slice(0, 60));
      yield Buffer.from(sse(chunk({ content: 'é' })).slice(60));
      yield Buffer.from(sse(chunk({}, 'stop'), '[DONE]'));
    }
    const accumulator = new ChatAccumulator({ provider: 'acme', model: 'asked' });
    for await (const event of decodeChatStream(body(), context)) accumulator.add(event);
    expect(accumulator.result().text).toBe('é');
  });
});

describe('anything at all', () => {
  const ends = (text: string, size: number) => {
    const events: ChatEvent[] = [];
    const decoder = decoderWith((event) => events.push(event));
    const bytes = Buffer.from(text);
    for (let start = 0; start < bytes.length; start += size) decoder.push(bytes.subarray(start, start + size));
    decoder.end();
    const terminal = events.filter(({ type }) => type === 'finish' || type === 'error');
    expect(terminal).toHaveLength(1);
    expect(events.at(-1)).toBe(terminal[0]);
    return terminal[0];
  };
  const size = fc.integer({ min: 1, max: 30 });

  it('ends in one finish or one typed error, whatever the bytes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), size, (text, cut) => void ends(text, cut)));
  });

  it('ends in one finish or one typed error, whatever the fields hold', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant({}), fc.constant([]));
    const call = fc.record({ index: value, id: value, function: fc.record({ name: value, arguments: value }) });
    const delta = fc.record({
      content: value,
      tool_calls: fc.oneof(value, fc.array(call)),
      reasoning: value,
      refusal: value,
    });
    const choice = fc.record({ delta: fc.oneof(value, delta), message: value, finish_reason: value });
    const any = fc.record({ id: value, model: value, choices: fc.oneof(value, fc.array(choice)), usage: value });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), size, (chunks, cut) => {
        const last = ends(sse(...chunks, chunk({}, 'stop')), cut);
        if (last?.type === 'error') expect(last.error.code).not.toBe('LATTICE_INTERNAL');
      }),
    );
  });
});

describe('bodies', () => {
  const body = (message: object, finish: string | null = 'stop', more: object = {}) => ({
    id: 'c-1',
    model: 'gpt-x',
    choices: [{ index: 0, message, finish_reason: finish }],
    ...more,
  });

  it('says other where the vendor gives no reason, and unknown where it counts nothing', () => {
    expect(readBody(body({ content: 'x' }, null))).toMatchObject({
      text: 'x',
      finishReason: 'other',
      usage: unknownUsage,
    });
  });

  it('takes a filtered choice without a message', () => {
    const result = readBody({ model: 'm', choices: [{ index: 0, finish_reason: 'content_filter' }] });
    expect(result).toMatchObject({ text: '', finishReason: 'content-filter' });
  });

  it.each([[{ id: 'x' }], [{ choices: [] }], [{ choices: 'no' }]])('calls %j malformed', (sent) => {
    expect(() => readBody(sent)).toThrow(expect.objectContaining({ code: 'LATTICE_MALFORMED_RESPONSE' }) as Error);
  });

  it('gives the events that the stream of the same answer gives', () => {
    const call = fc.record({
      name: fc.stringMatching(/^[a-z]{1,8}$/),
      arguments: fc.oneof(
        fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
        fc.string(),
      ),
    });
    const answer = fc.record({
      text: fc.string({ unit: 'grapheme' }),
      reasoning: fc.string({ unit: 'grapheme' }),
      refusal: fc.string(),
      calls: fc.array(call, { maxLength: 3 }),
      finish: fc.constantFrom('stop', 'length', 'tool_calls', 'content_filter', 'weird'),
      usage: fc.option(
        fc.record({ prompt_tokens: fc.integer({ min: -2 }), completion_tokens: fc.nat(), total_tokens: fc.nat() }),
      ),
    });
    const pieces = (text: string) => [text.slice(0, 3), text.slice(3, 4), text.slice(4)];
    fc.assert(
      fc.property(
        answer,
        fc.integer({ min: 1, max: 40 }),
        ({ text, reasoning, refusal, calls, finish, usage }, size) => {
          const toolCalls = calls.map((one, index) => ({ id: `id${index}`, type: 'function', function: one }));
          const buffered = readBody(
            body({ content: text, reasoning_content: reasoning, refusal, tool_calls: toolCalls }, finish, { usage }),
          );
          const deltas = [
            ...pieces(reasoning).map((piece) => ({ reasoning_content: piece })),
            ...pieces(text).map((piece) => ({ content: piece })),
            ...pieces(refusal).map((piece) => ({ refusal: piece })),
            ...calls.flatMap((one, index) => [
              { tool_calls: [{ index, id: `id${index}`, function: { name: one.name, arguments: '' } }] },
              ...pieces(one.arguments).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
            ]),
          ];
          const last = { id: 'c-1', model: 'gpt-x', choices: [], usage };
          const stream = sse(...deltas.map((delta) => chunk(delta)), chunk({}, finish), last, '[DONE]');
          expect(readStream(stream, size).result).toEqual(buffered);
        },
      ),
    );
  });
});

describe('mapChatUsage', () => {
  it('reads every place of cached tokens and takes no nonsense', () => {
    const cached = (more: object) =>
      mapChatUsage({ prompt_tokens: 9, completion_tokens: 1, ...more })?.cachedInputTokens;
    expect(cached({ prompt_tokens_details: { cached_tokens: 4 } })).toBe(4);
    expect(cached({ prompt_cache_hit_tokens: 5 })).toBe(5);
    expect(cached({ cached_tokens: 6 })).toBe(6);
    expect(cached({ cached_tokens: -6 })).toBeNull();
    expect(mapChatUsage({ prompt_tokens: -1, completion_tokens: '7' })).toBeNull();
    expect(mapChatUsage({ prompt_tokens: 1.5, completion_tokens: 2 })).toMatchObject({
      inputTokens: null,
      outputTokens: 2,
    });
    expect(mapChatUsage(null)).toBeNull();
    expect(mapChatUsage([1])).toBeNull();
  });

  it('leaves reasoning inside the completion where the total says so', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 20,
      total_tokens: 30,
      completion_tokens_details: { reasoning_tokens: 5 },
    };
    expect(mapChatUsage(usage)).toMatchObject({ outputTokens: 20, totalTokens: 30, reasoningTokens: 5 });
  });
});

describe('mapChatFinishReason', () => {
  it.each([
    ['stop', false, 'stop'],
    ['stop', true, 'tool-calls'],
    ['eos', true, 'tool-calls'],
    ['length', true, 'length'],
    ['function_call', false, 'tool-calls'],
    ['content_filter', true, 'content-filter'],
    ['error', false, 'other'],
    ['constructor', false, 'other'],
    [null, true, 'tool-calls'],
    [null, false, 'other'],
  ] as const)('%s with tool calls %s is %s', (raw, hasToolCalls, expected) => {
    expect(mapChatFinishReason(raw, hasToolCalls)).toBe(expected);
  });
});
