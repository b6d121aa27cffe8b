import { createApiKeyService } from '@lattice-lock/auth';
import { openStorage } from '@lattice-lock/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});

afterEach(() => place.remove());

function keys(...args: string[]) {
  return runInProcess(['keys', ...args], { cwd: place.folder });
}

async function verify(key: string) {
  const storage = await openStorage({ dataDir: place.path('.lattice') });
  try {
    return await createApiKeyService({ store: storage.apiKeys }).verify(key);
  } finally {
    await storage.close();
  }
}

describe('lattice keys', () => {
  it('shows a new key once, alone on standard output, and it opens the gateway', async () => {
    const { exitCode, out, err } = await keys('create', '--name', 'laptop', '--expires', '30d');
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toMatch(/^\S{30,}\n$/);
    expect(err).toMatch(/"laptop" \(key_\S+\), expires \d{4}-\d\d-\d\dT\d\d:\d\dZ\. It is shown this once/);
    const record = await verify(out.trim());
    expect(record).toMatchObject({ name: 'laptop' });
    expect((record?.expiresAtMs ?? 0) - (record?.createdAtMs ?? 0)).toBeGreaterThan(29.9 * 86_400_000);
    const list = await keys('list');
    expect(list.out).toMatch(/laptop +active/);
    expect(list.out).not.toContain(out.trim());
    expect((await keys('list', '--json')).out).not.toMatch(new RegExp(`${out.trim()}|hash`));
  });

  it('revokes by the beginning of a key, and says which it was', async () => {
    const { key, id, prefix } = JSON.parse((await keys('create', '--name', 'old', '--json')).out) as Record<
      string,
      string
    >;
    const { exitCode, out } = await keys('revoke', prefix ?? '');
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toContain(`"old" (${id}`);
    expect(await verify(key ?? '')).toBeNull();
    expect(JSON.parse((await keys('list', '--json')).out)).toMatchObject([{ id, state: 'revoked' }]);
  });

  it('refuses what it cannot do, in one line', async () => {
    expect(await keys('list')).toMatchObject({
      exitCode: exitCodes.ok,
      out: '',
      err: expect.stringContaining('no key yet'),
    });
    expect(await keys('revoke', 'nonsense')).toMatchObject({
      exitCode: exitCodes.failed,
      err: expect.stringMatching(/^error \[LATTICE_NOT_FOUND\]: [^\n]+\n$/),
    });
    expect(await keys('create', '--expires', 'soon')).toMatchObject({ exitCode: exitCodes.usage });
    expect(await keys('create', '--name', 'a\u202eb')).toMatchObject({ exitCode: exitCodes.failed, out: '' });
  });
});
