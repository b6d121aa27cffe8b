import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LatticeError } from '@lattice-lock/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ledgerEntry } from './__fixtures__/ledger-entry.ts';
import { temporaryFolder } from './__fixtures__/temporary-folder.ts';
import { openStorage } from './index.ts';

let folder: ReturnType<typeof temporaryFolder>;
let dataDir: string;

beforeEach(() => {
  folder = temporaryFolder();
  dataDir = join(folder.path, 'deep', 'data');
});
afterEach(() => folder.remove());

async function failure(work: Promise<unknown>): Promise<LatticeError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!LatticeError.isInstance(error)) expect.fail(`expected a LatticeError, got ${String(error)}`);
  return error;
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe('openStorage', () => {
  it('makes a folder and files that only their owner can read', async () => {
    const storage = await openStorage({ dataDir });
    await storage.ledger.record([ledgerEntry('a')]);
    expect(storage.file).toBe(join(dataDir, 'lattice.db'));
    expect(modeOf(dataDir)).toBe('700');
    expect([storage.file, `${storage.file}-wal`, `${storage.file}-shm`].map(modeOf)).toEqual(['600', '600', '600']);
    await storage.close();
  });

  it('keeps what was written, also in a file of another name', async () => {
    const file = join(folder.path, 'other.sqlite');
    const first = await openStorage({ file, durability: 'full' });
    await first.ledger.record([ledgerEntry('a')]);
    await first.close();
    const second = await openStorage({ file });
    expect(await second.ledger.entries()).toEqual([ledgerEntry('a')]);
    await second.close();
  });

  it('is seen at once by another opener of the same file', async () => {
    const [one, two] = await Promise.all([openStorage({ dataDir }), openStorage({ dataDir })]);
    await one.ledger.record([ledgerEntry('a')]);
    await two.ledger.record([ledgerEntry('b')]);
    expect(await one.ledger.entries()).toEqual(await two.ledger.entries());
    await Promise.all([one.close(), two.close()]);
  });

  it('refuses a file that a newer version wrote, and leaves it as it is', async () => {
    const storage = await openStorage({ dataDir });
    await storage.close();
    const newer = new DatabaseSync(storage.file);
    newer.exec(`insert into kysely_migration values ('9999_from_the_future', '2030-01-01T00:00:00Z')`);
    newer.close();
    const error = await failure(openStorage({ dataDir }));
    expect(error.code).toBe('LATTICE_STORAGE');
    expect(error.message).toContain('newer version');
    expect(error.message).toContain('9999_from_the_future');
    expect(error.message).toContain(storage.file);
  });

  it('says what to do about a file that is no database, is damaged, or cannot be made', async () => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'lattice.db'), 'this is a letter to my grandmother, not a database'.repeat(100));
    const letter = await failure(openStorage({ dataDir }));
    expect(letter.code).toBe('LATTICE_STORAGE');
    expect(letter.message).toMatch(/not a SQLite database .* move the file away/);

    const file = join(folder.path, 'damaged.db');
    const storage = await openStorage({ file });
    await storage.ledger.record(Array.from({ length: 500 }, (_unused, index) => ledgerEntry(`e${index}`)));
    await storage.close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0x41, 4096, bytes.length - 4096));
    const reopened = openStorage({ file }).then(async (damaged) => {
      await damaged.ledger.entries();
    });
    const damage = await failure(reopened);
    expect(damage.code).toBe('LATTICE_STORAGE');
    expect(damage.message).toContain('backup');

    writeFileSync(join(folder.path, 'plain'), '');
    const blocked = await failure(openStorage({ dataDir: join(folder.path, 'plain', 'data') }));
    expect(blocked.message).toContain('A part of the path is a file');
  });

  it('ends all use when it is closed', async () => {
    const storage = await openStorage({ dataDir });
    await storage.close();
    await storage.close();
    const uses = [
      storage.ledger.entries(),
      storage.ledger.record([ledgerEntry('a')]),
      storage.apiKeys.list(),
      storage.decisions.get('a'),
      storage.outcomes.list(),
    ];
    for (const use of uses) expect((await failure(use)).code).toBe('LATTICE_CLOSED');
  });
});

describe('outcomes', () => {
  it('of a store of before they were learned from stay, of several of a request the last', async () => {
    const first = await openStorage({ dataDir });
    await first.close();
    const file = new DatabaseSync(join(dataDir, 'lattice.db'));
    file.exec('drop index outcome_judged');
    for (const name of ['provider', 'model', 'task_kind', 'domain', 'difficulty', 'api_key_id', 'signal']) {
      file.exec(`alter table outcome drop column ${name}`);
    }
    file.exec(`delete from kysely_migration where name >= '0004'`);
    const insert = file.prepare('insert into outcome (request_id, score, source, at_ms) values (?, ?, ?, ?)');
    insert.run('a', 0.25, 'user', 1);
    insert.run('a', 0.75, 'user', 2);
    insert.run('a', 1, 'judge', 3);
    file.close();
    const second = await openStorage({ dataDir });
    const old = { decisionId: null, model: null, task: null, apiKeyId: null, signal: 'graded', comment: null };
    expect(await second.outcomes.list()).toEqual([
      { ...old, requestId: 'a', score: 1, source: 'judge', atMs: 3 },
      { ...old, requestId: 'a', score: 0.75, source: 'user', atMs: 2 },
    ]);
    await second.close();
  });
});

describe('keys', () => {
  it('never become less recently used', async () => {
    const storage = await openStorage({ dataDir });
    const record = { id: 'a', name: 'n', prefix: 'p', hash: 'h', createdAtMs: 1, revokedAtMs: null, expiresAtMs: null };
    await storage.apiKeys.insert({ ...record, lastUsedAtMs: null });
    await storage.apiKeys.touch('a', 10);
    await storage.apiKeys.touch('a', 5);
    expect((await storage.apiKeys.findByHash('h'))?.lastUsedAtMs).toBe(10);
    await storage.close();
  });
});
