import assert from 'node:assert/strict';
import type { ChatRequest, JsonSchema } from '@lattice-lock/contract';
import { assertContains, assertJson, assertLength } from '../../assertions/text-assertions.ts';
import { schemaMismatches } from '../../assertions/schema-mismatches.ts';
import type { ConformanceCheck } from '../conformance-check.ts';
import { assertWholeStream, eventsOf, readAll, streamedText } from '../provider/stream-assertions.ts';
import type { LiveSetup } from './live-smoke.ts';

type Check = ConformanceCheck<LiveSetup>;

/** Room for a model that thinks first; the budget counts it as spent until the real figure is known. */
const maxOutputTokens = 2000;

function ask({ model }: LiveSetup, content: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return { model, messages: [{ role: 'user', content }], maxOutputTokens, ...more };
}

const oneWord =
  'What do we call the rise and fall of the sea twice a day? Reply in one short sentence with the word "tide".';

const health: Check = {
  id: 'live-health',
  title: 'the credential is good, and no tokens are spent to learn it',
  async run({ provider }) {
    const status = await provider.checkHealth();
    assert.equal(status.state, 'available', status.message);
  },
};

const wrongKey: Check = {
  id: 'live-wrong-key',
  title: 'a wrong credential is told apart from a server that is not there',
  notApplicable: ({ apiKey }) => (apiKey === undefined ? 'the server takes no key' : undefined),
  async run({ apiKey = '', withKey }) {
    // The vendor's own shape, so that it is looked up and not refused by its looks.
    const wrong = `${apiKey.slice(0, 6)}${'0'.repeat(Math.max(apiKey.length - 6, 8))}`;
    const provider = withKey(wrong);
    try {
      const status = await provider.checkHealth();
      assert.equal(status.state, 'unauthorized', status.message);
      assert.ok(!JSON.stringify(status).includes(wrong), 'the status does not hold the credential');
    } finally {
      await provider.close();
    }
  },
};

const answer: Check = {
  id: 'live-answer',
  title: 'an answer has its text, its finish and its usage',
  async run(setup) {
    const result = await setup.provider.chat(ask(setup, oneWord));
    assertContains(result.text, 'tide');
    assertLength(result.text, { words: { min: 1, max: 60 } });
    assert.equal(result.finishReason, 'stop');
    assert.ok((result.usage.inputTokens ?? 0) > 0 && (result.usage.outputTokens ?? 0) > 0, 'the usage is told');
  },
};

const stream: Check = {
  id: 'live-stream',
  title: 'a stream begins, goes on and ends, with its usage',
  async run(setup) {
    const events = await readAll(setup.provider.stream(ask(setup, oneWord)));
    assertWholeStream(events);
    assertContains(streamedText(events), 'tide');
    const usage = eventsOf(events, 'usage').at(-1)?.usage;
    assert.ok((usage?.outputTokens ?? 0) > 0, 'the usage is told');
  },
};

const parameters: JsonSchema = {
  type: 'object',
  properties: { port: { type: 'string' } },
  required: ['port'],
  additionalProperties: false,
};

const toolCall: Check = {
  id: 'live-tool',
  title: 'a tool is called with arguments that fit its schema, and its result is used',
  notApplicable: ({ provider }) => (provider.capabilities.tools ? undefined : 'the vendor has no tools'),
  async run(setup) {
    const tools = [{ name: 'get_tide', description: 'The next high water of a port.', parameters }];
    const request = ask(setup, 'When is the next high water in Brest? Use the tool.', { tools });
    const turn = await setup.provider.chat(request);
    const [call] = turn.toolCalls;
    assert.equal(call?.name, 'get_tide', `a tool call is the answer, not: ${turn.text}`);
    assert.deepEqual(schemaMismatches(call.arguments, parameters), []);
    const result = { type: 'tool-result' as const, toolCallId: call.id, toolName: call.name, content: 'At 17:42.' };
    const done = await setup.provider.chat({
      ...request,
      messages: [
        ...request.messages,
        { role: 'assistant', content: turn.content },
        { role: 'tool', content: [result] },
      ],
    });
    assertContains(done.text, '42');
  },
};

const schema: JsonSchema = {
  type: 'object',
  properties: { name: { type: 'string' }, depthMetres: { type: 'integer' }, isSea: { type: 'boolean' } },
  required: ['name', 'depthMetres', 'isSea'],
  additionalProperties: false,
};

const structured: Check = {
  id: 'live-schema',
  title: 'an answer is JSON of the schema that was asked for',
  async run(setup) {
    const responseFormat = { type: 'json-schema' as const, name: 'water', schema, strict: true };
    const result = await setup.provider.chat(ask(setup, 'Describe Lake Baikal as JSON.', { responseFormat }));
    assertJson(result.text, schema);
  },
};

/** What is looked at with a real vendor: little, because each look costs. */
export const liveChecks: readonly Check[] = [health, wrongKey, answer, stream, toolCall, structured];
