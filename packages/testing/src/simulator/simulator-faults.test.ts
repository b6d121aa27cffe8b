import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { unknownUsage } from '@lattice-lock/contract';
import { wireSamples } from './__fixtures__/wire-samples.ts';
import { simulatorWires, startSimulator, type Simulator, type SimulatorFault, type SimulatorWire } from './index.ts';

const wires = simulatorWires;

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly chunks: number;
  /** How the body ended: whole as HTTP sees it, or by a broken connection. */
  readonly end: 'whole' | 'broken';
}

describe('faults', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  const bodyOf = (wire: SimulatorWire, stream = true) => JSON.stringify(wireSamples[wire].body(stream));

  /** Sends a request over a bare socket, and leaves it once `leaveAfter` characters came. */
  const send = (wire: SimulatorWire, stream = true, leaveAfter = Infinity) =>
    new Promise<Received>((resolve) => {
      let text = '';
      let chunks = 0;
      let status = 0;
      let headers: Received['headers'] = {};
      const done = (end: Received['end']) => resolve({ status, headers, text, chunks, end });
      const outgoing = httpRequest(
        `${simulator.url}${wireSamples[wire].path(stream)}`,
        { method: 'POST', agent: false },
        (response) => {
          status = response.statusCode ?? 0;
          headers = response.headers;
          response.setEncoding('utf8');
          response.on('data', (piece: string) => {
            text += piece;
            chunks += 1;
            if (text.length >= leaveAfter) outgoing.destroy();
          });
          response.on('end', () => done('whole'));
          response.on('error', () => done('broken'));
        },
      );
      outgoing.on('error', () => done('broken'));
      outgoing.end(bodyOf(wire, stream));
    });

  it.each(wires)('%s: every status comes in the vendor’s own shape', async (wire) => {
    const { errorFields, textStatuses, hasRetryHeader } = wireSamples[wire];
    for (const status of [400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 503, 529]) {
      simulator.enqueue({ fault: { type: 'status', status, retryAfterSeconds: 3 } });
      const received = await send(wire);
      expect(received.status).toBe(status);
      expect(received.headers['retry-after']).toBe(hasRetryHeader ? '3' : undefined);
      if (textStatuses.includes(status)) expect(received.headers['content-type']).toContain('text/plain');
      else for (const field of errorFields) expect(JSON.parse(received.text)).toHaveProperty(field, expect.any(String));
      expect(simulator.served().at(-1)).toMatchObject({ status, outcome: 'fault', usageReported: unknownUsage });
    }
  });

  it.each(wires)('%s: a cut stream ends cleanly, but without its terminal event', async (wire) => {
    simulator.enqueue({ fault: { type: 'cut', afterEvents: 6 } });
    const received = await send(wire);
    expect(received).toMatchObject({ status: 200, end: 'whole' });
    expect(received.text).not.toContain(wireSamples[wire].terminal);
    expect(received.text).toContain('This');
    const [record] = simulator.served();
    expect(record).toMatchObject({ outcome: 'cut', usageSent: false });
    expect(record?.usage.outputTokens).toBeGreaterThan(0);
    for (const count of ['inputTokens', 'outputTokens'] as const) {
      expect(record?.usageReported[count] !== null).toBe(wireSamples[wire].knownEarly.includes(count));
    }
  });

  it.each(wires)('%s: resets are broken connections, before and amid the answer', async (wire) => {
    const faults: SimulatorFault[] = [
      { type: 'reset', when: 'before-headers' },
      { type: 'reset', when: 'before-first-event' },
      { type: 'reset', when: 'mid-answer' },
    ];
    const received: Received[] = [];
    for (const fault of faults) {
      simulator.enqueue({ fault });
      received.push(await send(wire));
    }
    expect(received.map(({ status, end }) => [status, end])).toEqual([
      [0, 'broken'],
      [200, 'broken'],
      [200, 'broken'],
    ]);
    expect(received.map(({ text }) => text.length > 0)).toEqual([false, false, true]);
    expect(simulator.served().map((record) => record.outcome)).toEqual(['fault', 'fault', 'fault']);
    expect(simulator.served()[2]?.usageSent).toBe(false);
  });

  const textual = wires.filter((wire) => wire !== 'bedrock-converse');
  const lastEvent = ({ text }: Received) => {
    const lines = text.split(/\r?\n/).filter((line) => line !== '' && line !== 'data: [DONE]');
    return lines.at(-1)?.replace(/^data: /, '') ?? '{}';
  };

  it.each(textual)('%s: malformed, garbled and error events stand in the stream', async (wire) => {
    for (const type of ['malformed', 'garbled'] as const) {
      simulator.enqueue({ fault: { type, afterEvents: 4 } });
      const event = lastEvent(await send(wire));
      expect(() => void JSON.parse(event)).toThrow();
    }
    simulator.enqueue({ fault: { type: 'error-event', afterEvents: 4, message: 'The sea is closed.' } });
    const failed = JSON.stringify(JSON.parse(lastEvent(await send(wire))));
    expect(failed).toMatch(/"error".*The sea is closed\./);
  });

  it.each(wires)('%s: slow answers and answers in pieces are whole', async (wire) => {
    simulator.enqueue({ answer: { text: 'One two.' }, fault: { type: 'slow', delayMsPerEvent: 1 } });
    simulator.enqueue({ answer: { text: 'One two.' }, chunking: { seed: 3, maxBytes: 7 } });
    const [slow, cut] = [await send(wire), await send(wire)];
    for (const { text, end } of [slow, cut]) {
      expect(end).toBe('whole');
      expect(text).toContain(wireSamples[wire].terminal);
    }
    expect(simulator.served().map((record) => record.usageSent)).toEqual([true, true]);
  });

  it('a client that leaves a stalled stream is an abort, and is seen at once', async () => {
    simulator.enqueue({ fault: { type: 'stall', afterEvents: 5 } });
    const left = send('anthropic-messages', true, 400);
    const [record] = await simulator.whenServed(1, AbortSignal.timeout(5000));
    await left;
    expect(record).toMatchObject({ outcome: 'aborted', usageSent: false, status: 200 });
    expect(record?.usageReported).toMatchObject({ inputTokens: record?.usage.inputTokens, outputTokens: null });
    await simulator.whenSockets(0, AbortSignal.timeout(5000));
  });

  it('a client that leaves before an answer is an abort without a status', async () => {
    const controller = new AbortController();
    simulator.respondWith(() => {
      setImmediate(() => controller.abort());
      return { fault: { type: 'stall', afterEvents: 'before-headers' } };
    });
    const url = `${simulator.url}${wireSamples['openai-chat'].path(true)}`;
    const silent = fetch(url, { method: 'POST', body: bodyOf('openai-chat'), signal: controller.signal });
    await expect(silent).rejects.toThrow();
    const [record] = await simulator.whenServed(1, AbortSignal.timeout(5000));
    expect(record).toMatchObject({ outcome: 'aborted', status: 0, model: 'm', usageReported: unknownUsage });
  });

  it('a client that leaves amid its own body is an abort without a status', async () => {
    const { port } = new URL(simulator.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 1000\r\n\r\n',
    );
    // The server says so once it has begun to read.
    await once(socket, 'data');
    socket.write('{"model":');
    socket.end();
    const [record] = await simulator.whenServed(1, AbortSignal.timeout(5000));
    expect(record).toMatchObject({ outcome: 'aborted', status: 0, model: '', body: null });
  });

  it('a buffered answer breaks in the middle of its body', async () => {
    for (const fault of [
      { type: 'cut', afterEvents: 0 },
      { type: 'malformed', afterEvents: 0 },
    ] as const) {
      simulator.enqueue({ fault });
      const { text, status } = await send('openai-chat', false);
      expect(status).toBe(200);
      expect(text).toContain('chat.completion');
      expect(() => void JSON.parse(text)).toThrow();
    }
    expect(simulator.served().map((record) => record.usageSent)).toEqual([false, false]);
  });

  it('slow answers are whole, and cut bytes come in many pieces', async () => {
    simulator.enqueue({ answer: { text: 'One two three.' }, fault: { type: 'slow', delayMsPerEvent: 1 } });
    const slow = await send('ollama-chat');
    expect(slow.text).toContain(wireSamples['ollama-chat'].terminal);
    expect(slow.chunks).toBe(4);
    simulator.enqueue({ answer: { text: 'Ärger über Öl \u{1f6e2}' }, chunking: { seed: 3, maxBytes: 5 } });
    const cut = await send('ollama-chat');
    expect(cut.chunks).toBeGreaterThan(40);
    const said = cut.text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { message: { content: string } }).message.content);
    expect(said.join('')).toBe('Ärger über Öl \u{1f6e2}');
  });

  it('queued replies go to the requests they match, in order; the responder has the rest', async () => {
    simulator.enqueue(
      { match: { wire: 'anthropic-messages' }, answer: { text: 'for anthropic' } },
      { match: { model: 'other' }, answer: { text: 'for another model' } },
      { answer: { text: 'first' } },
    );
    simulator.respondWith((request) => ({ answer: { text: `responder to ${request.wire}` } }));
    const said = async (wire: SimulatorWire) => (await send(wire, false)).text;
    expect(await said('openai-chat')).toContain('first');
    expect(await said('openai-chat')).toContain('responder to openai-chat');
    expect(await said('anthropic-messages')).toContain('for anthropic');
    expect(await said('ollama-chat')).toContain('responder to ollama-chat');
  });

  it('a responder that throws is a 500 that says why', async () => {
    simulator.respondWith(() => {
      throw new TypeError('my mistake');
    });
    const { status, text } = await send('openai-chat');
    expect([status, text]).toEqual([500, 'The simulator failed: my mistake']);
  });

  it('a body beyond the limit is a 413 that the client gets to read', async () => {
    const small = await startSimulator({ bodyLimitBytes: 1000 });
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x'.repeat(3_000_000) }] });
    const response = await fetch(`${small.url}/v1/chat/completions`, { method: 'POST', body });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
    await small.close();
  });

  it('a slow reader holds the writer back', async () => {
    simulator.enqueue({ answer: { text: 'wave '.repeat(200_000) } });
    const chars = await new Promise<number>((resolve) => {
      const outgoing = httpRequest(`${simulator.url}/api/chat`, { method: 'POST', agent: false }, (response) => {
        let length = 0;
        response.pause();
        const rounds = (left: number) => {
          if (left > 0) return void setImmediate(() => rounds(left - 1));
          expect(simulator.served(), 'nothing is served before it could be written').toEqual([]);
          response
            .on('data', (piece: Buffer) => (length += piece.length))
            .on('end', () => resolve(length))
            .resume();
        };
        rounds(200);
      });
      outgoing.end(bodyOf('ollama-chat'));
    });
    expect(chars).toBeGreaterThan(1_000_000);
    expect(simulator.served()[0]).toMatchObject({ outcome: 'complete', usageSent: true });
  });

  it('closing ends requests that are under way, and leaves no socket', async () => {
    const other = await startSimulator();
    other.enqueue({ fault: { type: 'stall', afterEvents: 2 } });
    const response = await fetch(`${other.url}/api/chat`, { method: 'POST', body: bodyOf('ollama-chat') });
    const reading = response.text();
    reading.catch(() => undefined);
    await other.close();
    await expect(reading).rejects.toThrow();
    expect(other.openSockets()).toBe(0);
    await other.close();
  });
});
