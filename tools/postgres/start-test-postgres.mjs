/**
 * Starts a real Postgres for tests in a temporary folder, on a free port of 127.0.0.1, and takes both away at the end.
 *
 *   node tools/postgres/start-test-postgres.mjs               prints its URL and runs until its standard input ends
 *   node tools/postgres/start-test-postgres.mjs -- <command>  runs the command with LATTICE_TEST_POSTGRES_URL set, and
 *                                                             ends with its exit code
 *
 * The programs are looked for in PATH and in /usr/lib/postgresql/<version>/bin. Postgres refuses to run as root: then it
 * is run as `nobody` through setpriv. Exit code 3: there is no Postgres here, and standard error says why.
 *
 * It keeps Postgres' own settings, so a commit is synchronous; `--fast` turns fsync off, for tests that make many
 * databases and lose none.
 */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const exitWithoutPostgres = 3;
const debianFolder = '/usr/lib/postgresql';
const readyTimeoutMs = 30_000;

const args = process.argv.slice(2);
const separator = args.indexOf('--');
const command = separator < 0 ? [] : args.slice(separator + 1);
const isFast = (separator < 0 ? args : args.slice(0, separator)).includes('--fast');
const isRoot = process.getuid?.() === 0;

function findBinaries() {
  const versions = listOf(debianFolder).sort((left, right) => Number(right) - Number(left));
  const folders = [
    ...versions.map((version) => join(debianFolder, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => isProgram(join(folder, name))));
}

function listOf(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The user that Postgres runs as: this one, or `nobody` where this one is root. */
function unprivileged(program, parameters) {
  if (!isRoot) return [program, parameters];
  return ['setpriv', ['--reuid=nobody', '--regid=nogroup', '--clear-groups', program, ...parameters]];
}

function idOf(...parameters) {
  return Number(spawnSync('id', parameters, { encoding: 'utf8' }).stdout);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function fail(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

async function start(binaries, folder, port) {
  const data = join(folder, 'data');
  const [initdb, initdbArgs] = unprivileged(join(binaries, 'initdb'), [
    ...['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
  ]);
  const made = spawnSync(initdb, initdbArgs, { encoding: 'utf8', cwd: folder });
  if (made.status !== 0) fail(`initdb failed: ${made.error?.message ?? made.stderr}`);
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200' };
  if (isFast) Object.assign(settings, { fsync: 'off', full_page_writes: 'off' });
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [postgres, postgresArgs] = unprivileged(join(binaries, 'postgres'), [
    '-D',
    data,
    '-p',
    String(port),
    ...options,
  ]);
  const server = spawn(postgres, postgresArgs, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const exit = new Promise((resolve) => server.once('exit', resolve));
  let isReady = false;
  void exit.then((code) => isReady || fail(`Postgres ended with code ${code}:\n${log}`));
  await new Promise((resolve) => {
    const late = setTimeout(() => fail(`Postgres was not ready after ${readyTimeoutMs} ms:\n${log}`), readyTimeoutMs);
    server.once('error', (error) => fail(`Postgres did not start: ${error.message}`));
    server.stderr.setEncoding('utf8').on('data', (chunk) => {
      if (log.length < 100_000) log += chunk;
      if (!log.includes('ready to accept connections')) return;
      clearTimeout(late);
      isReady = true;
      resolve();
    });
  });
  return { server, exit };
}

/** Ends at once: nothing in it is to be kept. */
async function stop({ server, exit }, folder) {
  server.kill('SIGQUIT');
  await exit;
  rmSync(folder, { recursive: true, force: true });
}

function run(url) {
  const [program, ...parameters] = command;
  const child = spawn(program, parameters, {
    stdio: 'inherit',
    env: { ...process.env, LATTICE_TEST_POSTGRES_URL: url, LATTICE_REQUIRE_POSTGRES: '1' },
  });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${program} did not start: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  });
}

function untilInputEnds() {
  return new Promise((resolve) => {
    process.stdin.once('end', () => resolve(0)).once('close', () => resolve(0));
    process.stdin.resume();
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve(0));
  });
}

const binaries = findBinaries();
if (binaries === undefined) {
  fail(`There is no Postgres here: no initdb and postgres in PATH or ${debianFolder}/*/bin.`, exitWithoutPostgres);
}
const folder = mkdtempSync(join(tmpdir(), 'lattice-postgres-'));
chmodSync(folder, 0o700);
if (isRoot) chownSync(folder, idOf('-u', 'nobody'), idOf('-g', 'nobody'));
const port = await freePort();
const running = await start(binaries, folder, port);
const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
let code;
if (command.length > 0) {
  code = await run(url);
} else {
  process.stdout.write(`${url}\n`);
  code = await untilInputEnds();
}
await stop(running, folder);
process.exit(code);
