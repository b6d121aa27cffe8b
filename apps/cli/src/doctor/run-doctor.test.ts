import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApiKeyService } from '@lattice-lock/auth';
import { loadConfig } from '@lattice-lock/config';
import { silentLogger, systemClock } from '@lattice-lock/contract';
import { startServer as startGateway } from '@lattice-lock/server';
import { openStorage } from '@lattice-lock/storage';
import { startSimulator, type Simulator } from '@lattice-lock/testing/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type CliRunOptions, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkNode } from './node-check.ts';
import type { Finding } from './finding.ts';

const good = 'sk-test-0123456789abcdefghij';
const wrong = 'sk-test-wrongwrongwrongwrong';
let simulator: Simulator;
let place: Workplace;
let servers: Server[] = [];

beforeEach(async () => {
  simulator = await startSimulator({ acceptedApiKeys: [good] });
  place = createWorkplace();
});

afterEach(async () => {
  await simulator.close();
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  servers = [];
  place.remove();
});

function doctor(env: Readonly<Record<string, string>> = {}, args: readonly string[] = [], more: CliRunOptions = {}) {
  return runInProcess(['doctor', ...args], { cwd: place.folder, env: { LATTICE_PORT: '0', ...env }, ...more });
}

interface Report {
  readonly exitCode: number;
  readonly ok: boolean;
  readonly problems: number;
  readonly findings: readonly Finding[];
  readonly text: string;
  of(check: string): Finding | undefined;
}

async function examine(env: Readonly<Record<string, string>> = {}, more: CliRunOptions = {}): Promise<Report> {
  const { exitCode, out, err } = await doctor(env, ['--json'], more);
  expect(err).toBe('');
  const report = JSON.parse(out) as Report;
  return { ...report, exitCode, text: out, of: (check) => report.findings.find((one) => one.check === check) };
}

function openai(key: string, baseUrl = simulator.baseUrl('openai-chat') ?? '') {
  return { OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl };
}

