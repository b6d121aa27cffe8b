import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LatticeError, type HttpRequest, type HttpTransport } from '@lattice-lock/contract';
import fc from 'fast-check';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../simulator/index.ts';
import { createSecretMask, recordFixtures } from './index.ts';

const apiKey = 'sk-proj-Zx81kQpL0vTn5RwYb2CdEf';
let folder: string;
let file: string;
let simulator: Simulator;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-'));
  file = join(folder, 'deep', 'sea.jsonl');
  simulator = await startSimulator({ acceptedApiKeys: [apiKey] });
});
afterEach(async () => {
  await simulator.close();
  await rm(folder, { recursive: true });
});

const bodyOf = (content: string, more: object = {}) => ({
  model: 'gpt-5-mini',
  messages: [{ role: 'user', content }],
  stream: true,
  ...more,
});

function chatRequest(url: string, body: object, key = apiKey): HttpRequest {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-tenant': 'acme' };
  return { method: 'POST', url: `${url}/v1/chat/completions`, headers, body: JSON.stringify(body) };
}

async function chunksOf(transport: HttpTransport, request: HttpRequest): Promise<readonly string[]> {
  const chunks: string[] = [];
  for await (const chunk of (await transport.request(request)).body) chunks.push(Buffer.from(chunk).toString('latin1'));
  return chunks;
}

async function thrown(call: Promise<unknown>): Promise<LatticeError> {
  const error: unknown = await call.then(
    () => expect.fail('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!LatticeError.isInstance(error)) expect.fail(String(error));
  return error;
}

describe('recordFixtures', () => {
  it('replays offline what it recorded, cut where it was cut', async () => {
    simulator.enqueue({ answer: { text: 'Füße im Meer 🌊' }, chunking: { seed: 3, maxBytes: 40 } });
    const recording = await recordFixtures({ file, mode: 'record' });
    const real = await chunksOf(recording.transport, chatRequest(simulator.url, bodyOf('How is the sea?')));
    await recording.close();
    await simulator.close();

    const replay = await recordFixtures({ file, mode: 'replay' });
    expect(replay.unused()).toEqual(['1: POST /v1/chat/completions']);
    const request = chatRequest('https://api.openai.com', bodyOf('How is the sea?'), 'replayed-key');
    expect(await chunksOf(replay.transport, request)).toEqual(real);
    expect(replay.unused()).toEqual([]);
    expect(real.length).toBeGreaterThan(5);
    await replay.close();
  });

  it('writes one readable line per exchange, with allowed headers and no secret', async () => {
    const recording = await recordFixtures({ file, mode: 'record' });
    const body = bodyOf(`My key is ${apiKey}.`, { metadata: { client_secret: 'hunter2hunter2' } });
    await chunksOf(recording.transport, chatRequest(simulator.url, { ...body, stream: false }));
    await recording.close();
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(2);
    const text = lines.join();
    expect(text).not.toContain(apiKey);
    expect(text).not.toMatch(/hunter2|acme|authorization/);
    const { request, response } = JSON.parse(lines[1] ?? '') as Record<string, Record<string, unknown>>;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      body: { json: { model: 'gpt-5-mini' } },
    });
    expect(response).toMatchObject({
      status: 200,
      headers: { 'content-type': expect.stringContaining('json') as string },
    });
    expect(await readdir(join(folder, 'deep'))).toEqual(['sea.jsonl']);
  });

  it('answers equal requests in their order, and no more often than recorded', async () => {
    simulator.enqueue({ answer: { text: 'one' } }, { answer: { text: 'two' } });
    const recording = await recordFixtures({ file, mode: 'record' });
    const request = chatRequest(simulator.url, bodyOf('Again?', { stream: false }));
    for (let count = 0; count < 2; count += 1) await (await recording.transport.request(request)).text();
    await recording.close();
    const { transport } = await recordFixtures({ file, mode: 'replay' });
    const fields = Object.entries(bodyOf('Again?', { stream: false })).toReversed();
    const reordered = { ...request, body: JSON.stringify(Object.fromEntries(fields)) };
    expect(await (await transport.request(reordered)).text()).toContain('one');
    expect(await (await transport.request(request)).text()).toContain('two');
    const error = await thrown(transport.request(request));
    expect(error.code).toBe('LATTICE_CONFIG');
    expect(error.message).toMatch(/recorded 2 times .* asked once more\. Record again with LATTICE_RECORD=1/);
  });

  it('names the nearest exchange for a request that was not recorded', async () => {
    const recording = await recordFixtures({ file, mode: 'record' });
    for (const text of ['What is salt?', 'What is foam?']) {
      await chunksOf(recording.transport, chatRequest(simulator.url, bodyOf(text)));
    }
    await recording.close();
    const { transport } = await recordFixtures({ file, mode: 'replay', ignoreFields: ['user'] });
    const error = await thrown(
      transport.request(chatRequest(simulator.url, bodyOf('What is foam?', { temperature: 1, user: 'run-7' }))),
    );
    expect(error.code).toBe('LATTICE_CONFIG');
    expect(error.message).toContain('The nearest is number 2');
    expect(error.message).toContain('body.temperature: recorded nothing, now 1');
    expect(error.message).not.toContain('run-7');
    expect(error.message).toContain('LATTICE_RECORD=1');
  });

  it('replays errors, broken bodies and refused connections as they were', async () => {
    simulator.enqueue(
      { fault: { type: 'status', status: 429, retryAfterSeconds: 4 } },
      { answer: { text: 'One two three four five six.' }, fault: { type: 'reset', when: 'mid-answer' } },
    );
    const gone = await startSimulator();
    await gone.close();
    const recording = await recordFixtures({ file, mode: 'record' });
    const requests = ['limit', 'reset'].map((text) => chatRequest(simulator.url, bodyOf(text)));
    const [limited, reset] = requests as [HttpRequest, HttpRequest];
    await (await recording.transport.request(limited)).text();
    const broken = await thrown(chunksOf(recording.transport, reset));
    const refused = await thrown(recording.transport.request(chatRequest(gone.url, bodyOf('gone'))));
    expect(refused.code).toBe('LATTICE_CONNECTION_REFUSED');
    await recording.close();

    const { transport } = await recordFixtures({ file, mode: 'replay' });
    const answer = await transport.request(limited);
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '4']);
    expect((await thrown(chunksOf(transport, reset))).code).toBe(broken.code);
    expect((await thrown(transport.request(chatRequest(gone.url, bodyOf('gone'))))).code).toBe(refused.code);
  });

  it('stands before a vendor as a proxy, for clients that take a base URL', async () => {
    const ask = async (baseURL: string, key: string) => {
      const client = new OpenAI({ apiKey: key, baseURL, maxRetries: 0 });
      const stream = await client.chat.completions.create({
        model: 'gpt-5-mini',
        messages: [{ role: 'user', content: 'Ebb?' }],
        stream: true,
      });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      return text;
    };
    const recording = await recordFixtures({ file, mode: 'record' });
    const recordedText = await ask(`${(await recording.proxy(simulator.url)).url}/v1`, apiKey);
    await recording.close();
    expect(await readFile(file, 'utf8')).not.toContain(apiKey);
    const replay = await recordFixtures({ file, mode: 'replay' });
    const proxy = await replay.proxy('https://api.openai.com');
    expect(await ask(`${proxy.url}/v1`, 'another-key')).toBe(recordedText);
    await expect(ask(`${proxy.url}/v1`, 'another-key')).rejects.toThrow(/asked once more/);
    await replay.close();
  });

  it('says how to record where there is nothing, and what is wrong with a file', async () => {
    expect((await thrown(recordFixtures({ file, mode: 'replay' }))).message).toMatch(/no recording .*LATTICE_RECORD=1/);
    const other = join(folder, 'other.jsonl');
    await writeFile(other, '{"format":"something"}\n');
    expect((await thrown(recordFixtures({ file: other, mode: 'replay' }))).message).toContain('its first line must be');
    await writeFile(other, '{"format":"lattice-lock-recording","version":1}\n{"reques');
    expect((await thrown(recordFixtures({ file: other, mode: 'replay' }))).message).toContain('Line 2');
  });
});

