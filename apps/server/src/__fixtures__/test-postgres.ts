import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A Postgres that runs until it is stopped. */
export interface TestPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

const script = fileURLToPath(new URL('../../../../tools/postgres/start-test-postgres.mjs', import.meta.url));

/** How the script says that there is no Postgres on this machine. */
const exitWithoutPostgres = 3;

/**
 * The Postgres of LATTICE_TEST_POSTGRES_URL, or one that is started; `null` where there is none, unless
 * LATTICE_REQUIRE_POSTGRES=1 demands one.
 */
export async function startTestPostgres(): Promise<TestPostgres | null> {
  const given = process.env['LATTICE_TEST_POSTGRES_URL'];
  if (given) return { url: given, stop: async () => undefined };
  const child = spawn(process.execPath, [script, '--fast'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  while (!said.includes('\n') && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), exited]);
  if (child.exitCode !== null) {
    assert.equal(child.exitCode, exitWithoutPostgres);
    assert.notEqual(process.env['LATTICE_REQUIRE_POSTGRES'], '1', 'Postgres is required, and there is none.');
    return null;
  }
  const stop = async () => {
    child.stdin.end();
    await exited;
  };
  return { url: said.trim(), stop };
}