async function startServer(contentType: string, body: string, status = 200): Promise<number> {
  const server = createServer((_request, response) =>
    response.writeHead(status, { 'content-type': contentType, location: 'https://login.example.com/' }).end(body),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('lattice doctor, of a provider', () => {
  it('without a key: what to set, and that the simulator answers', async () => {
    const report = await examine();
    expect(report).toMatchObject({ exitCode: exitCodes.ok, ok: true });
    expect(report.of('provider openai')).toMatchObject({
      state: 'note',
      message: 'not configured',
      remedy: 'Set OPENAI_API_KEY or providers.openai.apiKey.',
    });
    expect(report.of('simulator')).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('answers for every model'),
      remedy: expect.stringContaining('lattice init'),
    });
    const off = await examine({ LATTICE_SIMULATOR: 'off' });
    expect(off.exitCode).toBe(exitCodes.failed);
    expect(off.of('simulator')).toMatchObject({
      state: 'problem',
      message: expect.stringContaining('nothing can answer'),
    });
  });

  it('with a wrong key: that it was refused, and where it was set', async () => {
    const report = await examine(openai(wrong));
    expect(report).toMatchObject({ exitCode: exitCodes.failed, ok: false, problems: 1 });
    expect(report.of('provider openai')).toMatchObject({
      state: 'problem',
      message: expect.stringMatching(/^unauthorized: .*\[key: OPENAI_API_KEY; http:\/\/127\.0\.0\.1:\d+\/v1\]$/),
      remedy: 'Set OPENAI_API_KEY to a key that OpenAI accepts.',
      details: { credentialSource: 'OPENAI_API_KEY', health: 'unauthorized', errorCode: 'LATTICE_AUTHENTICATION' },
    });
    expect(report.text).not.toContain(wrong);
    writeFileSync(
      place.path('lattice.yaml'),
      `providers:\n  anthropic:\n    apiKey: ${wrong}\n    baseUrl: ${simulator.url}\n`,
    );
    const ofFile = await examine();
    expect(ofFile.of('provider anthropic')?.remedy).toMatch(
      /refused is set by providers\.anthropic\.apiKey \(\S+lattice\.yaml:3:5\)/,
    );
    expect(ofFile.text).not.toContain(wrong);
  });

  it('with a right key: that it is good, at no token cost', async () => {
    const report = await examine(openai(good));
    expect(report).toMatchObject({ exitCode: exitCodes.ok, ok: true, problems: 0 });
    expect(report.of('provider openai')).toMatchObject({
      state: 'ok',
      message: expect.stringMatching(/^OpenAI answers and lists \d+ models?\. \(\d+ m?s\)/),
      remedy: null,
    });
    expect(report.of('simulator')?.message).toBe('does not answer: openai is configured');
    expect(simulator.served()).toEqual([]);
    expect(simulator.otherRequests()).toMatchObject([{ status: 200 }]);
    expect(report.text).not.toContain(good);
  });

  it('with an unreachable host: which, and what to look at', async () => {
    const closed = await startServer('text/plain', '');
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const refused = await examine(openai(good, `http://127.0.0.1:${closed}/v1`));
    expect(refused.exitCode).toBe(exitCodes.failed);
    expect(refused.of('provider openai')).toMatchObject({
      state: 'problem',
      message: expect.stringMatching(new RegExp(`^unreachable: .*127\\.0\\.0\\.1:${closed}.*refused`)),
      remedy: expect.stringContaining('OPENAI_BASE_URL'),
    });
    const unknown = await examine(openai(good, 'http://nowhere.invalid/v1'));
    expect(unknown.of('provider openai')).toMatchObject({
      state: 'problem',
      message: expect.stringMatching(/^unreachable: .*nowhere\.invalid/),
      details: { errorCode: 'LATTICE_DNS' },
    });
  });

  it('with a host that speaks HTML: that this is no API', async () => {
    const port = await startServer('text/html', '<!doctype html><title>Welcome to nginx!</title>');
    const report = await examine(openai(good, `http://127.0.0.1:${port}/v1`));
    expect(report.exitCode).toBe(exitCodes.failed);
    expect(report.of('provider openai')).toMatchObject({
      state: 'problem',
      message: expect.stringMatching(/^failing: .*HTML/),
      remedy: expect.stringMatching(
        /base URL \(OPENAI_BASE_URL\) is that of OpenAI.* HTML.*https:\/\/api\.openai\.com\/v1/,
      ),
      details: { errorCode: 'LATTICE_MALFORMED_RESPONSE' },
    });
  });

  it.each([
    [401, 'text/html', '<h1>Log in</h1>', /does not answer in HTML/],
    [302, 'text/plain', '', /^Set OPENAI_BASE_URL to the address of the API/],
    [404, 'application/json', '{"error":{"message":"nothing here"}}', /base URL \(OPENAI_BASE_URL\).*The usual one is/],
    [200, 'application/json', '{"hello":1}', /base URL \(OPENAI_BASE_URL\).*The usual one is/],
    [503, 'application/json', '{"error":{"message":"later"}}', /^Try again later/],
  ])('with a host that answers %i as %s %s', async (status, type, body, remedy) => {
    const port = await startServer(type, body, status);
    const found = (await examine(openai(good, `http://127.0.0.1:${port}/v1`))).of('provider openai');
    expect(found).toMatchObject({ state: 'problem', remedy: expect.stringMatching(remedy) });
  });

  it('with an address that is none', async () => {
    const found = (await examine(openai(good, 'localhost:8000'))).of('provider openai');
    expect(found?.remedy).toMatch(/^Set OPENAI_BASE_URL to the address of the API/);
  });

  it('with a server that needs no key, and with two accounts of one vendor', async () => {
    const second = `  team-b:\n    kind: openai\n    apiKey: ${wrong}\n    baseUrl: ${simulator.baseUrl('openai-chat')}\n`;
    writeFileSync(place.path('lattice.yaml'), `providers:\n${second}`);
    const open = await startSimulator();
    const report = await examine({ ...openai(good), LOCAL_BASE_URL: open.url }).finally(() => open.close());
    expect(report.of('provider local')).toMatchObject({
      state: 'ok',
      message: expect.stringContaining('[no key; '),
      details: { credentialSource: null },
    });
    expect(report.of('provider openai')).toMatchObject({ state: 'ok' });
    expect(report.of('provider team-b')).toMatchObject({
      state: 'problem',
      details: { credentialSource: expect.stringMatching(/^providers\.team-b\.apiKey \(\S+lattice\.yaml:4:5\)$/) },
    });
    expect(report.of('simulator')?.message).toMatch(/openai, local, team-b are configured/);
  });

  it('says that a key comes from .env', async () => {
    writeFileSync(place.path('.env'), `OPENAI_API_KEY=${wrong}\n`);
    const report = await examine({ OPENAI_BASE_URL: simulator.baseUrl('openai-chat') ?? '' });
    expect(report.of('provider openai')?.details).toMatchObject({ credentialSource: 'OPENAI_API_KEY in .env' });
  });

  it('tells how long the vendor took and how many models the key may use', async () => {
    const found = (await examine(openai(good))).of('provider openai');
    expect(found?.message).toMatch(/ \d+ models?\. \((\d+ ms|\d\.\d s)\) \[key: OPENAI_API_KEY; /);
    expect(found?.details).toMatchObject({ latencyMs: expect.any(Number), models: expect.any(Number) });
  });

  it('of those that were asked for alone, by any of their names', async () => {
    const all = (await examine()).findings.filter(({ check }) => check.startsWith('provider '));
    expect(all.length).toBeGreaterThan(3);
    const { exitCode, out } = await doctor(openai(wrong), ['--provider', 'openai,ollama', '--json']);
    const { findings } = JSON.parse(out) as Report;
    expect(exitCode).toBe(exitCodes.failed);
    expect(findings.map(({ check }) => check)).toEqual(['provider openai', 'provider local']);
    const other = await doctor(openai(wrong), ['--provider', 'anthropic']);
    expect(other).toMatchObject({ exitCode: exitCodes.ok, out: expect.not.stringContaining('openai') });
    const unknown = await doctor({}, ['--provider', 'acme']);
    expect(unknown).toMatchObject({ exitCode: exitCodes.unknownName, err: expect.stringContaining('acme') });
  });

  it('hides a password in an address', async () => {
    const url = (simulator.baseUrl('openai-chat') ?? '').replace('http://', 'http://user:hunter22@');
    const report = await examine(openai(good, url));
    expect(report.text).not.toContain('hunter22');
  });
});

describe('lattice doctor, of the rest', () => {
  it('shows a table with a remedy below each finding, and what it adds up to', async () => {
    const { exitCode, out, err } = await doctor(openai(wrong));
    expect(exitCode).toBe(exitCodes.failed);
    expect(out).toMatch(/^STATE +CHECK +FOUND$/m);
    expect(out).toMatch(/^ok +node +Node \d+\.\d+\.\d+$/m);
    expect(out).toMatch(/^problem +provider openai +unauthorized: .*\n +-> Set OPENAI_API_KEY to a key/m);
    expect(err).toMatch(/^1 problem, \d warnings?\.\n$/);
    expect(out).toMatch(/^note +other providers +not configured: .*anthropic \(ANTHROPIC_API_KEY\)/m);
    expect(out).not.toContain('provider anthropic');
    const narrow = await doctor(openai(wrong), ['--no-color'], { terminalColumns: 90 });
    expect(narrow.out).toContain('OPENAI_API_KEY');
    const broken = narrow.out.split('\n').filter((line) => line.length > 90 && line.includes(' ', 40));
    expect(broken).toEqual([]);
  });

  it('lists every problem of the configuration', async () => {
    const report = await examine({ LATTICE_PORT: 'abc', MAX_FUNCTION_CALLS: '-3', DATABASEURL: 'postgres://x' });
    expect(report).toMatchObject({ exitCode: exitCodes.failed, problems: 2 });
    const problems = report.findings.filter(({ state }) => state === 'problem').map(({ message }) => message);
    expect(problems.join('\n')).toMatch(/server\.port: .*LATTICE_PORT[^]*maxFunctionCalls: .*MAX_FUNCTION_CALLS/);
    expect(report.of('environment')).toMatchObject({ state: 'warning', remedy: 'Rename DATABASEURL to DATABASE_URL.' });
    const production = await examine({ LATTICE_ENV: 'production' });
    expect(
      production.findings.filter(({ check, state }) => check === 'configuration' && state === 'problem'),
    ).toHaveLength(2);
  });

  it('finds what the settings name and cannot be used', async () => {
    writeFileSync(place.path('overlay.yaml'), 'models: 5\n');
    const report = await examine({ LATTICE_CATALOG_FILE: 'overlay.yaml' });
    expect(report.exitCode).toBe(exitCodes.failed);
    expect(report.findings.filter(({ check }) => check === 'configuration').at(-1)).toMatchObject({ state: 'problem' });
    const plugin = await examine({}, { env: { LATTICE_PORT: '0' } });
    expect(plugin.exitCode).toBe(exitCodes.ok);
    writeFileSync(place.path('lattice.yaml'), 'plugins: [no-such-provider-package]\n');
    expect((await examine()).text).toContain('npm install no-such-provider-package');
  });

  it('names misspelt variables, gravely where nothing else is configured', async () => {
    const alone = await examine({ OPENAI_APIKEY: good });
    expect(alone.exitCode).toBe(exitCodes.failed);
    expect(alone.of('environment')).toMatchObject({
      state: 'problem',
      remedy: 'Rename OPENAI_APIKEY to OPENAI_API_KEY.',
    });
    expect(alone.of('simulator')).toMatchObject({ state: 'note' });
    expect(alone.of('provider openai')).toMatchObject({ message: 'not configured' });
    const beside = await examine({ ...openai(good), ANTHROPIC_KEY: good, OPENAI_BASEURL: 'x', OPENAI_API_KEYS: good });
    expect(beside.exitCode).toBe(exitCodes.ok);
    const found = beside.findings.filter(({ check }) => check === 'environment');
    expect(found.map(({ state, message }) => [state, message.split(' ')[0]])).toEqual([
      ['warning', 'ANTHROPIC_KEY'],
      ['note', 'OPENAI_BASEURL'],
      ['note', 'OPENAI_API_KEYS'],
    ]);
    expect(alone.text + beside.text).not.toContain(good);
    const common = { PATH: '/bin', HOME: '/root', DATABASE: 'x', PORTS: '1', AWS_ACCESS_KEY_ID: 'x', LOCALE: 'C' };
    expect((await examine(common)).of('environment')).toMatchObject({ state: 'ok' });
  });

  it('opens the database that is there, and makes none', async () => {
    expect((await examine()).of('data directory')?.message).toContain('will be made at first use');
    const storage = await openStorage({ dataDir: place.path('.lattice') });
    await createApiKeyService({ store: storage.apiKeys }).create({ name: 'one' });
    await storage.close();
    expect((await examine()).of('database')).toMatchObject({ state: 'ok', details: { activeKeys: 1 } });
    mkdirSync(place.path('damaged'));
    writeFileSync(place.path('damaged/lattice.db'), 'this is no database, however long one may look at it');
    const damaged = await examine({ LATTICE_DATA_DIR: 'damaged' });
    expect(damaged.exitCode).toBe(exitCodes.failed);
    expect(damaged.of('database')).toMatchObject({ state: 'problem', message: expect.stringContaining('damaged') });
    writeFileSync(place.path('file'), '');
    const below = await examine({ LATTICE_DATA_DIR: 'file/books' });
    expect(below.of('data directory')).toMatchObject({
      state: 'problem',
      remedy: expect.stringContaining('--data-dir'),
    });
  });

  it('says what to do about a Postgres that is not there, without its password', async () => {
    const report = await examine({ DATABASE_URL: 'postgres://lattice:hunter22@127.0.0.1:1/books' });
    expect(report.exitCode).toBe(exitCodes.failed);
    expect(report.of('database')).toMatchObject({ state: 'problem', remedy: expect.stringContaining('DATABASE_URL') });
    expect(report.text).not.toContain('hunter22');
  });

  it('tells a free port from one that a gateway has, and from one that another program has', async () => {
    expect((await examine()).of('port')).toMatchObject({ state: 'ok', message: 'any free one (port 0)' });
    const other = await startServer('text/html', '<p>hello</p>');
    const taken = await examine({ LATTICE_PORT: String(other) });
    expect(taken.exitCode).toBe(exitCodes.ok);
    expect(taken.of('port')).toMatchObject({ state: 'warning', remedy: expect.stringContaining('LATTICE_PORT') });
    const gateway = await startGateway({
      config: await loadConfig({ cwd: place.folder, env: { LATTICE_PORT: '0' } }),
      env: openai(good),
      logger: silentLogger,
    });
    expect((await examine({ LATTICE_PORT: String(gateway.port) })).of('port')).toMatchObject({
      state: 'ok',
      message: `a Lattice Lock gateway runs on 127.0.0.1:${gateway.port} (ready)`,
    });
    await gateway.close();
    expect((await examine({ LATTICE_PORT: String(gateway.port) })).of('port')?.message).toContain('is free');
    expect((await examine({ LATTICE_PORT: '8787', LATTICE_HOST: '192.0.2.1' })).of('port')).toMatchObject({
      state: 'problem',
      remedy: expect.stringContaining('--host'),
    });
  });

  it('warns of prices that are older than 60 days', async () => {
    const { details } = (await examine()).of('catalog') ?? {};
    const readMs = Date.parse(String(details?.['asOf']));
    const at = async (days: number) => {
      const clock = { ...systemClock, now: () => readMs + days * 86_400_000 };
      return (await examine({}, { clock })).of('catalog');
    };
    expect(await at(60)).toMatchObject({ state: 'ok', remedy: null, details: { ageDays: 60 } });
    expect(await at(61)).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('(61 days old)'),
      remedy: expect.stringContaining('@lattice-lock/catalog'),
    });
    writeFileSync(place.path('lattice.yaml'), 'catalog: { overlayFile: mine.yaml }\n');
    const providers = '[openai, anthropic, google, mistral, together, azure, bedrock, google-vertex]';
    const read = { source: 'x', format: 'y', sha256: 'a'.repeat(64), readOn: '2026-08-30' };
    const { source, format, sha256, readOn } = read;
    const text = `sources: [{ source: ${source}, format: ${format}, sha256: ${sha256}, readOn: ${readOn}, providers: ${providers} }]\n`;
    writeFileSync(place.path('mine.yaml'), text);
    expect(await at(61)).toMatchObject({ state: 'ok', details: { asOf: readOn } });
  });

  it('knows which Node is too old', () => {
    expect(checkNode('24.21.0')).toMatchObject({ state: 'ok', remedy: null });
    expect(checkNode('22.19.0')).toMatchObject({ state: 'ok' });
    expect(checkNode('22.18.9')).toMatchObject({ state: 'problem', remedy: expect.stringContaining('22.19') });
    expect(checkNode('20.20.2')).toMatchObject({ state: 'problem' });
  });
});