/** Secrets as their owners make them. */
const secrets = fc.oneof(
  fc.stringMatching(/^sk-(?:proj-|ant-api03-|or-v1-)?[A-Za-z0-9_-]{24,60}$/),
  fc.stringMatching(/^(?:xai-|gsk_|pplx-|nvapi-|hf_|r8_|fw_|csk-)[A-Za-z0-9]{24,50}$/),
  fc.stringMatching(/^AIza[A-Za-z0-9_-]{35}$/),
  fc.stringMatching(/^(?:AKIA|ASIA)[A-Z0-9]{16}$/),
  fc.stringMatching(/^ABSK[A-Za-z0-9+/]{60,80}==$/),
  fc.stringMatching(/^(?:ghp_|gho_|npm_)[A-Za-z0-9]{36}$/),
  fc.stringMatching(/^eyJ[A-Za-z0-9_-]{20,40}\.eyJ[A-Za-z0-9_-]{20,60}\.[A-Za-z0-9_-]{20,60}$/),
  fc.stringMatching(/^ya29\.[A-Za-z0-9_-]{40,80}$/),
);

describe('what is recorded', () => {
  it('holds no shape of a secret, wherever it stood and however the body was cut', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(secrets, secrets, cuts, async (sent, echoed, sizes) => {
        const answer = Buffer.from(`data: {"error":{"message":"Key ${echoed} and ${sent} of Bearer ${echoed}"}}\n\n`);
        const recording = await recordFixtures({ file, mode: 'record', transport: cutTransport(answer, sizes) });
        const request: HttpRequest = {
          method: 'POST',
          url: `https://user:${encodeURIComponent(sent)}@vendor.example/v1/x?key=${encodeURIComponent(sent)}&page=2`,
          headers: { 'x-api-key': sent, accept: `text/plain; note=${echoed}` },
          body: JSON.stringify({ note: `use "${echoed}" now`, list: [sent], api_key: 'short' }),
        };
        expect((await chunksOf(recording.transport, request)).join('')).toBe(answer.toString());
        await recording.close();
        const text = await readFile(file, 'utf8');
        for (const secret of [sent, echoed, encodeURIComponent(sent)]) expect(text).not.toContain(secret);
        expect(text).not.toContain('"short"');
        expect(text).toContain('page=2');
      }),
      { numRuns: 60 },
    );
  });

  it('keeps lengths, so that cuts and frames hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), secrets, (noise, secret) => {
        const bytes = Buffer.concat([noise, Buffer.from(` ${secret} `), noise]);
        const masked = createSecretMask([secret]).bytes(bytes);
        expect(masked.length).toBe(bytes.length);
        expect(masked.includes(secret)).toBe(false);
      }),
    );
  });
});

/** A transport that answers with one body, cut at given sizes over and over. */
function cutTransport(answer: Buffer, sizes: readonly number[]): HttpTransport {
  return {
    request: () => {
      async function* body() {
        for (let start = 0, turn = 0; start < answer.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          yield await Promise.resolve(answer.subarray(start, start + size));
          start += size;
        }
      }
      const headers = { 'content-type': 'text/event-stream', 'set-cookie': 'session=abc' };
      return Promise.resolve({ status: 200, headers, body: body(), text: () => Promise.resolve(answer.toString()) });
    },
    close: () => Promise.resolve(),
  };
}
