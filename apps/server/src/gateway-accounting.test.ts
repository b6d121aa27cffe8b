import { createApiKeyService } from '@lattice-lock/auth';
import { openStorage, type Storage } from '@lattice-lock/storage';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type StartedGateway } from './__fixtures__/started-gateway.ts';

const chat = '/v1/chat/completions';
const good = { model: 'openai/gpt-5-mini', messages: [{ role: 'user', content: 'Hi.' }] };

let gateway: StartedGateway;
let storage: Storage;

beforeAll(async () => {
  gateway = await startGateway();
  storage = await openStorage({ dataDir: gateway.dataDir });
});
afterAll(async () => {
  await storage.close();
  await gateway.close();
});
beforeEach(() => gateway.simulator.reset());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  gateway.fetch(chat, { method: 'POST', body: JSON.stringify(body), headers });

describe('the ledger', () => {
  it('has the entry before the last byte of an answer is sent, with the key that pays', async () => {
    const response = await post({ ...good, stream: true });
    const requestId = response.headers.get('x-request-id') ?? '';
    const text = await response.text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    const [entry] = await storage.ledger.entries({ requestId });
    const key = (await storage.apiKeys.list()).find(({ name }) => name === 'first key');
    expect(entry).toMatchObject({ requestId, apiKeyId: key?.id, provider: 'openai', status: 'ok', simulated: false });
    expect(entry?.usage).toEqual(gateway.simulator.served()[0]?.usageReported);
  });

  it('has both runs of a caller who sends the same request id twice', async () => {
    const headers = { 'x-request-id': 'the-same-id' };
    await (await post(good, headers)).text();
    await (await post(good, headers)).text();
    expect(await storage.ledger.entries({ requestId: 'the-same-id' })).toHaveLength(2);
  });

  it('has the tokens of a stream whose client left', async () => {
    gateway.simulator.enqueue({ answer: { text: 'a b c d e f g' }, fault: { type: 'stall', afterEvents: 4 } });
    const controller = new AbortController();
    const response = await gateway.fetch(chat, {
      method: 'POST',
      body: JSON.stringify({ ...good, stream: true }),
      signal: controller.signal,
    });
    const requestId = response.headers.get('x-request-id') ?? '';
    const reader = response.body?.getReader();
    await reader?.read();
    controller.abort();
    await gateway.simulator.whenServed(1);
    await expect.poll(() => storage.ledger.entries({ requestId })).toMatchObject([{ status: 'cancelled' }]);
    const [entry] = await storage.ledger.entries({ requestId });
    expect(entry?.estimatedUsage?.outputTokens ?? entry?.usage.outputTokens).toBeGreaterThan(0);
  });
});

describe('a key', () => {
  it('that another process revokes is refused at once; a stream that runs goes on to its end', async () => {
    const { key, record } = await createApiKeyService({ store: storage.apiKeys }).create({ name: 'second key' });
    const headers = { authorization: `Bearer ${key}` };
    gateway.simulator.enqueue({ answer: { text: 'one two three' }, fault: { type: 'slow', delayMsPerEvent: 30 } });
    const response = await post({ ...good, stream: true }, headers);
    await storage.apiKeys.revoke(record.id, Date.now());
    await expect.poll(async () => (await post(good, headers)).status).toBe(401);
    expect((await response.text()).endsWith('data: [DONE]\n\n')).toBe(true);
  });
});
