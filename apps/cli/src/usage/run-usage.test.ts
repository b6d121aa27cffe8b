import { existsSync } from 'node:fs';
import { createUsage, unknownUsage, type LedgerEntry } from '@lattice-lock/contract';
import { createApiKeyService } from '@lattice-lock/auth';
import { openStorage } from '@lattice-lock/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

const dayMs = 86_400_000;
let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});

afterEach(() => place.remove());

function usage(...args: string[]) {
  return runInProcess(['usage', ...args], { cwd: place.folder });
}

function entry(id: string, more: Partial<LedgerEntry>): LedgerEntry {
  return {
    id,
    requestId: id,
    decisionId: null,
    apiKeyId: null,
    turn: 1,
    attempt: 1,
    provider: 'openai',
    model: 'gpt-4.1',
    status: 'ok',
    errorCode: null,
    usage: createUsage({ inputTokens: 1000, outputTokens: 50 }),
    estimatedUsage: null,
    costNanoUsd: 2_400_000n,
    priceSource: 'test',
    startedAtMs: Date.now(),
    durationMs: 10,
    firstTokenMs: 5,
    upstreamRequestId: null,
    simulated: false,
    ...more,
  };
}

/** Two calls of one request, one of them of unknown cost, one of last year under a key, one simulated. */
async function fillLedger(): Promise<string> {
  const storage = await openStorage({ dataDir: place.path('.lattice') });
  const { record } = await createApiKeyService({ store: storage.apiKeys }).create({ name: 'build server' });
  await storage.ledger.record([
    entry('a', {}),
    entry('b', {
      requestId: 'a',
      attempt: 2,
      provider: 'local',
      model: 'llama',
      usage: unknownUsage,
      costNanoUsd: null,
    }),
    entry('c', { apiKeyId: record.id, startedAtMs: Date.now() - 300 * dayMs, costNanoUsd: 10_000_000_000n }),
    entry('d', { simulated: true, costNanoUsd: 7_000_000_000n }),
  ]);
  await storage.close();
  return record.id;
}

describe('lattice usage', () => {
  it('adds up by model, names what is unknown, and keeps the simulator apart', async () => {
    await fillLedger();
    const { exitCode, out } = await usage();
    expect(exitCode).toBe(exitCodes.ok);
    const [real, simulated] = out.split('Answered by the simulator; nothing was charged:');
    expect(real).toMatch(/^MODEL +REQUESTS +CALLS +TOKENS IN +CACHED +TOKENS OUT +COST$/m);
    expect(real).toMatch(/^openai\/gpt-4\.1 +2 +2 +2,000 +- +100 +\$10\.00$/m);
    expect(real).toMatch(/^local\/llama +1 +1 +- +- +- +unknown$/m);
    expect(real).toMatch(/^total +2 +3 +2,000 +- +100 +\$10\.00 \+ 1 unknown$/m);
    expect(real).toContain('The cost of 1 call is unknown and not in the total: local/llama (1).');
    expect(simulated).toMatch(/LIST PRICE\nopenai\/gpt-4\.1 .*\$7\.00\n/);
  });

  it('gives exact figures as JSON', async () => {
    await fillLedger();
    const report = JSON.parse((await usage('--json', '--by', 'provider')).out) as object;
    expect(report).toMatchObject({
      by: 'provider',
      since: null,
      real: {
        total: { requests: 2, entries: 3, cost: { nanoUsd: '10002400000', unknownEntries: 1, usd: '10.0024' } },
        unknown: [{ model: 'local/llama', entries: 1 }],
      },
      simulated: { total: { cost: { usd: '7' } } },
    });
  });

  it('looks at a time and at a key', async () => {
    const id = await fillLedger();
    const recent = JSON.parse((await usage('--json', '--since', '7d')).out) as { real: { total: object } };
    expect(recent.real.total).toMatchObject({ requests: 1, entries: 2, cost: { usd: '0.0024' } });
    for (const key of [id, 'build server']) {
      const ofKey = JSON.parse((await usage('--json', '--key', key)).out) as { real: { total: object } };
      expect(ofKey.real.total).toMatchObject({ requests: 1, cost: { usd: '10' } });
    }
    expect((await usage('--by', 'api-key')).out).toMatch(/^build server \(\S+…\) +1[^]*^\(this machine\) +1/m);
    expect(await usage('--key', 'nobody')).toMatchObject({ exitCode: exitCodes.failed });
  });

  it('makes no books where there are none', async () => {
    expect(await usage()).toMatchObject({
      exitCode: exitCodes.ok,
      out: '',
      err: expect.stringContaining('Nothing was used yet'),
    });
    expect(JSON.parse((await usage('--json')).out)).toMatchObject({ real: { rows: [], total: { requests: 0 } } });
    expect(existsSync(place.path('.lattice'))).toBe(false);
  });
});
