import { once } from 'node:events';
import { connect } from 'node:net';
import { LatticeError, silentLogger, type LogFields, type RunEvent, type RunRequest } from '@lattice-lock/contract';
import { AnswerStream, type Lattice } from 'lattice-lock';
import { afterEach, describe, expect, it } from 'vitest';
import { decision } from './__fixtures__/answers.ts';
import { createGateway, type Gateway } from './gateway.ts';

const secret = 'sk-proj-abcdefghijklmnopqrstuvwxyz012345';
const start: RunEvent = {
  type: 'start',
  id: null,
  provider: 'acme',
  model: 'm-1',
  warnings: [],
  rateLimit: null,
  upstreamRequestId: null,
};
const body = (stream: boolean) => JSON.stringify({ stream, messages: [{ role: 'user', content: 'Hi.' }] });

/** A Lattice whose insides a test decides. */
function latticeOf(parts: Partial<Lattice>): Lattice {
  const unexpected = () => expect.unreachable('the gateway was not expected to call this');
  return {
    ready: async () => undefined,
    chat: unexpected,
    stream: unexpected,
    route: unexpected,
    routes: unexpected,
    feedback: unexpected,
    models: unexpected,
    providers: unexpected,
    health: unexpected,
    misspeltCredentials: unexpected,
    simulated: false,
    close: async () => undefined,
    ...parts,
  };
}

let gateway: Gateway;
const errors: LogFields[] = [];
afterEach(async () => {
  errors.length = 0;
  await gateway.close(0);
});

async function listen(lattice: Lattice, checkStorage = async () => undefined): Promise<{ url: string; port: number }> {
  gateway = createGateway({
    lattice,
    keys: null,
    aliases: {},
    bodyLimitBytes: 1_000_000,
    requestTimeoutMs: 10_000,
    checkStorage,
    logger: { ...silentLogger, error: (fields) => void errors.push(fields) },
  });
  const url = await gateway.app.listen({ port: 0, host: '127.0.0.1' });
  return { url, port: Number(new URL(url).port) };
}

const post = (url: string, stream: boolean) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: body(stream),
  });

describe('an exception nobody foresaw', () => {
  it.each([true, false])('is a 500 with the request id and nothing of the inside (streamed: %s)', async (stream) => {
    const fault = new TypeError(`Cannot read /srv/app/db.ts with ${secret}`);
    const { url } = await listen(
      latticeOf({
        chat: () => Promise.reject(fault),
        stream: () => {
          throw fault;
        },
      }),
    );
    const response = await post(url, stream);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toContain(response.headers.get('x-request-id'));
    for (const word of ['TypeError', '/srv', secret]) expect(text).not.toContain(word);
    expect(errors).toMatchObject([{ requestId: response.headers.get('x-request-id') }]);
  });

  it('in the middle of a stream ends it with an error and not with [DONE]', async () => {
    const { url } = await listen(
      latticeOf({
        stream: () =>
          new AnswerStream(
            (async function* (): AsyncGenerator<RunEvent> {
              yield start;
              yield { type: 'text-delta', index: 0, text: 'half' };
              throw new LatticeError('LATTICE_STORAGE', 'the disk is full');
            })(),
          ),
      }),
    );
    const response = await post(url, true);
    const text = await response.text();
    expect(text).toContain('half');
    expect(text).toContain('"code":"internal_error"');
    expect(text).not.toContain('[DONE]');
    expect(text).not.toContain('disk');
  });
});

describe('a client that does not read', () => {
  it('holds the run back instead of filling the memory, and ends it by leaving', async () => {
    let made = 0;
    let signal: AbortSignal | undefined;
    const piece = 'x'.repeat(10_000);
    const endless = (request: RunRequest) => {
      ({ signal } = request);
      return new AnswerStream(
        (async function* (): AsyncGenerator<RunEvent> {
          yield { type: 'decision', requestId: 'r', decision };
          yield start;
          while (signal?.aborted === false) {
            made += 1;
            yield { type: 'text-delta', index: 0, text: piece };
            await new Promise((resolve) => setImmediate(resolve));
          }
          yield { type: 'error', error: new LatticeError('LATTICE_ABORTED', 'aborted') };
        })(),
      );
    };
    const { port } = await listen(latticeOf({ stream: endless }));
    const socket = connect(port, '127.0.0.1').pause();
    socket.on('error', () => undefined);
    const text = body(true);
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
    );
    let before = -1;
    const stalled = () => {
      const isStill = made > 0 && made === before;
      before = made;
      return isStill;
    };
    await expect.poll(stalled, { interval: 200, timeout: 20_000 }).toBe(true);
    expect(made * piece.length).toBeLessThan(100_000_000);
    socket.destroy();
    await expect.poll(() => signal?.aborted).toBe(true);
  });
});

describe('a client that leaves in the middle of its request', () => {
  it('starts no run', async () => {
    const { port } = await listen(latticeOf({}));
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{"a"',
    );
    socket.end();
    await once(socket.resume(), 'close');
    const live = await fetch(`http://127.0.0.1:${port}/livez`);
    expect(live.status).toBe(200);
  });
});

describe('readiness', () => {
  it('fails with the storage', async () => {
    const { url } = await listen(latticeOf({}), () => Promise.reject(new LatticeError('LATTICE_STORAGE', 'gone')));
    const response = await fetch(`${url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'failing', checks: { storage: 'failing' } },
    ]);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });
});
