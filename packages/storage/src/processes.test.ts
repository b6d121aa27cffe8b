import type { LedgerEntry } from '@lattice-lock/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { ledgerEntry } from './__fixtures__/ledger-entry.ts';
import { spawnWriter, type SpawnedWriter } from './__fixtures__/spawned-writer.ts';
import { startEngines, type TestPlace } from './__fixtures__/test-engines.ts';
import { openStorage } from './index.ts';

const { engines, stop } = await startEngines();
afterAll(stop);

const everything = 10_000_000;

function byRequest(entries: readonly LedgerEntry[]): ReadonlyMap<string, readonly LedgerEntry[]> {
  const requests = new Map<string, LedgerEntry[]>();
  for (const entry of entries) requests.set(entry.requestId, [...(requests.get(entry.requestId) ?? []), entry]);
  return requests;
}

/** Every batch that was acknowledged is there once and whole, and no batch is there in half. */
function expectWhole(entries: readonly LedgerEntry[], writers: readonly SpawnedWriter[]): void {
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  const requests = byRequest(entries);
  for (const writer of writers) {
    for (const request of writer.committed) {
      expect(
        requests.get(request)?.map(({ status }) => status),
        request,
      ).toEqual(['ok', 'ok', 'ok']);
    }
  }
  for (const [request, parts] of requests) {
    const isUnsettled = parts.length === 1 && parts[0]?.status !== 'ok';
    if (!isUnsettled) expect(parts, request).toHaveLength(3);
  }
}

async function inPlace(
  createPlace: () => Promise<TestPlace>,
  work: (options: TestPlace['options']) => Promise<void>,
): Promise<void> {
  const place = await createPlace();
  try {
    await work(place.options);
  } finally {
    await place.remove();
  }
}

describe.each(engines)('several processes on one $name', ({ createPlace }) => {
  it('start together on nothing, make the schema once and lose no entry', async () => {
    await inPlace(createPlace, async (options) => {
      const writers = ['a', 'b', 'c', 'd'].map((name) => spawnWriter(options, { name, batches: 10, lanes: 4 }));
      expect(await Promise.all(writers.map((writer) => writer.exited()))).toEqual([0, 0, 0, 0]);
      const storage = await openStorage(options);
      const [row] = await storage.ledger.summarize('provider');
      expect(row).toMatchObject({ entries: 480, requests: 160, cost: { nanoUsd: 480n * 7n, unknownEntries: 0 } });
      expectWhole(await storage.ledger.entries({}, everything), writers);
      await storage.close();
    });
  });

  it('share keys, their revocation and the ledger', async () => {
    await inPlace(createPlace, async (options) => {
      const [one, two] = await Promise.all([openStorage(options), openStorage(options)]);
      const dates = { createdAtMs: 1, lastUsedAtMs: null, revokedAtMs: null, expiresAtMs: null };
      await one.apiKeys.insert({ id: 'a', name: 'n', prefix: 'p', hash: 'h', ...dates });
      expect((await two.apiKeys.findByHash('h'))?.id).toBe('a');
      expect(await two.apiKeys.revoke('a', 5)).toBe(true);
      expect((await one.apiKeys.findByHash('h'))?.revokedAtMs).toBe(5);
      await one.ledger.open(ledgerEntry('x'));
      await two.ledger.record([ledgerEntry('x'), ledgerEntry('y')]);
      expect(await one.ledger.entries()).toEqual([ledgerEntry('x'), ledgerEntry('y')]);
      await Promise.all([one.close(), two.close()]);
    });
  });

  it('keep what was acknowledged when one is killed under load, ten times, beside one that lives', async () => {
    await inPlace(createPlace, async (options) => {
      const survivor = spawnWriter(options, { name: 'survivor', batches: 40, lanes: 8 });
      const victims: SpawnedWriter[] = [];
      for (let round = 0; round < 10; round += 1) {
        const victim = spawnWriter(options, { name: `victim${round}`, batches: everything, lanes: 8, holds: true });
        await victim.reached(30);
        await victim.kill();
        victims.push(victim);
      }
      expect(await survivor.exited()).toBe(0);
      expect(survivor.committed).toHaveLength(320);
      const storage = await openStorage(options);
      const entries = await storage.ledger.entries({}, everything);
      expectWhole(entries, [survivor, ...victims]);
      expect(entries.filter(({ status }) => status === 'open')).toEqual([]);
      const held = entries.filter(({ id }) => id.endsWith('-held'));
      expect(held.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'lost'));
      for (const entry of entries.filter(({ status }) => status === 'lost')) {
        expect(entry.id).toMatch(/^victim/);
        expect(entry.costNanoUsd).toBeNull();
      }
      await storage.close();
    });
  }, 120_000);
});
