import { createServer, type Server, type Socket, connect } from 'node:net';
import { once } from 'node:events';
import { LatticeError } from '@lattice-lock/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { execute } from './__fixtures__/execute.ts';
import { ledgerEntry } from './__fixtures__/ledger-entry.ts';
import { startEngines } from './__fixtures__/test-engines.ts';
import { openStorage } from './index.ts';
import { loadPostgresDriver } from './internal/postgres-driver.ts';

const { postgres, stop } = await startEngines();
afterAll(stop);

async function failure(work: Promise<unknown>): Promise<LatticeError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!LatticeError.isInstance(error)) expect.fail(`expected a LatticeError, got ${String(error)}`);
  expect(error.code).toBe('LATTICE_STORAGE');
  return error;
}

/** A way to the server that can be cut and mended. */
async function startProxy(
  target: URL,
): Promise<{ readonly url: string; cut(): void; mend(): void; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((client) => {
    if (isCut) return client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
      one.pipe(other);
    }
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(target);
  url.port = String(typeof address === 'object' ? address?.port : '');
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: url.href,
    cut: () => {
      isCut = true;
      destroyAll();
    },
    mend: () => {
      isCut = false;
    },
    stop: async () => {
      destroyAll();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('openStorage with a database URL', () => {
  it('says what to install when the driver is missing', async () => {
    const error = await failure(loadPostgresDriver(() => import('node:pg' as 'pg')));
    expect(error.message).toContain('npm install pg');
  });

  it('refuses what is no Postgres, and names no password', async () => {
    const wrong = await failure(openStorage({ databaseUrl: 'mysql://me:hunter2@db/lattice' }));
    expect(wrong.message).toContain('postgres://user@host:5432/database');
    const closed = await failure(openStorage({ databaseUrl: 'postgres://me:hunter2@127.0.0.1:1/lattice' }));
    expect(closed.message).toMatch(/postgres:\/\/127\.0\.0\.1:1\/lattice: it cannot be reached .* Check that it runs/);
    expect(closed.retryable).toBe(true);
    for (const error of [wrong, closed]) expect(JSON.stringify(error) + error.message).not.toContain('hunter2');
  });
});

if (typeof postgres === 'string') {
  it('Postgres', (context) => context.skip(postgres));
} else {
  describe('Postgres', () => {
    it('says which database is missing', async () => {
      const url = new URL(postgres.url);
      url.pathname = '/nowhere';
      const error = await failure(openStorage({ databaseUrl: url.href }));
      expect(error.message).toMatch(/there is no such database/);
      expect(error.retryable).toBe(false);
    });

    it('refuses a schema that a newer version made', async () => {
      const place = await postgres.createPlace();
      const storage = await openStorage(place.options);
      await storage.close();
      await execute(place.options, `insert into kysely_migration values ('9999_from_the_future', '2030')`);
      expect((await failure(openStorage(place.options))).message).toContain('newer version');
      await place.remove();
    });

    it('fails while it cannot be reached and goes on by itself when it can', async () => {
      const place = await postgres.createPlace();
      const address = 'databaseUrl' in place.options ? place.options.databaseUrl : '';
      const proxy = await startProxy(new URL(address));
      const storage = await openStorage({ databaseUrl: proxy.url });
      await storage.ledger.record([ledgerEntry('before')]);
      proxy.cut();
      const errors = await Promise.all([
        failure(storage.ledger.record([ledgerEntry('during')])),
        failure(storage.ledger.entries()),
        failure(storage.apiKeys.list()),
      ]);
      for (const error of errors) expect(error.retryable).toBe(true);
      proxy.mend();
      await storage.ledger.record([ledgerEntry('after')]);
      expect((await storage.ledger.entries()).map(({ id }) => id)).toEqual(['before', 'after']);
      await storage.close();
      await proxy.stop();
      await place.remove();
    });

    it('survives that the server ends its connections', async () => {
      const place = await postgres.createPlace();
      const storage = await openStorage(place.options);
      await storage.ledger.record([ledgerEntry('a')]);
      await execute(
        place.options,
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      await storage.ledger.record([ledgerEntry('b')]).catch(() => storage.ledger.record([ledgerEntry('b')]));
      expect(await storage.ledger.entries()).toHaveLength(2);
      await storage.close();
      await place.remove();
    });

    it('lets no write suffer from one of its group that fails', async () => {
      const place = await postgres.createPlace();
      const storage = await openStorage(place.options);
      const dates = { createdAtMs: 1, lastUsedAtMs: null, revokedAtMs: null, expiresAtMs: null };
      const key = (id: string) => ({ id, hash: 'h', name: 'n', prefix: 'p', ...dates });
      const results = await Promise.allSettled([
        storage.ledger.record([ledgerEntry('a')]),
        storage.apiKeys.insert(key('one')),
        storage.apiKeys.insert(key('two')),
        storage.ledger.record([ledgerEntry('b', { model: 'with \0 in it' })]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      expect((await storage.ledger.entries()).map(({ model }) => model)).toEqual(['m', 'with \u2400 in it']);
      await storage.close();
      await place.remove();
    });
  });
}
