import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { ChatRequest, JsonObject, JsonSchema, ProviderCapabilities } from '@lattice-lock/contract';
import { collectChat, LatticeError } from '@lattice-lock/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { withSchemaFallback, type SchemaFallbackOptions } from './schema-fallback.ts';
import { createFixedConnection, readModelList } from './wire-connection.ts';
import { createWireProvider } from './wire-provider.ts';
import type { ChatCodec, DecodeContext, EmitEvent } from './wire-spec.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const emitAll = (data: JsonObject, context: DecodeContext, emit: EmitEvent) => {
  const { provider, model, warnings, rateLimit, upstreamRequestId } = context;
  emit({ type: 'start', id: null, provider, model, warnings, rateLimit, upstreamRequestId });
  if (typeof data['refusal'] === 'string') emit({ type: 'refusal-delta', text: data['refusal'] });
  emit({ type: 'text-delta', index: 0, text: String(data['text']) });
  const finishReason = data['finish'] === 'length' ? 'length' : 'stop';
  emit({ type: 'finish', finishReason, rawFinishReason: null });
};

/** A wire whose whole answer is one object: `{text, finish, refusal}`. */
const plainCodec: ChatCodec = {
  framing: 'sse',
  encode: ({ messages, responseFormat = null }) => ({
    path: '/',
    body: JSON.parse(JSON.stringify({ messages, responseFormat })) as JsonObject,
    warnings: ['first'],
  }),
  decodeBody: emitAll,
  createStreamDecoder: (context) => ({
    decode: (data, _event, emit) => emitAll(data, context, emit),
    end: () => undefined,
  }),
};

