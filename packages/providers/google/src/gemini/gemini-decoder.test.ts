import { collectChat, type ChatResult, type FinishReason, type JsonObject } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { chunk, decodeEvents, jsonArray, sse } from '../__fixtures__/gemini-wire.ts';

const collect = (chunks: readonly JsonObject[]): Promise<ChatResult> =>
  collectChat(decodeEvents(sse(chunks)), { provider: 'google', model: 'gemini-asked' });
const read = (...parts: JsonObject[]) => collect([chunk(parts, { finishReason: 'STOP' })]);
const weather = { name: 'weather', args: { city: 'Łódź' } };

describe('parts', () => {
  it('become text, reasoning and calls in their order', async () => {
    const result = await collect([
      chunk([{ text: 'Let me ', thought: true }]),
      chunk([{ text: 'see.', thought: true }, { text: 'I ' }]),
      chunk([{ text: 'look.' }, { functionCall: { ...weather, id: 'fc-1' } }, { functionCall: { name: 'now' } }], {
        finishReason: 'STOP',
      }),
    ]);
    expect(result).toMatchObject({ reasoning: 'Let me see.', text: 'I look.', finishReason: 'tool-calls' });
    expect(result).toMatchObject({ id: 'zwCzaYWf-AbnoZ', model: 'gemini-2.5-flash', rawFinishReason: 'STOP' });
    expect(result.content.map(({ type }) => type)).toEqual(['reasoning', 'text', 'tool-call', 'tool-call']);
    expect(result.toolCalls).toMatchObject([
      { id: 'fc-1', name: 'weather', arguments: { city: 'Łódź' } },
      { id: 'gemini_call_zwCzaYWf-AbnoZ_1', name: 'now', argumentsText: '{}' },
    ]);
  });

  it('get ids of their own where the answer names none at all', async () => {
    const call = { functionCall: { name: 'now' } };
    const nameless = () => collect([{ candidates: [{ content: { parts: [call, call] }, finishReason: 'STOP' }] }]);
    const ids = [...(await nameless()).toolCalls, ...(await nameless()).toolCalls].map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
  });

  it('keep their signature in a reasoning part before them', async () => {
    const result = await read(
      { text: 'thinking', thought: true, thoughtSignature: 'T' },
      { text: 'one ' },
      { text: 'two', thoughtSignature: 'S' },
      { text: ' three' },
      { functionCall: weather, thoughtSignature: 'C' },
      { text: '', thoughtSignature: 'E' },
    );
    const provider = 'google';
    expect(result.content.map((part) => (part.type === 'tool-call' ? part.name : part))).toEqual([
      { type: 'reasoning', text: 'thinking', signature: 'T', provider },
      { type: 'text', text: 'one ' },
      { type: 'reasoning', text: '', signature: 'S', provider },
      { type: 'text', text: 'two' },
      { type: 'text', text: ' three' },
      { type: 'reasoning', text: '', signature: 'C', provider },
      'weather',
      { type: 'reasoning', text: '', signature: 'E', provider },
    ]);
  });

  it("of the vendor's own tools are no calls, and are kept whole beside the text", async () => {
    const parts = [
      { text: 'I ', thought: true },
      { executableCode: { language: 'PYTHON', code: 'print(6*7)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '42' } },
      { toolCall: { id: 't1' }, thoughtSignature: 'X' },
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
      { text: 'It is 42.' },
    ];
    const result = await read(...parts);
    expect(result).toMatchObject({ text: 'It is 42.', toolCalls: [], finishReason: 'stop' });
    expect(result.providerMetadata).toEqual({ parts });
  });

  it('of other candidates are not mixed in', async () => {
    const other = { index: 1, content: { parts: [{ text: 'Another.' }] }, finishReason: 'MAX_TOKENS' };
    const first = chunk([{ text: 'First.' }], { finishReason: 'STOP' });
    const both = { ...first, candidates: [...(first['candidates'] as JsonObject[]), other] };
    expect(await collect([both])).toMatchObject({ text: 'First.', finishReason: 'stop' });
  });
});

describe('arguments in pieces', () => {
  it('are put together by their paths', async () => {
    const piece = (functionCall: JsonObject, candidate: JsonObject = {}) => chunk([{ functionCall }], candidate);
    const result = await collect([
      piece({ name: 'book', willContinue: true }),
      piece({ partialArgs: [{ jsonPath: '$.city', stringValue: 'Bos', willContinue: true }], willContinue: true }),
      piece({ partialArgs: [{ jsonPath: '$.city', stringValue: 'ton' }], willContinue: true }),
      piece({
        partialArgs: [
          { jsonPath: "$.guests[0]['full name']", stringValue: 'Ada' },
          { jsonPath: '$.guests[1].age', numberValue: 36 },
          { jsonPath: '$.late', boolValue: false },
          { jsonPath: '$.note', nullValue: 'NULL_VALUE' },
          { jsonPath: 'nonsense', stringValue: 'x' },
        ],
        willContinue: true,
      }),
      chunk([{ functionCall: {}, thoughtSignature: 'late' }]),
      piece({ name: 'now', partialArgs: [{ jsonPath: '$.zone', stringValue: 'UTC' }] }, { finishReason: 'STOP' }),
    ]);
    expect(result.toolCalls.map(({ name, arguments: args }) => [name, args])).toEqual([
      ['book', { city: 'Boston', guests: [{ 'full name': 'Ada' }, { age: 36 }], late: false, note: null }],
      ['now', { zone: 'UTC' }],
    ]);
    expect(result.content.map(({ type }) => type)).toEqual(['reasoning', 'tool-call', 'tool-call']);
  });
});

describe('the end', () => {
  const words: readonly (readonly [string, FinishReason])[] = [
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['BLOCKLIST', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['SPII', 'content-filter'],
    ['MODEL_ARMOR', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
    ['IMAGE_RECITATION', 'content-filter'],
    ['LANGUAGE', 'other'],
    ['OTHER', 'other'],
    ['FINISH_REASON_UNSPECIFIED', 'other'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
    ['UNEXPECTED_TOOL_CALL', 'other'],
    ['TOO_MANY_TOOL_CALLS', 'other'],
    ['MISSING_THOUGHT_SIGNATURE', 'other'],
    ['toString', 'other'],
  ];
  it.each(words)('%s is %s', async (raw, finishReason) => {
    const result = await collect([chunk([{ text: 'x' }], { finishReason: raw, finishMessage: 'why' })]);
    expect(result).toMatchObject({ finishReason, rawFinishReason: raw, providerMetadata: { finishMessage: 'why' } });
  });

  it('is the last reason of the stream: older models sent STOP with every chunk', async () => {
    const chunks = ['STOP', 'STOP', 'MAX_TOKENS'].map((finishReason) => chunk([{ text: 'a' }], { finishReason }));
    expect(await collect(chunks)).toMatchObject({ text: 'aaa', finishReason: 'length' });
  });

  it('may be a cut call: then the limit is what counts', async () => {
    expect(await collect([chunk([{ functionCall: weather }], { finishReason: 'MAX_TOKENS' })])).toMatchObject({
      finishReason: 'length',
      toolCalls: [{ name: 'weather' }],
    });
  });

  it('of a blocked prompt is a filter, with its reasons', async () => {
    const promptFeedback = { blockReason: 'SAFETY', safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT' }] };
    const blocked = { promptFeedback, usageMetadata: { promptTokenCount: 8, totalTokenCount: 8 } };
    for (const isBuffered of [false, true]) {
      const body = isBuffered ? JSON.stringify(blocked) : sse([blocked]);
      const events = decodeEvents(body, isBuffered);
      expect(await collectChat(events, { provider: 'google', model: 'm' })).toMatchObject({
        text: '',
        finishReason: 'content-filter',
        rawFinishReason: 'SAFETY',
        providerMetadata: { promptFeedback },
        usage: { inputTokens: 8, outputTokens: 0 },
      });
    }
  });

  it.each([
    ['no reason', sse([chunk([{ text: 'Hi' }])])],
    ['an array cut inside its first chunk', jsonArray([chunk([{ text: 'Hi' }])]).slice(0, 40)],
    ['an array cut after a chunk', jsonArray([chunk([{ text: 'Hi' }]), chunk([])]).slice(0, -30)],
  ])('that did not come is an interruption: %s', (_name, body) => {
    expect(decodeEvents(body).at(-1)).toMatchObject({ error: { code: 'LATTICE_STREAM_INTERRUPTED', retryable: true } });
  });
});

describe('usage', () => {
  const count = async (...metadata: JsonObject[]) => {
    const chunks = metadata.map((usageMetadata) => chunk([{ text: 'x' }], { finishReason: 'STOP' }, { usageMetadata }));
    const { inputTokens, outputTokens, totalTokens, cachedInputTokens, reasoningTokens } = (await collect(chunks))
      .usage;
    return [inputTokens, outputTokens, totalTokens, cachedInputTokens, reasoningTokens];
  };

  it('counts thoughts as output and tool results as input', async () => {
    expect(await count({ promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 })).toEqual([
      10,
      5,
      15,
      null,
      null,
    ]);
    const all = { promptTokenCount: 294, candidatesTokenCount: 230, thoughtsTokenCount: 158, totalTokenCount: 1287 };
    expect(await count({ ...all, toolUsePromptTokenCount: 605, cachedContentTokenCount: 100 })).toEqual([
      899, 388, 1287, 100, 158,
    ]);
    // A total that holds without them says that the prompt counts them already.
    expect(await count({ ...all, toolUsePromptTokenCount: 200, totalTokenCount: 682 })).toEqual([
      294,
      388,
      682,
      null,
      158,
    ]);
  });

  it('takes the last total, reads a missing count as 0 and nothing counted as unknown', async () => {
    const first = { promptTokenCount: 7, totalTokenCount: 9, thoughtsTokenCount: 2, trafficType: 'ON_DEMAND' };
    expect(await count(first, { candidatesTokenCount: 4, totalTokenCount: 13 })).toEqual([7, 6, 13, null, 2]);
    expect(await count({ totalTokenCount: 3, promptTokenCount: 3 })).toEqual([3, 0, 3, null, null]);
    expect(await count({ trafficType: 'ON_DEMAND' })).toEqual([null, null, null, null, null]);
  });
});

describe('what stands beside', () => {
  it('is kept: grounding, citations, ratings; of each the last', async () => {
    const result = await collect([
      chunk([{ text: 'a' }], { groundingMetadata: { webSearchQueries: ['early'] }, avgLogprobs: -0.5 }),
      chunk([], { finishReason: 'STOP', groundingMetadata: { webSearchQueries: ['late'] }, safetyRatings: [] }),
    ]);
    expect(result.providerMetadata).toEqual({
      avgLogprobs: -0.5,
      groundingMetadata: { webSearchQueries: ['late'] },
      safetyRatings: [],
    });
  });

  it('may be probabilities, of which proto JSON leaves out a certain one', async () => {
    const logprobsResult = {
      chosenCandidates: [{ token: 'Hi', logProbability: -0.1 }, { token: '!' }],
      topCandidates: [
        {
          candidates: [
            { token: 'Hi', logProbability: -0.1 },
            { token: 'Ho', logProbability: -2.5 },
          ],
        },
      ],
    };
    const result = await collect([chunk([{ text: 'Hi!' }], { finishReason: 'STOP', logprobsResult })]);
    expect(result.logprobs).toEqual([
      {
        token: 'Hi',
        logprob: -0.1,
        top: [
          { token: 'Hi', logprob: -0.1 },
          { token: 'Ho', logprob: -2.5 },
        ],
      },
      { token: '!', logprob: 0, top: [] },
    ]);
  });
});

describe('chunks that hold little', () => {
  it.each<[string, JsonObject]>([
    ['no candidates', { modelVersion: 'gemini-2.5-flash', usageMetadata: { promptTokenCount: 1 } }],
    ['an empty list', { candidates: [] }],
    ['no content', { candidates: [{ index: 0 }] }],
    ['no parts', { candidates: [{ content: { role: 'model' } }] }],
    ['null', { candidates: null, promptFeedback: null, usageMetadata: null }],
    ['parts that are none', { candidates: [{ content: { parts: [null, 'x', {}, { text: null }] } }] }],
  ])('are passed over: %s', async (_name, little) => {
    const end = chunk([{ text: 'y' }], { finishReason: 'STOP' });
    expect(await collect([little, chunk([{ text: 'x' }]), little, end])).toMatchObject({ text: 'xy' });
  });
});

describe('a body that is no answer', () => {
  it('says so', () => {
    const [event] = decodeEvents('{"hello":"world"}', true);
    expect(event).toMatchObject({
      error: { code: 'LATTICE_MALFORMED_RESPONSE', message: expect.stringContaining('candidates') as string },
    });
  });

  it('may be an error after good events, without the form of one', () => {
    const error = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } };
    for (const tail of [JSON.stringify(error), JSON.stringify([error], null, 2)]) {
      const bytes = Buffer.from(sse([chunk([{ text: 'Hi' }])]) + tail);
      for (let cut = bytes.length - tail.length - 3; cut <= bytes.length - tail.length + 3; cut += 1) {
        expect(decodeEvents([bytes.subarray(0, cut), bytes.subarray(cut)]).at(-1)).toMatchObject({
          error: { code: 'LATTICE_OVERLOADED', retryable: true, status: 503, partial: { text: 'Hi' } },
        });
      }
    }
  });
});
