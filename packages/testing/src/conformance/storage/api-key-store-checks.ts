import assert from 'node:assert/strict';
import { LatticeError, type ApiKeyRecord, type ApiKeyStore } from '@lattice-lock/contract';
import type { ConformanceCheck } from '../conformance-check.ts';
import { noonMs } from './sample-entries.ts';

type Check = ConformanceCheck<ApiKeyStore>;

function key(id: string, more: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  return {
    id,
    name: `key ${id}`,
    prefix: `ll_${id}`,
    hash: id.padEnd(64, '0'),
    createdAtMs: noonMs,
    lastUsedAtMs: null,
    revokedAtMs: null,
    expiresAtMs: null,
    ...more,
  };
}

const found: Check = {
  id: 'found',
  title: 'a key is found by its hash, and as it was written',
  async run(store) {
    const dated = key('b', { lastUsedAtMs: noonMs + 1, expiresAtMs: noonMs + 2, name: "O'Hara \u{1f511}" });
    await store.insert(key('a'));
    await store.insert(dated);
    assert.deepEqual(await store.findByHash(dated.hash), dated);
    assert.equal(await store.findByHash('f'.repeat(64)), undefined);
    assert.equal(await store.findByHash("' OR '1'='1"), undefined);
    assert.equal(await store.findByHash(dated.hash.slice(0, 12)), undefined, 'a beginning is no hash');
    assert.deepEqual(new Set(await store.list()), new Set([key('a'), dated]));
  },
};

const unique: Check = {
  id: 'unique',
  title: 'an id or a hash that exists is refused with LATTICE_STORAGE',
  async run(store) {
    await store.insert(key('a'));
    const taken = [key('a', { hash: 'e'.repeat(64) }), key('b', { hash: key('a').hash })];
    for (const record of taken) {
      await assert.rejects(
        store.insert(record),
        (error) => LatticeError.isInstance(error) && error.code === 'LATTICE_STORAGE',
      );
    }
    assert.deepEqual(await store.list(), [key('a')], 'the first one stays');
  },
};

const revoked: Check = {
  id: 'revoked',
  title: 'a key is revoked once',
  async run(store) {
    await store.insert(key('a'));
    await store.insert(key('b'));
    assert.equal(await store.revoke('a', noonMs + 5), true);
    assert.equal(await store.revoke('a', noonMs + 9), false, 'it is revoked already');
    assert.equal(await store.revoke('nobody', noonMs), false, 'there is no such key');
    assert.equal((await store.findByHash(key('a').hash))?.revokedAtMs, noonMs + 5, 'the first time stays');
    assert.equal((await store.findByHash(key('b').hash))?.revokedAtMs, null);
  },
};

const touched: Check = {
  id: 'touched',
  title: 'the last use is remembered',
  async run(store) {
    await store.insert(key('a'));
    await store.touch('a', noonMs + 7);
    assert.deepEqual(await store.findByHash(key('a').hash), key('a', { lastUsedAtMs: noonMs + 7 }));
    await store.touch('nobody', noonMs);
  },
};

const raced: Check = {
  id: 'raced',
  title: 'of many revocations at once one is told that it revoked',
  async run(store) {
    await store.insert(key('a'));
    const told = await Promise.all(Array.from({ length: 10 }, (_unused, at) => store.revoke('a', noonMs + at)));
    assert.equal(told.filter((isMine) => isMine).length, 1);
  },
};

/** Keys. */
export const apiKeyStoreChecks: readonly Check[] = [found, unique, revoked, touched, raced];