async function ask(answer: JsonObject, request: Partial<ChatRequest>, options: SchemaFallbackOptions, stream = false) {
  const seen: JsonObject[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (part: Buffer) => (body += part.toString()));
    incoming.on('end', () => {
      seen.push(JSON.parse(body) as JsonObject);
      response.end(stream ? `data: ${JSON.stringify(answer)}\n\n` : JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = createWireProvider({
    id: 'plain',
    displayName: 'Plain',
    capabilities: {} as ProviderCapabilities,
    options: {},
    apiKeyEnv: [],
    baseUrlEnv: [],
    connect: () =>
      createFixedConnection({
        baseUrl,
        headers: {},
        codec: withSchemaFallback(plainCodec, options),
        health: { path: '/', readModels: readModelList },
      }),
  });
  cleanups.push(
    () => provider.close(),
    () => server.close(),
  );
  const whole: ChatRequest = { model: 'm', messages: [{ role: 'user', content: 'hi' }], ...request };
  const answered = stream
    ? collectChat(provider.stream(whole), { provider: 'plain', model: 'm' })
    : provider.chat(whole);
  const [outcome] = await Promise.allSettled([answered]);
  return { outcome, sent: seen[0] };
}

const schema: JsonSchema = Object.freeze({
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
  additionalProperties: false,
});
const wanted = { responseFormat: { type: 'json-schema', name: 'count', schema } } as const;

const errorOf = (outcome: PromiseSettledResult<unknown>): LatticeError => {
  if (outcome.status === 'rejected' && LatticeError.isInstance(outcome.reason)) return outcome.reason;
  return expect.unreachable('a LatticeError was expected');
};

describe('withSchemaFallback', () => {
  it.each([false, true])('asks in words, checks afterwards and says so (stream: %s)', async (stream) => {
    const { outcome, sent } = await ask({ text: '{"n": 3}' }, wanted, { support: 'json' }, stream);
    expect(outcome).toMatchObject({ status: 'fulfilled', value: { text: '{"n": 3}', finishReason: 'stop' } });
    expect(outcome).toHaveProperty('value.warnings', [
      'first',
      'plain does not enforce a JSON schema; it is asked for in the instructions and the answer is checked afterwards.',
    ]);
    expect(sent?.['responseFormat']).toEqual({ type: 'json' });
    expect(sent?.['messages']).toEqual([
      { role: 'system', content: expect.stringContaining(JSON.stringify(schema)) as string },
      { role: 'user', content: 'hi' },
    ]);
  });

  it('takes off the code fence that models like to add', async () => {
    for (const stream of [false, true]) {
      const { outcome } = await ask({ text: '```json\n{"n": 3}\n```' }, wanted, { support: 'none' }, stream);
      expect(outcome).toMatchObject({ status: 'fulfilled', value: { text: '{"n": 3}' } });
    }
  });

  it.each([
    ['{"n": "three"}', /#\/n .*integer/],
    ['{}', /required property "n"/],
    ['{"n": 1, "m": 2}', /"m"/],
    ['Here it is: {"n": 1}', /no JSON/],
  ])('ends a text that does not fit: %s', async (text, words) => {
    for (const stream of [false, true]) {
      const { outcome } = await ask({ text }, wanted, { support: 'none' }, stream);
      const error = errorOf(outcome);
      expect(error).toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE', retryable: true, partial: { text } });
      expect(error.message).toMatch(words);
    }
  });

  it('leaves alone what was cut or refused', async () => {
    const cut = await ask({ text: '{"n":', finish: 'length' }, wanted, { support: 'none' });
    expect(cut.outcome).toMatchObject({ status: 'fulfilled', value: { finishReason: 'length' } });
    const refused = await ask({ text: '', refusal: 'no' }, wanted, { support: 'none' });
    expect(refused.outcome).toMatchObject({ status: 'fulfilled', value: { refusal: 'no' } });
  });

  it('adds to the last instructions there are, whatever their form', async () => {
    const { sent } = await ask(
      { text: '[]' },
      {
        messages: [
          { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
          { role: 'user', content: 'hi' },
        ],
        responseFormat: { type: 'json' },
      },
      { support: 'none' },
    );
    expect(sent).toMatchObject({
      responseFormat: null,
      messages: [{ content: [{ text: 'Be brief.' }, { text: expect.stringContaining('JSON') as string }] }, {}],
    });
  });

  it('stays out of the way of what the vendor does itself', async () => {
    const options: SchemaFallbackOptions = { support: 'json', isNative: ({ model }) => model === 'm' };
    for (const responseFormat of [wanted.responseFormat, { type: 'json' }, { type: 'text' }] as const) {
      const { outcome, sent } = await ask({ text: 'anything' }, { responseFormat }, options);
      expect(outcome).toMatchObject({ status: 'fulfilled', value: { warnings: ['first'] } });
      expect(sent?.['responseFormat']).toEqual(responseFormat);
    }
  });

  it('loads the validator for the first schema to be checked, not on import', async () => {
    const script = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({
        resolve: (name, context, next) => {
          if (name.startsWith('@cfworker/')) seen.push(name);
          return next(name, context);
        },
      });
      const { createAnswerCheck } = await import('../index.ts');
      const before = seen.length;
      await createAnswerCheck('plain', null);
      const json = seen.length;
      await createAnswerCheck('plain', { type: 'object' });
      console.log(JSON.stringify([before, json, seen.length > 0]));
    `;
    const flags = ['--conditions=@lattice-lock/source', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: import.meta.dirname });
    expect(JSON.parse(stdout)).toEqual([0, 0, true]);
  });

  it.each<[string, JsonSchema]>([
    ['an unknown reference', { $ref: '#/nowhere' }],
    ['an unknown reference inside', { properties: { n: { $ref: '#/nowhere' } } }],
    ['a pattern that is none', { properties: { n: { pattern: '(' } } }],
  ])('says that a schema cannot be checked: %s', async (_name, broken) => {
    const responseFormat = { type: 'json-schema', name: 'x', schema: broken } as const;
    const { outcome } = await ask({ text: '{"n":"1"}' }, { responseFormat }, { support: 'none' });
    expect(errorOf(outcome)).toMatchObject({ code: 'LATTICE_INVALID_REQUEST', retryable: false });
  });
});
