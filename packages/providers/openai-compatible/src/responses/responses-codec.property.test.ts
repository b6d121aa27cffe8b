import type { ChatEvent, ChatResult, JsonObject } from '@lattice-lock/contract';
import { AnswerDecoder } from '@lattice-lock/provider-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createResponsesCodec } from './responses-codec.ts';

const codec = createResponsesCodec();
const context = { provider: 'acme', model: 'asked', warnings: [], rateLimit: null, upstreamRequestId: null };

function decoding(): { decoder: AnswerDecoder; events: ChatEvent[] } {
  const events: ChatEvent[] = [];
  const emit = (event: ChatEvent) => events.push(event);
  return { decoder: new AnswerDecoder({ codec, context, headers: {}, secrets: [], nowMs: 0, emit }), events };
}

const words = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const texts = fc.array(words, { maxLength: 3 });

/** The items of an answer; their ids and places are filled in by {@link answer}. */
const item: fc.Arbitrary<JsonObject> = fc.oneof(
  texts.map((parts) => ({ type: 'message', content: parts.map((text) => ({ type: 'output_text', text })) })),
  fc.record({ summary: texts, content: texts, sealed: fc.option(words, { nil: undefined }) }).map((one) => ({
    type: 'reasoning',
    summary: one.summary.map((text) => ({ type: 'summary_text', text })),
    content: one.content.map((text) => ({ type: 'reasoning_text', text })),
    encrypted_content: one.sealed,
  })),
  fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }).map((value) => ({
    type: 'function_call',
    name: 'f',
    arguments: JSON.stringify(value),
  })),
  fc.constant({ type: 'web_search_call', status: 'completed' }),
);

const answer: fc.Arbitrary<JsonObject> = fc
  .record({
    items: fc.array(item, { maxLength: 5 }),
    refusal: fc.option(words),
    status: fc.constantFrom('completed', 'incomplete', 'cancelled'),
    reason: fc.constantFrom('max_output_tokens', 'content_filter'),
  })
  .map(({ items, refusal, status, reason }) => {
    const refused = refusal === null ? [] : [{ type: 'message', content: [{ type: 'refusal', refusal }] }];
    return {
      id: 'resp_1',
      object: 'response',
      model: 'm-1',
      status,
      incomplete_details: status === 'incomplete' ? { reason } : null,
      output: [...items, ...refused].map((one, index) => ({ ...one, id: `i_${index}`, call_id: `call_${index}` })),
      usage: { input_tokens: 5, input_tokens_details: { cached_tokens: 2 }, output_tokens: 7, total_tokens: 12 },
    };
  });

/** How a server tells an answer as a stream. */
const manner = fc.record({
  cutAt: fc.integer({ min: 1, max: 5 }),
  deltas: fc.boolean(),
  textDone: fc.boolean(),
  added: fc.boolean(),
  itemDone: fc.boolean(),
  twice: fc.boolean(),
  outputIndex: fc.boolean(),
  strangeEvents: fc.boolean(),
  order: fc.array(fc.nat(9), { maxLength: 12 }),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  bytes: fc.integer({ min: 1, max: 200 }),
});
type Manner = typeof manner extends fc.Arbitrary<infer T> ? T : never;

function textsOf(one: JsonObject): { name: string; place: JsonObject; field: string; text: string }[] {
  if (one['type'] === 'function_call') {
    return [{ name: 'function_call_arguments', place: {}, field: 'arguments', text: String(one['arguments']) }];
  }
  const of = (key: string, name: string, placeName: string, field: string) =>
    ((one[key] ?? []) as readonly JsonObject[]).flatMap((part, place) =>
      part[field] === undefined ? [] : [{ name, place: { [placeName]: place }, field, text: String(part[field]) }],
    );
  if (one['type'] === 'reasoning') {
    return [
      ...of('content', 'reasoning_text', 'content_index', 'text'),
      ...of('summary', 'reasoning_summary_text', 'summary_index', 'text'),
    ];
  }
  return [
    ...of('content', 'output_text', 'content_index', 'text'),
    ...of('content', 'refusal', 'content_index', 'refusal'),
  ];
}

function eventsOf(one: JsonObject, index: number, how: Manner): JsonObject[] {
  const at = how.outputIndex ? { output_index: index } : {};
  const events: JsonObject[] = [];
  const bare = { ...one, content: [], summary: [], arguments: '', encrypted_content: undefined };
  if (how.added) events.push({ type: 'response.output_item.added', ...at, item: bare });
  for (const { name, place, field, text } of textsOf(one)) {
    const about = { ...at, item_id: one['id'], ...place };
    for (let from = 0; how.deltas && from < text.length; from += how.cutAt) {
      events.push({ type: `response.${name}.delta`, ...about, delta: text.slice(from, from + how.cutAt) });
    }
    if (how.textDone) events.push({ type: `response.${name}.done`, ...about, [field]: text });
  }
  if (how.itemDone) events.push({ type: 'response.output_item.done', ...at, item: one });
  return events;
}

