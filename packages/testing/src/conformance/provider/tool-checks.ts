import assert from 'node:assert/strict';
import {
  LatticeError,
  type ChatEvent,
  type ChatRequest,
  type Message,
  type ToolDefinition,
  type ToolResultPart,
} from '@lattice-lock/contract';
import type { SimulatedToolCall } from '../../simulator/simulator-reply.ts';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { assertWholeStream, eventsOf } from './stream-assertions.ts';

type Check = ConformanceCheck<ProviderSubject>;

const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools: readonly ToolDefinition[] = [
  { name: 'get_weather', description: 'The weather of a city.', parameters: city },
  { name: 'get_time', description: 'The time in a city.', parameters: city },
];
const twoCalls: readonly SimulatedToolCall[] = [
  { name: 'get_weather', arguments: { city: 'Saint-Malo, "intra muros"' } },
  { name: 'get_time', arguments: { city: 'Reykjavík' } },
];

const roundTrip: Check = {
  id: 'tool-round-trip',
  title: 'two parallel calls are told apart, and their results go back to the right ones',
  async run(subject) {
    const turn = await subject.chat({ answer: { toolCalls: twoCalls } }, { tools });
    assert.equal(turn.finishReason, 'tool-calls');
    assert.deepEqual(
      turn.toolCalls.map((call) => [call.name, call.arguments]),
      twoCalls.map((call) => [call.name, call.arguments]),
    );
    const ids = turn.toolCalls.map((call) => call.id);
    assert.equal(new Set(ids).size, 2, 'ids are unique');
    assert.ok(
      ids.every((id) => id !== ''),
      'ids are not empty',
    );

    // Sent in the other order, so that a match by place alone is found out.
    const results = turn.toolCalls.toReversed().map((call): ToolResultPart => {
      return { type: 'tool-result', toolCallId: call.id, toolName: call.name, content: `result of ${call.name}` };
    });
    const messages: readonly Message[] = [
      { role: 'user', content: 'How is it there?' },
      { role: 'assistant', content: turn.content },
      { role: 'tool', content: results },
    ];
    const answer = await subject.chat({ answer: { text: 'Mild.' } }, { tools, messages });
    assert.equal(answer.text, 'Mild.');

    const record = (await subject.served(2))[1];
    const calls = partsOf(record?.chat ?? null, 'tool-call');
    assert.deepEqual(
      calls.map((call) => [call.name, call.arguments]),
      twoCalls.map((call) => [call.name, call.arguments]),
      'the calls go back unchanged',
    );
    for (const call of calls) {
      const result = partsOf(record?.chat ?? null, 'tool-result').find((part) => part.toolCallId === call.id);
      assert.equal(result === undefined ? undefined : resultText(result), `result of ${call.name}`);
    }
  },
};

function partsOf<Type extends 'tool-call' | 'tool-result'>(chat: ChatRequest | null, type: Type) {
  const parts = (chat?.messages ?? []).flatMap((message) =>
    typeof message.content === 'string' ? [] : [...message.content],
  );
  return parts.filter((part): part is Extract<(typeof parts)[number], { type: Type }> => part.type === type);
}

