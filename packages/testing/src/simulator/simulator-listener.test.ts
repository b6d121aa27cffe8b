import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { simulatorWires, startSimulator, type Simulator } from './index.ts';
import { wireSamples } from './__fixtures__/wire-samples.ts';

describe('one port for HTTP/1.1 and HTTP/2', () => {
  let simulator: Simulator;
  let session: ClientHttp2Session;
  beforeAll(async () => {
    simulator = await startSimulator();
    session = connectHttp2(simulator.url);
  });
  afterEach(() => simulator.reset());
  afterAll(async () => {
    session.destroy();
    await simulator.close();
  });

  const ask = async (path: string, body: object) => {
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' });
    stream.end(JSON.stringify(body));
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    return { status: headers[':status'], text: await text(stream) };
  };

  it.each(simulatorWires)('%s: says the same over both', async (wire) => {
    const sample = wireSamples[wire];
    simulator.respondWith(() => ({ answer: { text: 'The tide is out.' } }));
    for (const stream of [true, false]) {
      const path = sample.path(stream);
      const body = sample.body(stream);
      const newer = await ask(path, body);
      const older = await fetch(`${simulator.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
      expect(newer.status).toBe(200);
      // Ids and times differ from answer to answer.
      const shape = (said: string) => said.replaceAll(/sim\w+|\d{4}-[\d-]+T[\d:.]+Z|\d{9,}/g, '#');
      expect(shape(newer.text)).toBe(shape(await older.text()));
    }
    expect(simulator.served().map((record) => record.outcome)).toEqual(Array(4).fill('complete'));
  });

  it('answers several requests of one connection at once, and sees which of them is left', async () => {
    simulator.enqueue({ fault: { type: 'stall', afterEvents: 2 } });
    const sample = wireSamples['ollama-chat'];
    const leaving = session.request({ ':method': 'POST', ':path': sample.path(true) });
    leaving.end(JSON.stringify(sample.body(true)));
    await once(leaving, 'response');
    expect((await ask(sample.path(true), sample.body(true))).status).toBe(200);
    leaving.on('error', () => undefined).destroy();
    const records = await simulator.whenServed(2, AbortSignal.timeout(5000));
    expect(records.map((record) => record.outcome)).toEqual(['complete', 'aborted']);
    expect(session.destroyed).toBe(false);
  });

  it('takes the first bytes one by one', async () => {
    const { port } = new URL(simulator.url);
    const send = async (pieces: readonly (string | Buffer)[]) => {
      const socket = connect(Number(port), '127.0.0.1').setNoDelay(true);
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise(setImmediate);
      }
      const [answer] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return answer;
    };
    const post = 'POST /nowhere HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n';
    expect((await send([...post])).toString('latin1')).toMatch(/^HTTP\/1\.1 404 /);
    const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    const newer = await send([...'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', emptySettings]);
    // The server's own settings: a frame of type 4 on stream 0.
    expect(newer[3]).toBe(4);
  });
});
