import { LatticeError, type ApiKeyRecord, type ApiKeyStore, type Clock } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createApiKeyService, type ApiKeyService } from './index.ts';

/** A store in memory that counts what is asked of it. */
class CountingStore implements ApiKeyStore {
  readonly records = new Map<string, ApiKeyRecord>();
  readonly touches: number[] = [];
  lookups = 0;
  isBroken = false;

  async insert(record: ApiKeyRecord): Promise<void> {
    this.records.set(record.id, record);
  }
  async findByHash(hash: string): Promise<ApiKeyRecord | undefined> {
    this.lookups += 1;
    if (this.isBroken) throw new LatticeError('LATTICE_STORAGE', 'the disk is gone');
    return [...this.records.values()].find((record) => record.hash === hash);
  }
  async list(): Promise<readonly ApiKeyRecord[]> {
    return [...this.records.values()];
  }
  async revoke(id: string, atMs: number): Promise<boolean> {
    const record = this.records.get(id);
    if (record === undefined || record.revokedAtMs !== null) return false;
    this.records.set(id, { ...record, revokedAtMs: atMs });
    return true;
  }
  async touch(id: string, atMs: number): Promise<void> {
    this.touches.push(atMs);
    const record = this.records.get(id);
    if (record !== undefined) this.records.set(id, { ...record, lastUsedAtMs: atMs });
  }
}

function setUp(): { store: CountingStore; service: ApiKeyService; clock: Clock & { nowMs: number } } {
  const store = new CountingStore();
  const clock = {
    nowMs: 1_000_000,
    now: () => clock.nowMs,
    monotonic: () => clock.nowMs,
    sleep: async () => undefined,
  };
  return { store, clock, service: createApiKeyService({ store, clock }) };
}

/** After what `setImmediate` has put off. */
const afterTouches = () => new Promise((resolve) => setImmediate(resolve));

async function failure(work: Promise<unknown>): Promise<LatticeError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!LatticeError.isInstance(error)) expect.fail(`expected a LatticeError, got ${String(error)}`);
  return error;
}

