import assert from 'node:assert/strict';
import type { JsonSchema, ResponseFormat } from '@lattice-lock/contract';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { assertBrokenStream, rejection } from './stream-assertions.ts';

type Check = ConformanceCheck<ProviderSubject>;

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
const responseFormat: ResponseFormat = { type: 'json-schema', name: 'water', schema, strict: true };
const fitting = JSON.stringify({ title: 'Baikal', depth: 1642, kind: 'lake', ports: [{ name: 'Listvyanka' }] });
const unfit = JSON.stringify({ title: 'Baikal', depth: 'deep', kind: 'ocean' });

const structuredOutput: Check = {
  id: 'structured-output',
  title: 'a JSON schema arrives, and the answer is JSON of that schema',
  notApplicable: ({ capabilities }) =>
    capabilities.structuredOutput === 'native' ? undefined : 'the vendor enforces no schema: see its fallback',
  async run(subject) {
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

const fallback: Check = {
  id: 'structured-output-fallback',
  title: 'without a native schema: the model is told, a warning says so, and a text that does not fit is an error',
  notApplicable: ({ capabilities }) =>
    capabilities.structuredOutput === 'native' ? 'the vendor enforces schemas itself' : undefined,
  async run(subject) {
    const result = await subject.chat({ answer: { text: fitting } }, { responseFormat });
    const record = await subject.onlyServed();
    assert.equal(result.text, fitting);
    assert.ok(
      result.warnings.some((warning) => /schema/i.test(warning)),
      'a warning says how the schema is kept',
    );
    assert.ok(JSON.stringify(record.body).includes('ports'), 'the model is told the schema');
    const thrown = await rejection(subject.chat({ answer: { text: unfit } }, { responseFormat }));
    const told = assertBrokenStream(await subject.stream({ answer: { text: unfit } }, { responseFormat }));
    for (const error of [thrown, told]) {
      assert.equal(error.code, 'LATTICE_MALFORMED_RESPONSE');
      assert.equal(error.partial?.text, unfit, 'the error holds the text that does not fit');
    }
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

/** The form of an answer's text. */
export const formatChecks: readonly Check[] = [structuredOutput, fallback, jsonMode];
