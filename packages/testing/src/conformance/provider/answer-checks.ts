import assert from 'node:assert/strict';
import { collectChat, type ChatEvent, type ChatResult } from '@lattice-lock/contract';
import type { Framing, SimulatedAnswer } from '../../simulator/simulator-reply.ts';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { assertWholeStream, eventsOf, streamedText } from './stream-assertions.ts';

type Check = ConformanceCheck<ProviderSubject>;

const poem = 'The tide comes in, the tide goes out, and nobody keeps the score.';
/** Letters of two, three and four bytes, joined emoji, and text from right to left. */
const worldText = 'Füße · 海は広い · \u{1f469}\u200d\u{1f52c}\u{1f30a} · שלום · e\u0301 · "quotes" \\ and\nlines\t';

const shortWorldText = 'ß海\u{1f30a}';

const text: Check = {
  id: 'text',
  title: 'a buffered answer has its text, model, finish reason and request id',
  async run(subject) {
    const result = await subject.chat({ answer: { text: poem } });
    const record = await subject.onlyServed();
    assert.equal(result.text, poem);
    assert.deepEqual(result.content, [{ type: 'text', text: poem }]);
    assert.equal(result.provider, subject.provider.id);
    assert.equal(result.model, record.model);
    assert.equal(result.finishReason, 'stop');
    assert.ok(result.rawFinishReason, "the vendor's own word is kept in `rawFinishReason`");
    assert.deepEqual(result.toolCalls, []);
    assert.equal(result.refusal, null);
    if (subject.traits.hasIds) {
      assert.equal(result.upstreamRequestId, record.id, "the vendor's request id is kept");
      assert.ok(result.id, "the vendor's id of the answer is kept");
    }
    if (subject.traits.hasRateLimits) {
      assert.equal(typeof result.rateLimit?.remainingRequests, 'number', 'the rate-limit headers are read');
    }
  },
};

const streamOrder: Check = {
  id: 'stream-order',
  title: 'a stream is `start`, deltas as they come, one `finish` last',
  async run(subject) {
    const events = await subject.stream({ answer: { text: poem } });
    assertWholeStream(events);
    assert.equal(streamedText(events), poem);
    assert.ok(eventsOf(events, 'text-delta').length > 3, 'deltas are passed on as they come, not gathered');
    assert.equal(
      new Set(eventsOf(events, 'text-delta').map((event) => event.index)).size,
      1,
      'one block has one index',
    );
    const last = eventsOf(events, 'finish')[0];
    assert.equal(last?.finishReason, 'stop');
  },
};

const unicode: Check = {
  id: 'unicode',
  title: 'text survives cuts of the byte stream anywhere',
  async run(subject) {
    // Byte by byte, which cuts everywhere, and in pieces that end anywhere.
    for (const [text, maxBytes] of [
      [shortWorldText, 1],
      [worldText, 7],
    ] as const) {
      const chunking = { seed: maxBytes, maxBytes };
      const events = await subject.stream({ answer: { text }, chunking });
      assertWholeStream(events);
      assert.equal(streamedText(events), text, `streamed in pieces of at most ${maxBytes}`);
      const result = await subject.chat({ answer: { text }, chunking });
      assert.equal(result.text, text, `buffered in pieces of at most ${maxBytes}`);
    }
  },
};

const framings: readonly Framing[] = [
  { lineEnd: 'crlf' },
  { comments: true, tight: true },
  { byteOrderMark: true, openEnd: true },
];

const framing: Check = {
  id: 'framing',
  title: 'line ends, comments, missing blanks and a byte order mark make no difference',
  notApplicable: ({ traits }) => (traits.hasTextFrames ? undefined : 'the frames of this wire are binary'),
  async run(subject) {
    for (const liberty of framings) {
      const reply = { answer: { text: worldText }, framing: liberty, chunking: { seed: 5, maxBytes: 9 } };
      const events = await subject.stream(reply);
      assertWholeStream(events);
      assert.equal(streamedText(events), worldText, JSON.stringify(liberty));
    }
  },
};

