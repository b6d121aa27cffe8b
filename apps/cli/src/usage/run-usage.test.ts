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

  it('looks at whole days up to and including the last', async () => {
    await fillLedger();
    const day = (ago: number) => new Date(Date.now() - ago * dayMs).toISOString().slice(0, 10);
    const upTo = JSON.parse((await usage('--json', '--until', day(300))).out) as { until: string; real: object };
    expect(upTo.until).toBe(`${day(299)}T00:00:00.000Z`);
    expect(upTo.real).toMatchObject({ total: { requests: 1, cost: { usd: '10' } } });
    const before = JSON.parse((await usage('--json', '--until', day(301))).out) as { real: object };
    expect(before.real).toMatchObject({ total: { requests: 0 } });
    expect((await usage('--since', '7d', '--until', day(0))).out).toMatch(/^total +1 +2 /m);
    expect(await usage('--since', day(1), '--until', day(2))).toMatchObject({
      exitCode: exitCodes.usage,
      err: expect.stringContaining('--until is not after --since'),
    });
  });

  it('gives exact figures as CSV, totals and unknown calls with them', async () => {
    await fillLedger();
    const { exitCode, out, err } = await usage('--csv');
    expect({ exitCode, err }).toEqual({ exitCode: exitCodes.ok, err: '' });
    expect(out).toBe(
      [
        'simulated,row,model,requests,calls,input_tokens,cached_input_tokens,cache_write_tokens,output_tokens,reasoning_tokens,cost_usd,unknown_cost_calls',
        'false,group,local/llama,1,1,,,,,,,1',
        'false,group,openai/gpt-4.1,2,2,2000,,,100,,10.0024,0',
        'false,total,,2,3,2000,,,100,,10.0024,1',
        'true,group,openai/gpt-4.1,1,1,1000,,,50,,7,0',
        'true,total,,1,1,1000,,,50,,7,0',
        '',
      ].join('\n'),
    );
    expect(await usage('--csv', '--json')).toMatchObject({ exitCode: exitCodes.usage, out: '' });
  });

  it('writes names into CSV that no reader takes for more fields, or for a formula', async () => {
    const storage = await openStorage({ dataDir: place.path('.lattice') });
    const keys = createApiKeyService({ store: storage.apiKeys });
    const quoted = await keys.create({ name: 'a "b", c' });
    const formula = await keys.create({ name: '=SUM(A1)' });
    await storage.ledger.record([
      entry('a', { apiKeyId: quoted.record.id }),
      entry('b', { apiKeyId: formula.record.id }),
    ]);
    await storage.close();
    const { out } = await usage('--by', 'api-key', '--csv');
    expect(out).toContain('api_key');
    expect(out).toMatch(/^false,group,"a ""b"", c \(\S+…\)",1,1,/m);
    expect(out).toMatch(/^false,group,'=SUM\(A1\) \(\S+…\),1,1,/m);
  });

  it.each(['model', 'provider', 'api-key', 'day', 'status'])('adds up the same total by %s', async (by) => {
    await fillLedger();
    const { out } = await usage('--by', by);
    expect(out).toMatch(/^total +2 +3 +2,000 +- +100 +\$10\.00 \+ 1 unknown$/m);
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
