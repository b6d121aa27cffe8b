import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type Workplace } from './__fixtures__/cli-run.ts';
import { exitCodes } from './exit-codes.ts';

let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});

afterEach(() => place.remove());

describe('where commands keep what they keep', () => {
  it('is not a file where DATABASE_URL names a Postgres, and no password is shown when that is not there', async () => {
    const env = { DATABASE_URL: 'postgres://lattice:hunter22@127.0.0.1:1/books' };
    for (const args of [['keys', 'list'], ['usage'], ['ask', 'x'], ['chat']]) {
      const { exitCode, out, err } = await runInProcess(args, { cwd: place.folder, env, stdin: '' });
      expect({ exitCode, out }).toEqual({ exitCode: exitCodes.failed, out: '' });
      expect(err).toContain('[LATTICE_STORAGE]');
      expect(err).not.toContain('hunter22');
    }
  });

  const server = process.env['LATTICE_TEST_POSTGRES_URL'] ?? '';
  it.runIf(server !== '')('is the Postgres that is there: keys and usage are shared', async () => {
    const name = `lattice_${randomUUID().replaceAll('-', '')}`;
    const admin = new pg.Client({ connectionString: server });
    await admin.connect();
    await admin.query(`create database ${name}`);
    try {
      const url = new URL(server);
      url.pathname = `/${name}`;
      const run = (...args: string[]) => runInProcess(args, { cwd: place.folder, env: { DATABASE_URL: url.href } });
      expect(await run('keys', 'create', '--name', 'shared')).toMatchObject({ exitCode: exitCodes.ok });
      expect((await run('keys', 'list')).out).toMatch(/shared +active/);
      expect(await run('ask', 'Hello')).toMatchObject({ exitCode: exitCodes.ok });
      expect((await run('usage', '--csv')).out).toMatch(/^true,total,,1,1,/m);
      const { out } = await run('doctor', '--json');
      expect(out).toMatch(/"check": "database",\s+"state": "ok"/);
    } finally {
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    }
  });
});
