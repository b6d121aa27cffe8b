import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry, LedgerStatus, UsageLedger } from '@lattice-lock/contract';
import { openStorage, type StorageOptions } from '@lattice-lock/storage';
import type { Simulator } from '@lattice-lock/testing/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spawnServer, type SpawnedServer } from './__fixtures__/spawned-server.ts';
import { startTestPostgres, type TestPostgres } from './__fixtures__/test-postgres.ts';
import { LazySimulator } from './lazy-simulator.ts';

const rounds = 10;
const clients = 8;
/** Answers that clients hold before the process is killed, in each round. */
const answersPerRound = 12;
/** More entries than a run can make. */
const everything = 1_000_000;

let simulator: Simulator;
let postgres: TestPostgres | null;
beforeAll(async () => {
  simulator = await new LazySimulator().start();
  postgres = await startTestPostgres();
}, 60_000);
afterAll(async () => {
  await simulator.close();
  await postgres?.stop();
});

/** Clients that ask until the process dies; gives the ids of the requests whose answer they hold to its last byte. */
class Load {
  readonly whole: string[] = [];
  readonly #url: string;
  readonly #key: string;
  readonly #name: string;
  #asked = 0;
  #onAnswer = () => {};

  constructor(url: string, key: string, name: string) {
    this.#url = url;
    this.#key = key;
    this.#name = name;
  }

  /** Resolves once enough answers have come. */
  async until(answers: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onAnswer = () => {
        if (this.whole.length >= answers) resolve();
      };
    });
  }

  /** One client; ends with the process. */
  async ask(): Promise<void> {
    for (;;) {
      const number = this.#asked;
      this.#asked += 1;
      const id = `${this.#name}-${number}`;
      const isStreamed = number % 2 === 0;
      try {
        const response = await fetch(`${this.#url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json', 'x-request-id': id },
          body: JSON.stringify({
            model: 'openai/gpt-5-mini',
            stream: isStreamed,
            messages: [{ role: 'user', content: `Number ${number}` }],
          }),
        });
        const text = await response.text();
        if (!response.ok || (isStreamed && !text.endsWith('data: [DONE]\n\n'))) continue;
        this.whole.push(id);
        this.#onAnswer();
      } catch {
        return;
      }
    }
  }
}

/** Kills the process while clients hold enough answers and the vendor has gone silent in the middle of another. */
async function killUnderLoad(
  server: SpawnedServer,
  key: string,
  round: number,
  ledger: UsageLedger,
): Promise<readonly string[]> {
  const load = new Load(server.url, key, `round-${round}`);
  simulator.enqueue({ fault: { type: 'stall', afterEvents: 2 } });
  const asking = Array.from({ length: clients }, () => load.ask());
  await load.until(answersPerRound);
  // An entry is written as open only once its answer is some milliseconds late.
  await expect.poll(async () => countByStatus(await ledger.entries({}, everything), 'open')).toBeGreaterThan(0);
  await server.kill();
  await Promise.all(asking);
  return load.whole;
}

function countById(entries: readonly LedgerEntry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { requestId, status } of entries) {
    if (status === 'ok') counts.set(requestId, (counts.get(requestId) ?? 0) + 1);
  }
  return counts;
}

function countByStatus(entries: readonly LedgerEntry[], status: LedgerStatus): number {
  return entries.filter((entry) => entry.status === status).length;
}

describe.each(['SQLite', 'Postgres'])('a gateway on %s that is killed ten times under load', (engine) => {
  it('has every answer a client holds in its ledger exactly once, and leaves nothing open', async (context) => {
    if (engine === 'Postgres' && postgres === null) context.skip('there is no Postgres on this machine');
    const folder = await mkdtemp(join(tmpdir(), 'lattice-kill-'));
    const databaseUrl = engine === 'Postgres' ? postgres?.url : undefined;
    const env = {
      OPENAI_API_KEY: 'test-key',
      OPENAI_BASE_URL: simulator.baseUrl('openai-chat') ?? '',
      LATTICE_LOG_LEVEL: 'fatal',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    };
    const options: StorageOptions = databaseUrl === undefined ? { dataDir: folder } : { databaseUrl };
    const storage = await openStorage(options);
    const held: string[] = [];
    let key = '';
    for (let round = 1; round <= rounds; round += 1) {
      const server = await spawnServer(folder, env);
      key = server.key ?? key;
      held.push(...(await killUnderLoad(server, key, round, storage.ledger)));
    }
    await storage.close();

    // Opening settles what the last process left.
    const settled = await openStorage(options);
    const entries = await settled.ledger.entries({}, everything);
    await settled.close();
    const counts = countById(entries);
    expect(held.length).toBeGreaterThanOrEqual(rounds * answersPerRound);
    expect(held.filter((id) => counts.get(id) !== 1)).toEqual([]);
    expect(countByStatus(entries, 'open')).toBe(0);
    expect(countByStatus(entries, 'lost')).toBeGreaterThanOrEqual(rounds);
    await rm(folder, { recursive: true, force: true });
  }, 180_000);
});
