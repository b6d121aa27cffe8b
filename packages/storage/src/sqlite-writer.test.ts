import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { LatticeError, silentLogger, type ApiKeyRecord, type LogFields } from '@lattice-lock/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ledgerEntry } from './__fixtures__/ledger-entry.ts';
import { temporaryFolder } from './__fixtures__/temporary-folder.ts';
import { openStorage, type Storage } from './index.ts';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
let storage: Storage;
let worker: Worker | undefined;
const complaints: string[] = [];
const logger = { ...silentLogger, error: (_fields: LogFields, message: string) => void complaints.push(message) };
const remember = (started: Worker) => {
  worker = started;
};

beforeEach(async () => {
  worker = undefined;
  process.on('worker', remember);
  folder = temporaryFolder();
  file = join(folder.path, 'lattice.db');
  storage = await openStorage({ file, logger });
});
afterEach(async () => {
  process.off('worker', remember);
  complaints.length = 0;
  await storage.close();
  folder.remove();
});

function apiKey(id: string, hash: string): ApiKeyRecord {
  const dates = { createdAtMs: 1, lastUsedAtMs: null, revokedAtMs: null, expiresAtMs: null };
  return { id, hash, name: 'n', prefix: 'p', ...dates };
}

async function withLock(work: () => Promise<void>): Promise<void> {
  const holder = new DatabaseSync(file);
  holder.exec('begin immediate');
  try {
    await work();
  } finally {
    if (holder.isTransaction) holder.exec('rollback');
    holder.close();
  }
}

/** Resolves when the promise has not settled within a few turns of the event loop. */
async function stillWaits(promise: Promise<unknown>): Promise<boolean> {
  const turn = new Promise<string>((resolve) => setImmediate(() => setImmediate(() => resolve('waits'))));
  return (await Promise.race([promise.then(() => 'settled').catch(() => 'settled'), turn])) === 'waits';
}

describe('writes of one group', () => {
  it('do not suffer from one among them that fails', async () => {
    const results = await Promise.allSettled([
      storage.ledger.record([ledgerEntry('a')]),
      storage.apiKeys.insert(apiKey('one', 'h')),
      storage.apiKeys.insert(apiKey('two', 'h')),
      storage.ledger.record([ledgerEntry('b'), ledgerEntry('c')]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    const [failed] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(LatticeError.isInstance(failed) && failed.code).toBe('LATTICE_STORAGE');
    expect(String(failed)).toContain('Use an id that is not taken');
    expect((await storage.ledger.entries()).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect((await storage.apiKeys.list()).map(({ id }) => id)).toEqual(['one']);
  });

  it('are acknowledged after they are committed, not before', async () => {
    let write: Promise<void> = Promise.resolve();
    await withLock(async () => {
      write = storage.ledger.record([ledgerEntry('a')]);
      expect(await stillWaits(write)).toBe(true);
      expect(await storage.ledger.entries()).toEqual([]);
    });
    await write;
    expect(await storage.ledger.entries()).toHaveLength(1);
  });

  it('are refused beyond ten thousand that wait, and those that wait are written', async () => {
    let outcomes: Promise<readonly PromiseSettledResult<void>[]> = Promise.resolve([]);
    await withLock(async () => {
      const writes = Array.from({ length: 10_600 }, (_unused, at) => storage.ledger.record([ledgerEntry(`e${at}`)]));
      outcomes = Promise.allSettled(writes);
      const error: unknown = await writes.at(-1)?.catch((reason: unknown) => reason);
      expect(LatticeError.isInstance(error) && [error.code, error.retryable]).toEqual(['LATTICE_STORAGE', true]);
      expect(String(error)).toMatch(/does not keep up: 10000 writes are waiting/);
    });
    const kept = (await outcomes).filter(({ status }) => status === 'fulfilled').length;
    expect(kept).toBeGreaterThanOrEqual(10_000);
    expect(await storage.ledger.entries({}, 20_000)).toHaveLength(kept);
  });

  it('are drained when the store closes', async () => {
    const writes = Array.from({ length: 2000 }, (_unused, at) => storage.ledger.record([ledgerEntry(`e${at}`)]));
    await storage.close();
    await Promise.all(writes);
    const again = await openStorage({ file });
    expect(await again.ledger.entries({}, 5000)).toHaveLength(2000);
    await again.close();
  });
});

/** Commits one after the other, none of which is slow, however busy the machine is. */
async function recordAtOnce(count: number): Promise<void> {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  for (let at = 0; at < count; at += 1) await storage.ledger.record([ledgerEntry(`e${at}`)]);
  clock.mockRestore();
}

describe('the calling thread', () => {
  it('commits small groups itself, and leaves to the writer what has to wait for a lock', async () => {
    await recordAtOnce(5);
    expect(worker).toBeUndefined();
    let late: Promise<void> = Promise.resolve();
    await withLock(async () => {
      late = storage.ledger.record([ledgerEntry('late')]);
      await expect.poll(() => worker).toBeDefined();
    });
    await late;
    expect(await storage.ledger.entries()).toHaveLength(6);
  });

  it('leaves to the writer what has to survive the loss of power', async () => {
    const full = await openStorage({ file, durability: 'full' });
    await full.ledger.record([ledgerEntry('a')]);
    expect(worker).toBeDefined();
    expect(await storage.ledger.entries()).toHaveLength(1);
    await full.close();
  });

  it('leaves to the writer what a slow disk would hold up, and not what follows one late commit', async () => {
    let nowMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 25));
    for (const id of ['a', 'b', 'c']) await storage.ledger.record([ledgerEntry(id)]);
    expect(worker).toBeUndefined();
    await storage.ledger.record([ledgerEntry('d')]);
    clock.mockRestore();
    expect(worker).toBeDefined();
    expect(await storage.ledger.entries()).toHaveLength(4);
  });

  it('leaves the checkpoints to the writer', async () => {
    const before = statSync(file).size;
    await recordAtOnce(300);
    await expect.poll(() => statSync(file).size).toBeGreaterThan(before);
    expect(await storage.ledger.entries()).toHaveLength(300);
  });
});

describe('a writer thread that dies', () => {
  it('fails what it had, says so, and is replaced when it is needed again', async () => {
    await storage.ledger.record([ledgerEntry('before')]);
    await withLock(async () => {
      const write = storage.ledger.record([ledgerEntry('during')]);
      const failures = Promise.all([
        expect(write).rejects.toMatchObject({ code: 'LATTICE_STORAGE', retryable: true }),
        expect(write).rejects.toThrow(/thread that writes .* ended/),
      ]);
      await expect.poll(() => worker).toBeDefined();
      await Promise.all([failures, worker?.terminate()]);
      expect(complaints).toEqual(['the writer thread died']);
    });
    const first = worker;
    let after: Promise<void> = Promise.resolve();
    await withLock(async () => {
      after = storage.ledger.record([ledgerEntry('after')]);
      await expect.poll(() => worker).not.toBe(first);
    });
    await after;
    expect((await storage.ledger.entries()).map(({ id }) => id)).toEqual(['before', 'after']);
  });
});