function resultText(result: ToolResultPart): string {
  if (typeof result.content === 'string') return result.content;
  return result.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

const deltas: Check = {
  id: 'tool-deltas',
  title: 'argument deltas are merged by index, also where calls interleave',
  async run(subject) {
    const events = await subject.stream({ answer: { text: 'I look.', toolCalls: twoCalls } }, { tools });
    assertWholeStream(events);
    const starts = eventsOf(events, 'tool-call-start');
    const ends = eventsOf(events, 'tool-call-end');
    assert.deepEqual(
      starts.map((event) => event.name),
      ['get_weather', 'get_time'],
    );
    assert.equal(new Set(starts.map((event) => event.index)).size, 2, 'each call has an index of its own');
    for (const [place, start] of starts.entries()) {
      const pieces = eventsOf(events, 'tool-call-delta').filter((event) => event.index === start.index);
      const end = ends.find((event) => event.index === start.index);
      assert.equal(end?.id, start.id, 'a call keeps its id');
      assert.equal(pieces.map((event) => event.argumentsText).join(''), end?.argumentsText, 'the deltas are the whole');
      assert.deepEqual(end?.arguments, twoCalls[place]?.arguments);
      assert.ok(positionOf(events, start) < positionOf(events, pieces[0]), 'the start comes first');
    }
    const texts = eventsOf(events, 'text-delta');
    assert.ok(
      texts.every((event) => starts.every((start) => start.index !== event.index)),
      'text has another index',
    );
    assert.equal(eventsOf(events, 'finish')[0]?.finishReason, 'tool-calls');
  },
};

function positionOf(events: readonly ChatEvent[], event: ChatEvent | undefined): number {
  return event === undefined ? Infinity : events.indexOf(event);
}

const choices: readonly (readonly [string, Partial<ChatRequest>])[] = [
  ['required', { toolChoice: 'required' }],
  ['named', { toolChoice: { name: 'get_time' } }],
  ['none', { toolChoice: 'none' }],
  ['one at a time', { toolChoice: 'auto', parallelToolCalls: false }],
];

const toolChoice: Check = {
  id: 'tool-choice',
  title: 'the choice of tools arrives, or a warning says that it did not',
  async run(subject) {
    for (const [count, [name, more]] of choices.entries()) {
      const result = await subject.provider.chat(subject.request({ tools, ...more }));
      const { chat } = (await subject.served(count + 1))[count] ?? {};
      const isWarned = result.warnings.some((warning) => /tool/i.test(warning));
      if (more.toolChoice === 'none') {
        assert.deepEqual(result.toolCalls, [], 'no tool is called');
        assert.ok(chat?.tools === undefined || chat.toolChoice === 'none', 'the wire forbids tools');
      } else if (!isWarned && more.toolChoice !== 'auto') {
        assert.deepEqual(chat?.toolChoice, more.toolChoice, name);
        assert.equal(result.finishReason, 'tool-calls', `a call that was ${name} finishes as one`);
      }
      if (!isWarned && more.parallelToolCalls === false) assert.equal(result.toolCalls.length, 1, name);
    }
  },
};

const emptyArguments: Check = {
  id: 'tool-empty-arguments',
  title: 'arguments that are empty are `{}`',
  async run(subject) {
    const answer = { toolCalls: [{ name: 'get_time', arguments: '' }] };
    const result = await subject.chat({ answer }, { tools });
    const [end] = eventsOf(await subject.stream({ answer }, { tools }), 'tool-call-end');
    assert.deepEqual(result.toolCalls[0]?.arguments, {});
    assert.equal(result.toolCalls[0]?.argumentsText, '{}');
    assert.deepEqual(end?.arguments, {});
    assert.equal(end?.argumentsText, '{}');
  },
};

const brokenArguments: Check = {
  id: 'tool-broken-arguments',
  title: 'arguments that are not JSON are kept as text and marked `null`',
  notApplicable: ({ traits }) =>
    traits.argumentsAreText ? undefined : 'this wire carries arguments as an object, which cannot be broken JSON',
  async run(subject) {
    const answer = { toolCalls: [{ name: 'get_time', arguments: '{"city": "Reyk' }] };
    const events = await subject.stream({ answer }, { tools });
    assertWholeStream(events);
    const [end] = eventsOf(events, 'tool-call-end');
    assert.equal(end?.arguments, null);
    assert.equal(end?.argumentsText, '{"city": "Reyk');
  },
};

/** A check of what only providers with tools can do. */
function forTools(check: Check): Check {
  return {
    ...check,
    notApplicable: (subject) =>
      subject.capabilities.tools ? check.notApplicable?.(subject) : 'the provider says that it has no tools',
  };
}

const withoutTools: Check = {
  id: 'tool-refusal',
  title: 'tools that a provider does not promise are refused, warned of, or sent all the same',
  notApplicable: ({ capabilities }) => (capabilities.tools ? 'the provider has tools' : undefined),
  async run(subject) {
    subject.simulator.enqueue({ answer: { text: 'Mild.' } });
    const [outcome] = await Promise.allSettled([subject.provider.chat(subject.request({ tools }))]);
    if (outcome.status === 'fulfilled') {
      const isWarned = outcome.value.warnings.some((warning) => /tool/i.test(warning));
      const { chat } = await subject.onlyServed();
      assert.ok(isWarned || chat?.tools?.length === tools.length, 'tools are refused, warned of, or sent; not dropped');
      return;
    }
    assert.ok(LatticeError.isInstance(outcome.reason), `a LatticeError is thrown, not ${String(outcome.reason)}`);
    assert.equal(outcome.reason.code, 'LATTICE_UNSUPPORTED', outcome.reason.message);
  },
};

/** Tools and their calls. */
export const toolChecks: readonly Check[] = [
  ...[roundTrip, deltas, toolChoice, emptyArguments, brokenArguments].map(forTools),
  withoutTools,
];
