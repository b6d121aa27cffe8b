import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, typing, type CliRunOptions, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { initProviders } from './init-choice.ts';

const key = 'sk-proj-0123456789abcdefghijABCDEF';
const enter = '\r';
let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});

afterEach(() => place.remove());

function init(args: readonly string[], options: CliRunOptions = {}) {
  return runInProcess(['init', ...args], { cwd: place.folder, ...options });
}

/** A person at a terminal; each question ends with a colon. */
function atTerminal(answers: readonly string[], args: readonly string[] = [], more: CliRunOptions = {}) {
  const keys = answers.map((answer) => `${answer}${enter}`);
  return init(args, { ...typing(keys, (screen) => screen.split(/(?:\]|later\)): /).length - 1), ...more });
}

function envFile() {
  return parseEnv(readFileSync(place.path('.env'), 'utf8'));
}

async function checked(env: Readonly<Record<string, string>> = {}) {
  const { exitCode, out, err } = await runInProcess(['config', 'check', '--json'], { cwd: place.folder, env });
  expect(exitCode, out + err).toBe(exitCodes.ok);
  return JSON.parse(out) as { providers: { id: string; configured: boolean; baseUrl: string | null }[] };
}

describe('lattice init', () => {
  it('asks at a terminal, never shows the key, and what it writes is in force', async () => {
    const { exitCode, out, err } = await atTerminal(['', 'http://127.0.0.1:9/v1/', key]);
    expect(exitCode, err).toBe(exitCodes.ok);
    expect(out + err).not.toContain(key);
    expect(out + err).not.toContain(key.slice(0, 10));
    expect(envFile()['OPENAI_API_KEY']).toBe(key);
    expect(statSync(place.path('.env')).mode & 0o777).toBe(0o600);
    expect(readFileSync(place.path('lattice.yaml'), 'utf8')).not.toContain(key);
    const { providers } = await checked();
    expect(providers).toContainEqual(
      expect.objectContaining({ id: 'openai', configured: true, baseUrl: 'http://127.0.0.1:9/v1' }),
    );
  });

  it('asks again where an answer will not do', async () => {
    const { exitCode, out, err } = await atTerminal(['opnai', 'claude', 'not an address', '', `"${key}"`, key]);
    expect(exitCode, err).toBe(exitCodes.ok);
    expect(err).toMatch(/no provider "opnai"[^]*no address[^]*no API key/);
    expect(out + err).not.toContain(key);
    expect(envFile()['ANTHROPIC_API_KEY']).toBe(key);
  });

  it('writes nothing when it is left by Ctrl-C or Ctrl-D', async () => {
    for (const way of ['\u0003', '\u0004']) {
      const run = await init(
        [],
        typing([`openai${enter}`, way], (screen) => screen.split(/\]: /).length - 1),
      );
      expect(run).toMatchObject({ exitCode: exitCodes.interrupted });
      expect(readdirSync(place.folder)).toEqual([]);
    }
  });

  it.each([...initProviders.map(({ id }) => id), 'none'])(
    'sets up %s without a terminal, as config check wants it',
    async (id) => {
      const url = ['openai-compatible', 'azure', 'dial'].includes(id) ? ['--base-url', 'http://127.0.0.1:8000/v1'] : [];
      const { exitCode, out } = await init(['--yes', '--provider', id, ...url]);
      expect({ exitCode, out }).toEqual({ exitCode: exitCodes.ok, out: 'lattice.yaml\n.env\n' });
      const { providers } = await checked();
      const needsNoKey = id === 'local' || id === 'openai-compatible';
      if (needsNoKey) expect(providers).toContainEqual(expect.objectContaining({ id, configured: true }));
    },
  );

  it('makes a secret that production takes, a new one each time', async () => {
    await init(['--yes', '--provider', 'openai', '--api-key-stdin'], { stdin: `${key}\n` });
    const first = envFile()['LATTICE_LOCK_SECRET_KEY'] ?? '';
    expect(Buffer.from(first, 'base64')).toHaveLength(32);
    await checked({ LATTICE_ENV: 'production' });
    const other = createWorkplace();
    await runInProcess(['init', '--yes'], { cwd: other.folder });
    expect(readFileSync(other.path('.env'), 'utf8')).not.toContain(first);
    other.remove();
  });

  it('begins with the provider whose key is set', async () => {
    await init(['--yes'], { env: { ANTHROPIC_API_KEY: key } });
    expect(readFileSync(place.path('lattice.yaml'), 'utf8')).toMatch(/^ {2}anthropic:$/m);
    expect(readFileSync(place.path('.env'), 'utf8')).not.toContain(key);
  });

  it('never overwrites; --force replaces lattice.yaml and keeps what is in .env', async () => {
    writeFileSync(
      place.path('.env'),
      'DATABASE_PASSWORD=hunter22\nOPENAI_API_KEY=old-key\nLATTICE_LOCK_SECRET_KEY=keep-this-secret-of-32-bytes-or-more',
    );
    const refused = await init(['--yes', '--provider', 'openai']);
    expect(refused).toMatchObject({
      exitCode: exitCodes.usage,
      out: '',
      err: expect.stringContaining('.env is here already'),
    });
    expect(readdirSync(place.folder)).toEqual(['.env']);
    writeFileSync(place.path('lattice.yaml'), 'server: [broken');
    expect((await init(['--yes'])).err).toContain('lattice.yaml and .env are here already');
    expect(readFileSync(place.path('lattice.yaml'), 'utf8')).toBe('server: [broken');
    const forced = await init(['--yes', '--provider', 'openai', '--api-key-stdin', '--force'], { stdin: key });
    expect(forced.exitCode, forced.err).toBe(exitCodes.ok);
    expect(envFile()).toEqual({
      DATABASE_PASSWORD: 'hunter22',
      OPENAI_API_KEY: key,
      LATTICE_LOCK_SECRET_KEY: 'keep-this-secret-of-32-bytes-or-more',
    });
    await checked();
    const again = await init(['--yes', '--provider', 'openai', '--force']);
    expect(again.exitCode).toBe(exitCodes.ok);
    expect(envFile()['OPENAI_API_KEY']).toBe(key);
  });

  it.each([
    [['--provider', 'openai'], undefined, /no terminal to ask at: give --yes/],
    [['--yes', '--provider', 'acme'], undefined, /no provider "acme" to begin with: openai, anthropic/],
    [['--yes', '--provider', 'azure'], undefined, /azure has no usual address: give --base-url/],
    [['--yes', '--provider', 'openai-compatible'], undefined, /give --base-url/],
    [['--yes', '--base-url', 'ftp://x'], undefined, /"ftp:\/\/x" is no address/],
    [['--yes', '--base-url', 'http://me:hunter22@x/v1'], undefined, /name or password/],
    [['--yes', '--base-url', 'http://x/${HOME}'], undefined, /cannot hold "\$\{"/],
    [['--yes', '--provider', 'none', '--base-url', 'http://x'], undefined, /Without a provider/],
    [['--yes', '--api-key-stdin'], '', /nothing came on standard input/],
    [['--yes', '--api-key-stdin'], 'two words', /no API key/],
    [['--yes', '--api-key-stdin'], 'k'.repeat(1_100_000), /standard input is larger than 1 MiB/],
  ])('refuses %j before anything is written', async (args, stdin, message) => {
    const { exitCode, out, err } = await init(args, stdin === undefined ? {} : { stdin });
    expect({ exitCode, out }).toEqual({ exitCode: exitCodes.usage, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/hunter22|two words/);
    expect(readdirSync(place.folder)).toEqual([]);
  });

  it('takes no key from a terminal where it would be seen', async () => {
    const run = await atTerminal([key], ['--yes', '--api-key-stdin']);
    expect(run).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('would be seen') });
    expect(readdirSync(place.folder)).toEqual([]);
  });

  it('keeps credentials and books out of a repository, once', async () => {
    mkdirSync(place.path('.git'));
    writeFileSync(place.path('.gitignore'), 'node_modules');
    const { out } = await init(['--yes']);
    expect(out).toBe('lattice.yaml\n.env\n.gitignore\n');
    expect(readFileSync(place.path('.gitignore'), 'utf8')).toBe('node_modules\n.env\n.lattice\n');
    expect((await init(['--yes', '--force'])).out).toBe('lattice.yaml\n.env\n');
    mkdirSync(place.path('inner'));
    expect((await runInProcess(['init', '--yes'], { cwd: place.path('inner') })).out).toBe('lattice.yaml\n.env\n');
    expect(existsSync(place.path('inner/.gitignore'))).toBe(false);
  });

  it('is understood by git itself', async () => {
    execFileSync('git', ['init', '-q', place.folder]);
    await init(['--yes']);
    const status = execFileSync('git', [
      '-C',
      place.folder,
      'status',
      '--porcelain',
      '--untracked-files=all',
    ]).toString();
    expect(status.split('\n').sort()).toEqual(['', '?? .gitignore', '?? lattice.yaml']);
  });
});
