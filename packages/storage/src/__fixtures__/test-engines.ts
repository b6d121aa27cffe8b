import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PostgresOptions, SqliteOptions } from '../index.ts';
import { execute } from './execute.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** An empty database of its own, and how to remove it. */
export interface TestPlace {
  readonly options: SqliteOptions | PostgresOptions;
  remove(): Promise<void>;
}

/** A kind of database to test on. */
export interface TestEngine {
  readonly name: string;
  createPlace(): Promise<TestPlace>;
}

/** The engines of this machine. */
export interface TestEngines {
  readonly engines: readonly TestEngine[];
  /** The Postgres among them; without one, why there is none. */
  readonly postgres: TestPostgres | string;
  stop(): Promise<void>;
}

/** A server and the address of one of its databases. */
export interface TestPostgres extends TestEngine {
  readonly url: string;
}

/** How the script says that there is no Postgres on this machine. */
const exitWithoutPostgres = 3;

const sqlite: TestEngine = {
  name: 'SQLite',
  createPlace: async () => {
    const folder = temporaryFolder();
    return { options: { dataDir: folder.path }, remove: async () => folder.remove() };
  },
};

/**
 * SQLite, and Postgres: the one of LATTICE_TEST_POSTGRES_URL, or one that is started where its programs are found. With
 * LATTICE_REQUIRE_POSTGRES=1 there must be one.
 */
export async function startEngines(): Promise<TestEngines> {
  const found = await findPostgres();
  if (typeof found === 'string') {
    assert.notEqual(process.env['LATTICE_REQUIRE_POSTGRES'], '1', `Postgres is required: ${found}`);
    return { engines: [sqlite], postgres: found, stop: async () => undefined };
  }
  const databases = new DatabasePool(found.url);
  const postgres = { name: 'Postgres', url: found.url, createPlace: () => databases.take() };
  const stop = async () => {
    await databases.drop();
    await found.stop();
  };
  return { engines: [sqlite, postgres], postgres, stop };
}

interface FoundPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

async function findPostgres(): Promise<FoundPostgres | string> {
  const given = process.env['LATTICE_TEST_POSTGRES_URL'];
  if (given !== undefined && given !== '') return { url: given, stop: async () => undefined };
  const script = fileURLToPath(new URL('../../../../tools/postgres/start-test-postgres.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, '--fast'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exit = once(child, 'exit');
  let [said, complaint] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  while (!said.includes('\n') && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), exit]);
  if (child.exitCode !== null) {
    assert.equal(child.exitCode, exitWithoutPostgres, complaint);
    return complaint.trim();
  }
  return {
    url: said.trim(),
    stop: async () => {
      child.stdin.end();
      await exit;
    },
  };
}

/** Empty databases of a server. One that was used is emptied for the next test, which is cheaper than another one. */
class DatabasePool {
  readonly #serverUrl: string;
  readonly #made: string[] = [];
  readonly #free: string[] = [];

  constructor(serverUrl: string) {
    this.#serverUrl = serverUrl;
  }

  async take(): Promise<TestPlace> {
    const name = this.#free.pop() ?? (await this.#make());
    const url = new URL(this.#serverUrl);
    url.pathname = `/${name}`;
    const options = { databaseUrl: url.href };
    return {
      options,
      remove: async () => {
        const others = `pid <> pg_backend_pid() and datname = '${name}'`;
        await execute(options, `select pg_terminate_backend(pid) from pg_stat_activity where ${others}`);
        await execute(options, 'drop schema public cascade; create schema public');
        this.#free.push(name);
      },
    };
  }

  async drop(): Promise<void> {
    for (const name of this.#made) {
      await execute({ databaseUrl: this.#serverUrl }, `drop database if exists ${name} with (force)`);
    }
  }

  async #make(): Promise<string> {
    const name = `lattice_${randomUUID().replaceAll('-', '')}`;
    await execute({ databaseUrl: this.#serverUrl }, `create database ${name}`);
    this.#made.push(name);
    return name;
  }
}