describe('create', () => {
  it('shows a key of 256 random bits once and stores its hash and beginning only', async () => {
    const { service, store } = setUp();
    const { key, record } = await service.create({ name: ' ci ' });
    expect(key).toMatch(/^lk_[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(key.slice(3), 'base64url')).toHaveLength(32);
    expect(record).toMatchObject({ name: 'ci', prefix: key.slice(0, 10), createdAtMs: 1_000_000, expiresAtMs: null });
    expect(record.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify([...store.records.values()])).not.toContain(key.slice(10));
  });

  it('never makes the same key twice', async () => {
    const { service } = setUp();
    const made = await Promise.all(Array.from({ length: 500 }, () => service.create({ name: 'n' })));
    expect(new Set(made.map(({ key }) => key)).size).toBe(500);
    expect(new Set(made.map(({ record }) => record.id)).size).toBe(500);
  });

  const badNames = [
    '',
    '   ',
    'a'.repeat(101),
    'a\nb',
    'a\u0000',
    '\u001b[31mred',
    'abc\u202ecba',
    'zero\u200bwidth',
    'a\u2028b',
    '\ud800',
  ];
  it.each(badNames.map((name) => [JSON.stringify(name), name]))('refuses the name %s', async (_shown, name) => {
    const { service, store } = setUp();
    const error = await failure(service.create({ name }));
    expect(error.code).toBe('LATTICE_INVALID_REQUEST');
    expect(error.issues).toHaveLength(1);
    expect(store.records.size).toBe(0);
  });

  it('takes names in any script', async () => {
    const { service } = setUp();
    for (const name of ['Zoë’s laptop', '構築サーバー', 'сервер №2', '\u{1f511} ci', 'a'.repeat(100)]) {
      expect((await service.create({ name })).record.name).toBe(name);
    }
  });

  it('refuses an expiry that is past or no instant', async () => {
    const { service } = setUp();
    for (const expiresAtMs of [0, 1_000_000, -1, NaN, Infinity, 2_000_000.5]) {
      expect((await failure(service.create({ name: 'n', expiresAtMs }))).code).toBe('LATTICE_INVALID_REQUEST');
    }
  });
});

describe('verify', () => {
  it('knows a good key, and refuses it once it is expired or revoked', async () => {
    const { service, clock } = setUp();
    const lasting = await service.create({ name: 'lasting' });
    const short = await service.create({ name: 'short', expiresAtMs: clock.nowMs + 10 });
    expect((await service.verify(lasting.key))?.id).toBe(lasting.record.id);
    expect((await service.verify(short.key))?.id).toBe(short.record.id);
    clock.nowMs += 10;
    expect(await service.verify(short.key)).toBeNull();
    await service.revoke(lasting.record.id);
    expect(await service.verify(lasting.key)).toBeNull();
  });

  it('sees within a tenth of a second what another process revoked', async () => {
    const { service, store, clock } = setUp();
    const { key, record } = await service.create({ name: 'n' });
    expect(await service.verify(key)).not.toBeNull();
    await store.revoke(record.id, 5);
    clock.nowMs += 100;
    expect(await service.verify(key)).toBeNull();
  });

  it('reads a good key ten times a second, and any other each time', async () => {
    const { service, store, clock } = setUp();
    const { key } = await service.create({ name: 'n' });
    for (let call = 0; call < 10; call += 1) await service.verify(key);
    expect(store.lookups).toBe(1);
    clock.nowMs += 100;
    await service.verify(key);
    expect(store.lookups).toBe(2);
    for (let call = 0; call < 3; call += 1) await service.verify(`lk_${'x'.repeat(43)}`);
    expect(store.lookups).toBe(5);
  });

  it('does not remember a key that is revoked while it is being read', async () => {
    const { service, store } = setUp();
    const { key, record } = await service.create({ name: 'n' });
    const find = store.findByHash.bind(store);
    let proceed: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (proceed = resolve));
    store.findByHash = async (hash) => {
      const found = await find(hash);
      await held;
      return found;
    };
    const reading = service.verify(key);
    await service.revoke(record.id);
    store.findByHash = find;
    proceed();
    await reading;
    expect(await service.verify(key)).toBeNull();
  });

  it('answers null to anything else and never throws', async () => {
    const { service } = setUp();
    const { key } = await service.create({ name: 'n' });
    const hostile = [
      '',
      'lk_',
      key.slice(0, -1),
      `${key}A`,
      `${key}\n`,
      ` ${key}`,
      key.toUpperCase(),
      "' OR '1'='1",
      `${key}' --`,
    ];
    for (const text of [...hostile, `lk_${'\u0000'.repeat(43)}`, 'lk_'.repeat(1_000_000)]) {
      expect(await service.verify(text)).toBeNull();
    }
    for (const value of [undefined, null, 7, {}, [key], { toString: () => key }]) {
      expect(await service.verify(value as string)).toBeNull();
    }
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `lk_${text}`),
        ),
        async (text) => {
          expect(await service.verify(text)).toBeNull();
        },
      ),
    );
  });

  it('refuses a key in which any one character is changed', async () => {
    const { service } = setUp();
    const { key } = await service.create({ name: 'n' });
    for (let index = 0; index < key.length; index += 1) {
      const other = key.charAt(index) === 'A' ? 'B' : 'A';
      expect(await service.verify(key.slice(0, index) + other + key.slice(index + 1))).toBeNull();
    }
  });

  it('asks the store for nothing that is not shaped like a key', async () => {
    const { service, store } = setUp();
    await service.verify('x'.repeat(10_000_000));
    await service.verify('lk_short');
    expect(store.lookups).toBe(0);
  });

  it('does not trust a store that returns another key', async () => {
    const { service, store } = setUp();
    const { key, record } = await service.create({ name: 'n' });
    for (const hash of ['0'.repeat(64), '', 'zz']) {
      store.findByHash = async () => ({ ...record, hash });
      expect(await service.verify(key)).toBeNull();
    }
  });

  it('says when the store fails, because that is no answer about the key', async () => {
    const { service, store } = setUp();
    const { key } = await service.create({ name: 'n' });
    store.isBroken = true;
    expect((await failure(service.verify(key))).code).toBe('LATTICE_STORAGE');
  });

  it('notes the last use at most once a minute, without the caller waiting', async () => {
    const { service, store, clock } = setUp();
    const { key } = await service.create({ name: 'n' });
    await Promise.all(Array.from({ length: 20 }, () => service.verify(key)));
    expect(store.touches).toEqual([]);
    await afterTouches();
    expect(store.touches).toEqual([1_000_000]);
    clock.nowMs += 59_999;
    await service.verify(key);
    await afterTouches();
    expect(store.touches).toHaveLength(1);
    clock.nowMs += 1;
    await service.verify(key);
    await afterTouches();
    expect(store.touches).toEqual([1_000_000, 1_060_000]);
  });

  it('goes on when the last use cannot be noted', async () => {
    const { service, store } = setUp();
    const { key } = await service.create({ name: 'n' });
    store.touch = async () => Promise.reject(new LatticeError('LATTICE_STORAGE', 'the disk is full'));
    expect(await service.verify(key)).not.toBeNull();
    await afterTouches();
    expect(await service.verify(key)).not.toBeNull();
    await afterTouches();
  });
});

