import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator, type SimulatorReply } from './index.ts';

describe('a simulator driven by another process', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ recordLimit: 3 });
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  const call = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${simulator.url}/__simulator/${path}`, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const ask = async () => {
    const messages = [{ role: 'user', content: 'Hello' }];
    const body = JSON.stringify({ model: 'm', messages, stream: false });
    return (await fetch(`${simulator.url}/api/chat`, { method: 'POST', body })).json() as Promise<{
      message: { content: string };
    }>;
  };

  it('takes replies, tells what it served and its totals, and forgets them', async () => {
    const replies: readonly SimulatorReply[] = [
      { match: { wire: 'ollama-chat', model: 'm' }, answer: { text: 'over HTTP', usage: null }, chunking: { seed: 1 } },
    ];
    expect(await call('POST', 'replies', { replies })).toEqual({ status: 200, body: { queued: 1 } });
    expect((await ask()).message.content).toBe('over HTTP');
    expect((await call('GET', 'served')).body.served).toEqual(JSON.parse(JSON.stringify(simulator.served())));
    expect((await call('GET', 'totals')).body.totals).toEqual({ ...simulator.totals() });
    await fetch(`${simulator.url}/api/version`);
    expect((await call('GET', 'requests')).body.requests).toMatchObject([{ path: '/api/version', status: 200 }]);
    await call('POST', 'reset');
    expect((await call('GET', 'served')).body.served).toEqual([]);
  });

  it('keeps the last records and counts them all', async () => {
    for (let count = 0; count < 5; count += 1) await ask();
    const served = simulator.served();
    expect(served).toHaveLength(3);
    const totals = simulator.totals();
    expect(totals).toMatchObject({ requests: 5, outcomes: { complete: 5 } });
    expect(totals.usage.totalTokens).toBe(5 * (served[0]?.usage.totalTokens ?? NaN));
    await expect(simulator.whenServed(5)).resolves.toHaveLength(3);
  });

  it('lists every problem of bad replies, and queues none of them', async () => {
    const replies = [
      { answer: { text: 7, toolCalls: [{ name: 'f' }], usage: { inputTokens: 'many' } } },
      { fault: { type: 'explode' } },
      { fault: { type: 'cut' }, fallt: {} },
      { match: { wire: 'morse' }, answer: { finishReason: 'bored' } },
    ];
    const { status, body } = await call('POST', 'replies', { replies });
    expect(status).toBe(400);
    const { issues } = body.error as { issues: { path: string }[] };
    expect(issues.map((issue) => issue.path)).toEqual(
      expect.arrayContaining([
        'replies[0].answer.text',
        'replies[0].answer.toolCalls[0].arguments',
        'replies[0].answer.usage.inputTokens',
        'replies[1].fault.type',
        'replies[2].fault.afterEvents',
        'replies[2].fallt',
        'replies[3].match.wire',
        'replies[3].answer.finishReason',
      ]),
    );
    expect((await ask()).message.content).toContain('Lattice Lock simulator');
    expect((await call('POST', 'replies', { replies: 'all' })).status).toBe(400);
    expect((await call('POST', 'replies', [])).status).toBe(400);
  });

  it('says what there is for a route that is not there', async () => {
    const { status, body } = await call('GET', 'everything');
    expect(status).toBe(404);
    expect(JSON.stringify(body)).toContain('GET totals');
  });

  it('is not driven by pages in a browser', async () => {
    const status = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve) => {
        const { port } = new URL(simulator.url);
        const options = { port, host: '127.0.0.1', path: '/__simulator/served', headers, agent: false };
        httpRequest(options, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
    expect(await status({ origin: 'https://example.com' })).toBe(403);
    expect(await status({ host: 'rebound.example.com' })).toBe(403);
    expect(await status({ host: 'localhost:1234' })).toBe(200);
    expect(await status({})).toBe(200);
  });

  it('refuses a port that is taken, saying which', async () => {
    const port = Number(new URL(simulator.url).port);
    await expect(startSimulator({ port })).rejects.toMatchObject({
      code: 'LATTICE_CONFIG',
      message: expect.stringContaining(String(port)),
    });
  });
});
