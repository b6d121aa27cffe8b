import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiKeyService } from '@lattice-lock/auth';
import { openStorage, type StorageOptions } from '@lattice-lock/storage';
import type { Simulator } from '@lattice-lock/testing/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spawnServer, type SpawnedServer } from './__fixtures__/spawned-server.ts';
import { startTestPostgres, type TestPostgres } from './__fixtures__/test-postgres.ts';
import { LazySimulator } from './lazy-simulator.ts';

let simulator: Simulator;
let postgres: TestPostgres | null;
beforeAll(async () => {
  simulator = await new LazySimulator().start();
  postgres = await startTestPostgres();
}, 60_000);
afterAll(async () => {
  await simulator.close();
  await postgres?.stop();
});

function ask(server: SpawnedServer, key: string, id: string): Promise<Response> {
  return fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-request-id': id },
    body: JSON.stringify({ model: 'openai/gpt-5-mini', messages: [{ role: 'user', content: 'Hello.' }] }),
  });
}

describe.each(['SQLite', 'Postgres'])('two gateways and a third process on one %s', (engine) => {
  it('share keys, revocation and ledger, and lose nothing under parallel writes', async (context) => {
    if (engine === 'Postgres' && postgres === null) context.skip('there is no Postgres on this machine');
    const folder = await mkdtemp(join(tmpdir(), 'lattice-shared-'));
    const databaseUrl = engine === 'Postgres' ? postgres?.url : undefined;
    const env = {
      OPENAI_API_KEY: 'test-key',
      OPENAI_BASE_URL: simulator.baseUrl('openai-chat') ?? '',
      LATTICE_LOG_LEVEL: 'fatal',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    };
    const first = await spawnServer(folder, env);
    const second = await spawnServer(folder, env);
    const key = first.key ?? expect.unreachable('the first start shows a key');
    expect(second.key).toBeUndefined();

    const ids = Array.from({ length: 60 }, (_, number) => `${engine}-${number}`);
    const statuses = await Promise.all(
      ids.map(async (id, number) => {
        const response = await ask(number % 2 === 0 ? first : second, key, id);
        await response.arrayBuffer();
        return response.status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));

    const options: StorageOptions = databaseUrl === undefined ? { dataDir: folder } : { databaseUrl };
    const storage = await openStorage(options);
    const entries = await storage.ledger.entries({}, 1000);
    expect(entries.map((entry) => entry.requestId).sort()).toEqual([...ids].sort());
    expect(new Set(entries.map((entry) => entry.status))).toEqual(new Set(['ok']));

    await createApiKeyService({ store: storage.apiKeys }).revoke(key);
    for (const server of [first, second]) {
      await expect.poll(async () => (await ask(server, key, 'late')).status).toBe(401);
    }
    await storage.close();
    await Promise.all([first.kill(), second.kill()]);
    await rm(folder, { recursive: true, force: true });
  }, 60_000);
});
