import { afterEach, describe, expect, it } from 'vitest';
import { startGateway, type StartedGateway } from './__fixtures__/started-gateway.ts';

const chat = '/v1/chat/completions';
const request = (gateway: StartedGateway, stream: boolean) =>
  gateway.fetch(chat, {
    method: 'POST',
    body: JSON.stringify({ model: 'openai/gpt-5-mini', stream, messages: [{ role: 'user', content: 'Count.' }] }),
  });

let gateway: StartedGateway;
afterEach(() => gateway.close());

describe('a graceful stop', () => {
  it('lets a stream end, refuses new requests with 503 and Retry-After, and then does not listen any more', async () => {
    gateway = await startGateway();
    gateway.simulator.enqueue({ answer: { text: 'one two three four' }, fault: { type: 'slow', delayMsPerEvent: 50 } });
    const response = await request(gateway, true);
    const closed = gateway.server.close();
    const refused = await request(gateway, false);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: 'shutting_down', type: 'server_error' } });
    const ready = await fetch(`${gateway.server.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'draining', checks: { storage: 'ok' } }]);
    expect((await fetch(`${gateway.server.url}/livez`)).status).toBe(200);
    const text = await response.text();
    expect(text).toContain('four');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    await closed;
    await expect(fetch(`${gateway.server.url}/livez`)).rejects.toThrow(TypeError);
  });

  it('ends what takes longer than the grace time: a stream with an error event, a buffered answer with 503', async () => {
    gateway = await startGateway(['server: { shutdownGraceMs: 100 }']);
    gateway.simulator.respondWith(({ stream }) => ({
      answer: { text: 'one two three' },
      fault: { type: 'stall', afterEvents: stream ? 4 : 'before-headers' },
    }));
    const [stream, buffered] = [await request(gateway, true), request(gateway, false)];
    await expect.poll(() => gateway.simulator.openSockets()).toBe(2);
    await gateway.server.close();
    const events = (await stream.text()).trimEnd().split('\n\n');
    expect(events.at(-1)).toContain('"code":"shutting_down"');
    expect(events).not.toContain('data: [DONE]');
    expect((await buffered).status).toBe(503);
  });

  it('may be asked for twice', async () => {
    gateway = await startGateway();
    await Promise.all([gateway.server.close(), gateway.server.close()]);
  });
});