/** Mixes the events of the items, keeping the order within each. */
function interleave(lists: JsonObject[][], order: readonly number[]): JsonObject[] {
  const mixed: JsonObject[] = [];
  for (let step = 0; lists.some((list) => list.length > 0); step += 1) {
    const open = lists.filter((list) => list.length > 0);
    const next = open[(order[step % Math.max(1, order.length)] ?? 0) % open.length]?.shift();
    if (next !== undefined) mixed.push(next);
  }
  return mixed;
}

function streamOf(body: JsonObject, how: Manner): Buffer {
  const items = body['output'] as readonly JsonObject[];
  const lists = items.map((one, index) => eventsOf(one, index, how));
  const strange = { type: 'response.something_new.delta', delta: 'nothing', output_index: 0 };
  const between = interleave(lists, how.order).flatMap((event) => [
    event,
    ...(how.twice && !String(event['type']).endsWith('.delta') ? [event] : []),
    ...(how.strangeEvents ? [strange] : []),
  ]);
  const all = [
    { type: 'response.created', response: { id: 'resp_1', model: 'm-1', status: 'in_progress', output: [] } },
    ...between,
    { type: body['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed', response: body },
  ];
  const { lineEnd: end } = how;
  return Buffer.from(
    all.map((event) => `event: ${event.type}${end}data: ${JSON.stringify(event)}${end}${end}`).join(''),
  );
}

function readBody(body: JsonObject): ChatResult {
  const { decoder } = decoding();
  decoder.readWhole(JSON.stringify(body));
  return decoder.result();
}

describe('an answer of Responses', () => {
  it('is the same buffered and streamed, however it is told, mixed and cut', () => {
    fc.assert(
      fc.property(answer, manner, (body, how) => {
        // Items without a place come one after the other, each announced: nothing else could tell them apart.
        const told = how.outputIndex ? how : { ...how, added: true, order: [] };
        const { decoder, events } = decoding();
        const bytes = streamOf(body, told);
        for (let from = 0; from < bytes.length; from += told.bytes)
          decoder.push(bytes.subarray(from, from + told.bytes));
        decoder.end();
        expect(decoder.result()).toEqual(readBody(body));
        expect(events[0]?.type).toBe('start');
        expect(events.filter(({ type }) => type === 'start' || type === 'finish')).toHaveLength(2);
        const calls = (type: string) => events.filter((event) => event.type === type).length;
        expect(calls('tool-call-end')).toBe(calls('tool-call-start'));
      }),
    );
  });

  it('is never finished when its stream was cut before the terminal event, and holds no call that may be cut', () => {
    fc.assert(
      fc.property(answer, manner, fc.nat(), (body, how, cut) => {
        const bytes = streamOf(body, how);
        const terminal = bytes.lastIndexOf('event: ');
        const { decoder, events } = decoding();
        decoder.push(bytes.subarray(0, cut % terminal));
        decoder.end();
        expect(events.at(-1)).toMatchObject({
          type: 'error',
          error: { code: 'LATTICE_STREAM_INTERRUPTED', retryable: true, partial: { toolCalls: [] } },
        });
        expect(events.filter(({ type }) => type === 'tool-call-end')).toEqual([]);
      }),
    );
  });

  it('is refused or read, but never breaks the decoder, whatever the fields hold', () => {
    const types = ['output_item.added', 'output_item.done', 'output_text.delta', 'output_text.done', 'completed'];
    const more = ['function_call_arguments.delta', 'function_call_arguments.done', 'reasoning_summary_text.delta'];
    const value = fc.oneof(fc.jsonValue(), fc.constant({}), fc.constant([]));
    const odd = fc.record(
      { type: fc.constantFrom('message', 'reasoning', 'function_call'), id: value, content: value, arguments: value },
      { requiredKeys: [] },
    );
    const event = fc.record(
      {
        type: fc.constantFrom(...[...types, ...more].map((type) => `response.${type}`)),
        output_index: fc.oneof(fc.nat(3), value),
        item_id: value,
        content_index: value,
        item: fc.oneof(value, odd),
        delta: value,
        text: value,
        logprobs: value,
        response: fc.oneof(value, fc.record({ output: fc.oneof(value, fc.array(odd)), usage: value, status: value })),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (list) => {
        const { decoder, events } = decoding();
        decoder.push(Buffer.from(list.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')));
        decoder.end();
        const last = events.at(-1);
        expect(['finish', 'error']).toContain(last?.type);
        if (last?.type === 'error') expect(last.error.code).not.toBe('LATTICE_INTERNAL');
      }),
    );
  });
});
