import { collectChat, type ChatEvent, type ChatResult, type JsonObject } from '@lattice-lock/contract';
import { AnswerDecoder, type DecodeContext } from '@lattice-lock/provider-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDialCodec } from './dial-codec.ts';

const context: DecodeContext = { provider: 'dial', model: 'm', warnings: [], rateLimit: null, upstreamRequestId: null };

function decode(chunks: readonly Uint8Array[]): Promise<ChatResult> {
  const events: ChatEvent[] = [];
  const decoder = new AnswerDecoder({
    codec: createDialCodec({ apiVersion: 'v', streamUsage: true }),
    context,
    headers: {},
    secrets: [],
    nowMs: 0,
    emit: (event) => events.push(event),
  });
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  return collectChat(events, { provider: 'dial', model: 'm' });
}

const copied = (value: object) => JSON.parse(JSON.stringify(value)) as object;
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const attachment = fc.record({ type: text, title: text, data: text });
const stage = fc.record({
  name: text,
  content: text,
  status: fc.constantFrom('completed', 'failed'),
  attachments: fc.array(attachment, { minLength: 1, maxLength: 2 }),
});
const answer = fc.record({
  content: text,
  stages: fc.array(stage, { maxLength: 3 }),
  attachments: fc.array(attachment, { maxLength: 3 }),
  // Through JSON once: it has no -0.
  state: fc.option(fc.dictionary(text, fc.jsonValue()).map(copied), { nil: undefined }),
  usage: fc.option(fc.record({ prompt_tokens: fc.nat(), completion_tokens: fc.nat() }), { nil: null }),
  discarded: fc.option(fc.array(fc.nat(), { minLength: 1, maxLength: 2 }), { nil: undefined }),
  models: fc.array(fc.record({ model: text, prompt_tokens: fc.nat() }), { maxLength: 2 }),
});

/** A text in pieces. */
const cut = (value: string, size: number) => value.match(new RegExp(`.{1,${size}}`, 'gsu')) ?? [value];
const delta = (fields: object): object => ({
  choices: [{ index: 0, finish_reason: null, delta: fields }],
  usage: null,
});

type Answer = typeof answer extends fc.Arbitrary<infer T> ? T : never;

/** The answer in the chunks that aidial-sdk would send, its texts cut. */
function chunksOf(whole: Answer, size: number): object[] {
  const custom = (content: object) => delta({ custom_content: content });
  const pieces = (attachments: Answer['attachments'], wrap: (list: object[]) => object) =>
    attachments.flatMap(({ data, ...rest }, index) =>
      cut(data, size).map((piece, place) => wrap([{ index, ...(place === 0 ? rest : {}), data: piece }])),
    );
  const stages = whole.stages.flatMap(({ name, content, status, attachments }, index) => [
    custom({ stages: [{ index, name, status: null }] }),
    ...cut(content, size).map((piece) => custom({ stages: [{ index, content: piece, status: null }] })),
    ...pieces(attachments, (list) => custom({ stages: [{ index, attachments: list, status: null }] })),
    custom({ stages: [{ index, status }] }),
  ]);
  return [
    ...stages,
    ...cut(whole.content, size).map((content) => delta({ content })),
    ...pieces(whole.attachments, (list) => custom({ attachments: list })),
    ...(whole.state === undefined ? [] : [custom({ state: whole.state })]),
    { choices: [{ index: 0, finish_reason: 'stop', delta: {} }], usage: whole.usage },
    ...(whole.discarded === undefined ? [] : [{ statistics: { discarded_messages: whole.discarded } }]),
    ...whole.models.map((one, index) => ({ statistics: { usage_per_model: [{ index, ...one }] } })),
  ];
}

function bodyOf(whole: Answer): object {
  const { content, stages, attachments, state, usage, discarded, models } = whole;
  const custom_content = {
    ...(stages.length === 0 ? {} : { stages }),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(state === undefined ? {} : { state }),
  };
  const statistics = {
    ...(discarded === undefined ? {} : { discarded_messages: discarded }),
    ...(models.length === 0 ? {} : { usage_per_model: models }),
  };
  return {
    choices: [{ index: 0, finish_reason: 'stop', message: { content, custom_content } }],
    usage,
    ...(Object.keys(statistics).length === 0 ? {} : { statistics }),
  };
}

describe('one answer, buffered and streamed', () => {
  it('decodes to equal results wherever texts and bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        answer,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 90 }),
        async (whole, size, step) => {
          const lines = chunksOf(whole, size).map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`);
          const bytes = Buffer.from(`${lines.join('')}data: [DONE]\r\n\r\n`);
          const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_, at) =>
            bytes.subarray(at * step, (at + 1) * step),
          );
          const buffered = await decode([Buffer.from(JSON.stringify(bodyOf(whole)))]);
          expect(await decode(chunks)).toEqual(buffered);
          const metadata: JsonObject = buffered.providerMetadata ?? {};
          expect(metadata['attachments'] ?? []).toEqual(whole.attachments);
          expect(metadata['state']).toEqual(whole.state);
        },
      ),
      { numRuns: 150 },
    );
  });
});