const answers: Readonly<Record<string, SimulatedAnswer>> = {
  text: { text: poem },
  'reasoning and text': { reasoning: { text: 'What do I know of the sea?', signature: 'c2lnbmVk' }, text: poem },
  'text and two tool calls': {
    text: 'I look it up.',
    toolCalls: [
      { id: 'call_a', name: 'get_tide', arguments: { port: 'Brest', days: [1, 2, 3] } },
      { id: 'call_b', name: 'get_wind', arguments: {} },
    ],
  },
  refusal: { refusal: 'I will not speak of the sea.' },
  'an answer at its token limit': { text: 'The tide comes', finishReason: 'length' },
  'an answer without usage': { text: poem, usage: null },
};

/** A result without what differs from one HTTP request to the next. */
function comparable(result: ChatResult, signaturesAreIds: boolean) {
  const { id: _id, upstreamRequestId: _requestId, rateLimit: _rateLimit, content, ...rest } = result;
  if (!signaturesAreIds) return { ...rest, content };
  return {
    ...rest,
    content: content.map((part) => (part.type === 'reasoning' ? { ...part, signature: 'an id' } : part)),
  };
}

const sameBothWays: Check = {
  id: 'buffered-equals-streamed',
  title: 'the same answer gives the same result buffered and streamed',
  async run(subject) {
    for (const [name, answer] of Object.entries(answers)) {
      const more = { reasoning: { effort: 'low' as const } };
      const buffered = await subject.chat({ answer }, more);
      subject.simulator.enqueue({ answer });
      const request = subject.request(more);
      const streamed = await collectChat(subject.provider.stream(request), {
        provider: subject.provider.id,
        model: request.model,
      });
      const { signaturesAreIds } = subject.traits;
      assert.deepEqual(comparable(streamed, signaturesAreIds), comparable(buffered, signaturesAreIds), name);
    }
  },
};

const batches: Check = {
  id: 'batches',
  title: 'batches of events tell the same as single ones',
  notApplicable: ({ provider }) =>
    provider.streamBatches === undefined ? 'the provider has no `streamBatches`' : undefined,
  async run(subject) {
    const answer = { text: poem, toolCalls: [{ id: 'call_a', name: 'get_tide', arguments: { port: 'Brest' } }] };
    for (const fault of [undefined, { type: 'cut' as const, afterEvents: 7 }]) {
      const reply = { answer, ...(fault === undefined ? {} : { fault }) };
      const single = await subject.stream(reply);
      subject.simulator.enqueue(reply);
      const batched: ChatEvent[] = [];
      for await (const batch of subject.provider.streamBatches?.(subject.request()) ?? []) {
        assert.ok(batch.length > 0, 'no batch is empty');
        batched.push(...batch);
      }
      assert.deepEqual(batched.map(spokenEvent), single.map(spokenEvent));
    }
  },
};

/** What an event says, without what differs from one HTTP request to the next. */
function spokenEvent(event: ChatEvent) {
  if (event.type === 'start') return { type: event.type, model: event.model, warnings: event.warnings };
  return event.type === 'error' ? { type: event.type, code: event.error.code } : event;
}

/** OpenAI's Responses take no less. */
const leastLimit = 16;

const lengthFinish: Check = {
  id: 'length',
  title: 'an answer cut by the token limit says `length`',
  async run(subject) {
    const request = subject.request({ maxOutputTokens: leastLimit });
    const result = await subject.provider.chat(request);
    assert.equal(result.finishReason, 'length');
    const record = await subject.onlyServed();
    assert.equal(record.chat?.maxOutputTokens, leastLimit, 'the token limit arrives');
  },
};

const concurrent: Check = {
  id: 'concurrent',
  title: 'concurrent calls do not mix up their answers',
  async run(subject) {
    const names = Array.from({ length: 16 }, (_unused, index) => `Question number ${index} of sixteen`);
    const results = await Promise.all(
      names.map(async (content, index) => {
        const request = subject.request({ messages: [{ role: 'user', content }] });
        if (index % 2 === 0) return (await subject.provider.chat(request)).text;
        const { provider } = subject;
        return (await collectChat(provider.stream(request), { provider: provider.id, model: request.model })).text;
      }),
    );
    results.forEach((answer, index) => assert.ok(answer.includes(names[index] ?? '?'), `answer ${index}: ${answer}`));
  },
};

/** What an answer is, buffered and streamed. */
export const answerChecks: readonly Check[] = [
  text,
  streamOrder,
  unicode,
  framing,
  sameBothWays,
  batches,
  lengthFinish,
  concurrent,
];
