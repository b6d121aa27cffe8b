import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

const secret = 'sk-test-0123456789abcdefghij';
let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});

afterEach(() => place.remove());

function check(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  return runInProcess(['config', 'check', ...args], { cwd: place.folder, env });
}

describe('lattice config check', () => {
  it('shows each setting in force, where it was set, and what providers there are; no secret', async () => {
    writeFileSync(
      place.path('lattice.yaml'),
      `server:\n  port: 9000\nproviders:\n  anthropic:\n    apiKey: ${secret}\n`,
    );
    const { exitCode, out, err } = await check(['--data-dir', 'books'], { MAX_FUNCTION_CALLS: '3' });
    expect(exitCode, err).toBe(exitCodes.ok);
    expect(out).toMatch(/^server\.port +9000 +file: .*lattice\.yaml:2:3$/m);
    expect(out).toMatch(/^execution\.maxFunctionCalls +3 +environment: MAX_FUNCTION_CALLS$/m);
    expect(out).toMatch(/^dataDir +\S+books +flag: --data-dir$/m);
    expect(out).toMatch(/^analyzer\.cacheSize +1024 +default$/m);
    expect(out).toMatch(/^anthropic +configured +providers\.anthropic\.apiKey$/m);
    expect(out).toMatch(/^openai +not configured +Set OPENAI_API_KEY/m);
    expect(out + err).not.toContain(secret);
  });

  it('lists every problem at once and ends with 78', async () => {
    const wrong = { LATTICE_PORT: 'abc', MAX_FUNCTION_CALLS: '-3', LATTICE_PRESET: 'quick' };
    const { exitCode, out, err } = await check([], wrong);
    expect({ exitCode, out }).toEqual({ exitCode: exitCodes.configuration, out: '' });
    expect(err).toContain('3 problems');
    for (const name of Object.keys(wrong)) expect(err).toContain(name);
    const json = await check(['--json'], wrong);
    expect(json).toMatchObject({ exitCode: exitCodes.configuration, err: '' });
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, problems: [{ path: 'server.port' }, {}, {}] });
  });

  it('says the same of serve and of every other command', async () => {
    const wrong = { LATTICE_PORT: 'abc', MAX_FUNCTION_CALLS: '-3', LATTICE_PRESET: 'quick' };
    const { err } = await check([], wrong);
    for (const args of [['serve'], ['ask', 'x'], ['keys', 'list'], ['usage']]) {
      const run = await runInProcess(args, { cwd: place.folder, env: wrong });
      expect(run).toEqual({ exitCode: exitCodes.configuration, out: '', err });
    }
  });

  it('loads what the settings name', async () => {
    expect(await check(['--config', 'none.yaml'])).toMatchObject({
      exitCode: exitCodes.configuration,
      err: expect.stringContaining('none.yaml'),
    });
    writeFileSync(place.path('overlay.yaml'), 'models: 5\n');
    expect(await check([], { LATTICE_CATALOG_FILE: 'overlay.yaml' })).toMatchObject({
      exitCode: exitCodes.configuration,
      err: expect.stringContaining('overlay.yaml'),
    });
  });

  it('refuses production without a secret, and without a provider', async () => {
    const without = await check([], { LATTICE_ENV: 'production' });
    expect(without).toMatchObject({ exitCode: exitCodes.configuration, out: '' });
    expect(without.err).toContain('LATTICE_LOCK_SECRET_KEY');
    const withSecret = await check([], { LATTICE_ENV: 'production', LATTICE_LOCK_SECRET_KEY: 'k'.repeat(40) });
    expect(withSecret).toMatchObject({ exitCode: exitCodes.configuration, out: '' });
    expect(withSecret.err).toContain('OPENAI_API_KEY');
  });

  it('gives all of it as JSON', async () => {
    const { exitCode, out } = await check(['--json'], { OPENAI_API_KEY: secret });
    expect(exitCode).toBe(exitCodes.ok);
    const report = JSON.parse(out) as { settings: { path: string }[]; providers: object[] };
    expect(report).toMatchObject({ ok: true, simulated: false, configFile: null });
    expect(report.settings).toContainEqual({ path: 'server.port', value: 8787, source: 'default', place: null });
    expect(report.providers).toContainEqual(
      expect.objectContaining({ id: 'openai', configured: true, credentialSource: 'OPENAI_API_KEY' }),
    );
    expect(out).not.toContain(secret);
  });
});
