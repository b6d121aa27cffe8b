import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LatticeError, silentLogger } from '@lattice-lock/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ledgerEntry } from './__fixtures__/ledger-entry.ts';
import { temporaryFolder } from './__fixtures__/temporary-folder.ts';
import { openStorage } from './index.ts';
import { InstanceRegistry } from './instance-registry.ts';
import { GroupTransaction } from './internal/group-transaction.ts';
import { connectSqlite } from './internal/sqlite-connection.ts';
import { ownIdentity } from './internal/process-identity.ts';
import { SqliteSession, type GroupWriter } from './internal/sqlite-session.ts';
import { toStorageError } from './internal/storage-error.ts';
import { SqlUsageLedger } from './sql-usage-ledger.ts';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;

beforeEach(async () => {
  folder = temporaryFolder();
  file = join(folder.path, 'lattice.db');
  const storage = await openStorage({ file });
  await storage.close();
});
afterEach(() => folder.remove());

const batch = Array.from({ length: 2000 }, (_unused, index) => ledgerEntry(`e${index}`));

/** The writer of the thread on a connection of this thread, which can be made to fail. */
function writerOn(database: DatabaseSync): GroupWriter {
  const transaction = new GroupTransaction(() => database);
  return {
    commit: async (units) =>
      transaction.commit(units).map((one) => ('message' in one ? toStorageError(one, file) : one)),
    close: async () => transaction.close(),
  };
}

async function recordFailure(database: DatabaseSync): Promise<LatticeError> {
  const session = new SqliteSession(new DatabaseSync(file, { readBigInts: true }), file, writerOn(database));
  const instance = new InstanceRegistry(session, await ownIdentity(), silentLogger);
  const error: unknown = await new SqlUsageLedger(session, instance).record(batch).catch((reason: unknown) => reason);
  await session.close();
  if (!LatticeError.isInstance(error)) expect.fail(`expected a LatticeError, got ${String(error)}`);
  expect(error.code).toBe('LATTICE_STORAGE');
  expect(error.message).toContain(file);
  return error;
}

async function entriesLeft(): Promise<number> {
  const storage = await openStorage({ file });
  const entries = await storage.ledger.entries();
  await storage.close();
  return entries.length;
}

describe('a write that SQLite refuses', () => {
  it('leaves nothing behind when the disk is full', async () => {
    const database = new DatabaseSync(file, { readBigInts: true });
    database.exec('pragma max_page_count = 40');
    const error = await recordFailure(database);
    expect(error.message).toMatch(/disk is full .* Free some space/);
    expect(error.retryable).toBe(true);
    expect(await entriesLeft()).toBe(0);
  });

  it('says so when the file is read-only', async () => {
    const error = await recordFailure(new DatabaseSync(file, { readOnly: true }));
    expect(error.message).toMatch(/read-only .* Make the file and its folder writable/);
    expect(error.retryable).toBe(false);
  });

  it('may be tried again when another process holds the lock', async () => {
    const holder = new DatabaseSync(file);
    holder.exec('begin immediate');
    const error = await recordFailure(new DatabaseSync(file, { timeout: 0 }));
    expect(error.message).toContain('locked by another process');
    expect(error.retryable).toBe(true);
    holder.exec('rollback');
    holder.close();
    expect(await entriesLeft()).toBe(0);
  });
});

describe('durability', () => {
  it.each([
    ['normal', 1n],
    ['full', 2n],
  ] as const)('%s is what SQLite is told', (durability, synchronous) => {
    const database = connectSqlite(file, durability);
    expect(database.prepare('pragma synchronous').get()).toEqual({ synchronous });
    expect(database.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
  });
});
