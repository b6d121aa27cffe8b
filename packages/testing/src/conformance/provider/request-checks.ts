import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { messageText, type ChatRequest, type JsonSchema } from '@lattice-lock/contract';
import { createSeededRandom } from '../../simulator/seeded-random.ts';
import type { ConformanceCheck } from '../conformance-check.ts';
import { assertWholeStream, type ProviderSubject } from './provider-subject.ts';

type Check = ConformanceCheck<ProviderSubject>;

const history: Check = {
  id: 'history',
  title: 'the whole conversation arrives, in order',
  async run(subject) {
    const messages: ChatRequest['messages'] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is salt?' },
      { role: 'assistant', content: [{ type: 'text', text: 'Sodium chloride.' }] },
      { role: 'user', content: [{ type: 'text', text: 'And sea salt?' }] },
    ];
    await subject.chat({ answer: { text: 'The same.' } }, { messages });
    const record = await subject.onlyServed();
    const said = (list: ChatRequest['messages']) => list.map((message) => [message.role, messageText(message)]);
    assert.deepEqual(said(record.chat?.messages ?? []), said(messages));
  },
};

const options = {
  temperature: 0.3,
  topP: 0.8,
  stop: ['###'],
  seed: 7,
  presencePenalty: 0.5,
  frequencyPenalty: 0.25,
  user: 'user-1',
} satisfies Partial<ChatRequest>;

/** How a warning names each option. */
const names: Readonly<Record<keyof typeof options, RegExp>> = {
  temperature: /temperature/i,
  topP: /top_?p/i,
  stop: /stop/i,
  seed: /seed/i,
  presencePenalty: /presence/i,
  frequencyPenalty: /frequency/i,
  user: /user/i,
};

const requestOptions: Check = {
  id: 'options',
  title: 'every option arrives as it was given, or a warning says that it did not',
  async run(subject) {
    const result = await subject.chat({ answer: { text: 'Yes.' } }, { ...options, maxOutputTokens: 4321 });
    const { chat } = await subject.onlyServed();
    assert.equal(chat?.maxOutputTokens, 4321, 'the token limit arrives');
    for (const name of Object.keys(options) as (keyof typeof options)[]) {
      if (result.warnings.some((warning) => names[name].test(warning))) continue;
      assert.deepEqual(chat?.[name], options[name], `\`${name}\` arrives or is warned of`);
    }
  },
};

/** Bytes that begin as a PNG file does and hold every value. */
function imageBytes(): Buffer {
  const random = createSeededRandom(42);
  const noise = Buffer.from(Array.from({ length: 3001 }, () => Math.floor(random() * 256)));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), noise]);
}

const images: Check = {
  id: 'images',
  title: 'the bytes of an image arrive unchanged',
  async run(subject) {
    const bytes = imageBytes();
    const source = { type: 'base64' as const, mediaType: 'image/png', data: bytes.toString('base64') };
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image' as const, source },
    ];
    const request = { messages: [{ role: 'user' as const, content }] };
    await subject.chat({ answer: { text: 'Noise.' } }, request);
    assertWholeStream(await subject.stream({ answer: { text: 'Noise.' } }, request));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    for (const record of await subject.served(2)) {
      assert.deepEqual(record.images, [{ mediaType: 'image/png', sha256, bytes: bytes.length }]);
    }
  },
};

const schema: JsonSchema = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    depth: { type: 'integer' },
    kind: { type: 'string', enum: ['sea', 'lake'] },
    ports: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
  },
  required: ['title', 'depth', 'kind', 'ports'],
  additionalProperties: false,
};

const structuredOutput: Check = {
  id: 'structured-output',
  title: 'a JSON schema arrives, and the answer is JSON of that schema',
  async run(subject) {
    const responseFormat = { type: 'json-schema' as const, name: 'water', schema, strict: true };
    const result = await subject.provider.chat(subject.request({ responseFormat }));
    const { chat } = await subject.onlyServed();
    assert.ok(chat?.responseFormat?.type === 'json-schema', 'the wire carries the schema');
    const properties = chat.responseFormat.schema.properties as Record<string, unknown>;
    assert.deepEqual(Object.keys(properties), Object.keys(schema.properties as object), 'every property arrives');
    const value = JSON.parse(result.text) as { title: unknown; depth: unknown; kind: unknown; ports: unknown };
    assert.equal(typeof value.title, 'string');
    assert.ok(Number.isInteger(value.depth));
    assert.ok(value.kind === 'sea' || value.kind === 'lake');
    assert.ok(Array.isArray(value.ports));
  },
};

const jsonMode: Check = {
  id: 'json-mode',
  title: 'JSON mode arrives, or a warning says what takes its place',
  async run(subject) {
    const result = await subject.chat({ answer: { text: '{"salt":true}' } }, { responseFormat: { type: 'json' } });
    const { chat } = await subject.onlyServed();
    const isWarned = result.warnings.some((warning) => /json/i.test(warning));
    assert.ok(chat?.responseFormat?.type === 'json' || isWarned, 'JSON mode arrives or is warned of');
  },
};

/** What of a request reaches the vendor. */
export const requestChecks: readonly Check[] = [history, requestOptions, images, structuredOutput, jsonMode];
