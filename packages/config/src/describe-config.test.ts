import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeConfig, environmentVariables, loadConfig } from './index.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'lattice-config-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

const secretish = 'hunter2-hunter2-hunter2-hunter2-hunter2';

describe('describeConfig', () => {
  it('shows every setting with its layer and place', async () => {
    writeFileSync(path.join(cwd, 'lattice.yaml'), 'logging: { level: warn }\nplugins: ["@acme/one"]\n');
    const config = await loadConfig({ cwd, env: { PORT: '1' }, flags: { host: '::1' } });
    const shown = new Map(describeConfig(config).map((setting) => [setting.path, setting]));
    const file = path.join(cwd, 'lattice.yaml');
    expect(shown.get('server.port')).toEqual({ path: 'server.port', value: 1, source: 'environment', place: 'PORT' });
    expect(shown.get('server.host')).toMatchObject({ value: '::1', source: 'flag', place: '--host' });
    expect(shown.get('logging.level')).toMatchObject({ value: 'warn', source: 'file', place: `${file}:1:12` });
    expect(shown.get('plugins')).toMatchObject({ value: ['@acme/one'], source: 'file', place: `${file}:2:1` });
    expect(shown.get('analyzer.cacheSize')).toMatchObject({ value: 1024, source: 'default', place: null });
    expect(shown.get('configFile')?.value).toBe(file);
  });

  it('shows of secrets only that they are set, and where', async () => {
    const text = `
providers:
  openai:
    apiKey: ${secretish}
    headers: { Authorization: ${secretish} }
    baseUrl: https://user:${secretish}@example.com/v1
    options: { region: eu, nested: { accessToken: ${secretish} }, list: [{ password: ${secretish} }] }
`;
    writeFileSync(path.join(cwd, 'lattice.yaml'), text);
    const env = {
      LATTICE_LOCK_SECRET_KEY: secretish,
      DATABASE_URL: `postgres://me:${secretish}@db/lattice?password=${secretish}`,
    };
    const shown = describeConfig(await loadConfig({ cwd, env }));
    expect(JSON.stringify(shown)).not.toContain('hunter2');
    const byPath = new Map(shown.map((setting) => [setting.path, setting]));
    expect(byPath.get('secretKey')).toMatchObject({ value: '(set)', place: 'LATTICE_LOCK_SECRET_KEY' });
    expect(byPath.get('providers.openai.apiKey')).toMatchObject({ value: '(set)', source: 'file' });
    expect(byPath.get('providers.openai.baseUrl')?.value).toBe('https://***@example.com/v1');
    expect(byPath.get('providers.openai.options.region')?.value).toBe('eu');
    expect(byPath.get('storage.databaseUrl')?.value).toBe('postgres://***@db/lattice?***');
  });

  it('says of an unset secret that it is not set', async () => {
    const shown = describeConfig(await loadConfig({ cwd, env: {} }));
    expect(shown.find(({ path: at }) => at === 'secretKey')?.value).toBeNull();
  });
});

describe('the documentation', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

  it('names every environment variable with its setting, and no other', () => {
    const rows = [...readme.matchAll(/^\| `([A-Z][A-Z0-9_]+)`(?:, `([A-Z_]+)`)? *\| `([A-Za-z.]+)`/gm)];
    const documented = rows.flatMap(([, first, second, setting]) =>
      [first, second].filter((name) => name !== undefined).map((name) => `${name} ${setting}`),
    );
    const read = environmentVariables().map(({ name, path: at }) => `${name} ${at}`);
    expect(documented.sort()).toEqual([...read].sort());
  });

  it('has a .env.example whose every variable is one that is read, with a value that is valid', async () => {
    const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
    const lines = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)];
    const known = environmentVariables().map(({ name }) => name);
    const ours = lines.filter(
      ([, name = '']) => !/^(OPENAI|ANTHROPIC|GEMINI|XAI|AZURE|AWS|DIAL|GROQ|OLLAMA)_/.test(name),
    );
    expect(ours.length).toBeGreaterThan(8);
    for (const [, name] of ours) expect(known).toContain(name);
    const env = Object.fromEntries(ours.map(([, name, value]) => [name, value]));
    writeFileSync(path.join(cwd, 'lattice.yaml'), '');
    const config = await loadConfig({ cwd, env: { ...env, LATTICE_LOCK_SECRET_KEY: secretish } });
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8787 });
  });

  it('has an example file that is valid', async () => {
    const example = /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? '';
    expect(example).toContain('server:');
    writeFileSync(path.join(cwd, 'lattice.yaml'), example);
    const config = await loadConfig({ cwd, env: { OPENAI_API_KEY: 'k', LATTICE_LOCK_SECRET_KEY: secretish } });
    expect(config.providers['openai']).toMatchObject({ apiKey: 'k' });
  });
});