describe('revoke', () => {
  it('takes an id, the key itself or a beginning that only one key in force has', async () => {
    const { service, clock } = setUp();
    const made = await Promise.all(['a', 'b', 'c'].map((name) => service.create({ name })));
    const [a, b, c] = made;
    if (a === undefined || b === undefined || c === undefined) expect.fail('three keys were made');
    expect(await service.revoke(a.record.id)).toMatchObject({ id: a.record.id, revokedAtMs: clock.nowMs });
    expect((await service.revoke(b.key)).id).toBe(b.record.id);
    expect((await service.revoke('lk_')).id).toBe(c.record.id);
    expect((await service.list()).every(({ revokedAtMs }) => revokedAtMs !== null)).toBe(true);
  });

  it('lists the keys when several begin alike, and revokes none', async () => {
    const { service } = setUp();
    const made = await Promise.all(
      Array.from({ length: 12 }, (_unused, index) => service.create({ name: `n${index}` })),
    );
    const error = await failure(service.revoke('lk_'));
    expect(error.code).toBe('LATTICE_INVALID_REQUEST');
    expect(error.suggestions).toEqual(made.map(({ record }) => record.id));
    expect(error.message).toContain('12 API keys');
    expect(error.message).toContain('(n0)');
    expect(error.message).toContain('and 2 more');
    expect((await service.list()).every(({ revokedAtMs }) => revokedAtMs === null)).toBe(true);
  });

  it('keeps the first time when a key is revoked again', async () => {
    const { service, clock } = setUp();
    const { record } = await service.create({ name: 'n' });
    await service.revoke(record.id);
    clock.nowMs += 5;
    expect((await service.revoke(record.id)).revokedAtMs).toBe(1_000_000);
  });

  it('says when there is no such key', async () => {
    const { service } = setUp();
    await service.create({ name: 'n' });
    for (const text of ['', 'nobody', 'lk_!', "' OR '1'='1"]) {
      expect((await failure(service.revoke(text))).code).toBe('LATTICE_NOT_FOUND');
    }
  });
});

describe('list', () => {
  it('shows no hash', async () => {
    const { service } = setUp();
    const { record } = await service.create({ name: 'n' });
    const list = await service.list();
    expect(list).toMatchObject([{ id: record.id, name: 'n', prefix: record.prefix }]);
    expect(JSON.stringify(list)).not.toContain(record.hash);
  });
});
