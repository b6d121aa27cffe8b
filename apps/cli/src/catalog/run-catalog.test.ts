import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@lattice-lock/contract';
import { startSimulator } from '@lattice-lock/testing/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, typing, type CliRunOptions, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

let place: Workplace;
let servers: Server[] = [];
beforeEach(() => {
  place = createWorkplace();
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  servers = [];
  place.remove();
});

function catalog(args: readonly string[], more: CliRunOptions = {}) {
  return runInProcess(['catalog', ...args], { cwd: place.folder, ...more });
}

const gpt5mini = {
  limit: { context: 400000, output: 128000 },
  cost: { input: 0.3, output: 2, cache_read: 0.025 },
};
const list = JSON.stringify({
  openai: {
    models: {
      'gpt-5-mini': gpt5mini,
      'gpt-5-nano': { cost: { input: 5, output: 0.4, cache_read: 0.005 } },
      'gpt-9': { name: 'GPT-9', limit: { context: 1000 }, cost: { input: 1, output: 2 } },
    },
  },
});

const overlay = () => readFileSync(place.path('catalog-overlay.yaml'), 'utf8');

function writeList(): string {
  writeFileSync(place.path('api.json'), list);
  return 'api.json';
}

async function serve(body: string, status = 200): Promise<string> {
  const server = createServer((_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('lattice catalog update', () => {
  it('shows every changed price, new model and fact, and writes nothing unless told to', async () => {
    const { exitCode, out, err } = await catalog(['update', '--from', writeList()]);
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toMatch(/^api\.json \(models\.dev, \d{4}-\d{2}-\d{2}, sha256 [0-9a-f]{12}\): 3 chat models read/);
    expect(out).toMatch(/openai\/gpt-5-mini +input +0\.25 -> 0\.3 +not accepted/);
    expect(out).toMatch(/openai\/gpt-5-nano +input +0\.05 -> 5 +refused: input moves by more than 10 times/);
    expect(out).toMatch(/New models \(1\):\n +openai\/gpt-9 {2}context 1000 {2}1\/2 \$\/M/);
    expect(out).toMatch(/Not in the list, left as they are \(\d+\):\n +openai: .* and \d+ more/);
    expect(err).toContain('--write');
    expect(existsSync(place.path('catalog-overlay.yaml'))).toBe(false);
  });

  it('writes without asking after --yes, prices only as accepted, and says what was left out', async () => {
    const from = ['update', '--from', writeList(), '--write', '--yes'];
    const cautious = await catalog(from);
    expect(cautious.exitCode).toBe(exitCodes.failed);
    expect(cautious.err).toMatch(/1 new models, 0 changed prices, 0 changed facts\.\n2 prices were left out/);
    expect(overlay()).not.toContain('gpt-5-mini');
    const all = await catalog([...from, '--accept-prices']);
    expect(all.exitCode).toBe(exitCodes.failed);
    expect(overlay()).toMatch(/openai\/gpt-5-mini:\n +prices:/);
    expect(overlay()).not.toContain('gpt-5-nano');
    const named = await catalog([...from, '--accept-price', 'openai/gpt-5-nano']);
    expect(named.exitCode).toBe(exitCodes.ok);
    expect(overlay()).toContain('gpt-5-nano');
    const again = await catalog(['update', '--from', 'api.json', '--out', 'catalog-overlay.yaml', '--json']);
    expect(JSON.parse(again.out)).toMatchObject({ added: [], prices: [], facts: [], written: null });
  });

  it('gives everything as JSON, prices as exact texts', async () => {
    const { out, err } = await catalog(['update', '--from', writeList(), '--json', '--accept-prices']);
    expect(err).toBe('');
    const report = JSON.parse(out) as { prices: object[]; written: unknown };
    expect(report.prices).toEqual([
      {
        model: 'openai/gpt-5-mini',
        parts: [{ part: 'input', from: '0.25', to: '0.3' }],
        doubt: null,
        accepted: true,
      },
      {
        model: 'openai/gpt-5-nano',
        parts: [{ part: 'input', from: '0.05', to: '5' }],
        doubt: 'input moves by more than 10 times',
        accepted: false,
      },
    ]);
    expect(report.written).toBeNull();
  });

  it('asks a person: prices first, then the writing', async () => {
    writeList();
    const opened = (screen: string) => screen.split('[y/N]').length - 1;
    const run = (answers: readonly string[]) => {
      // What is asked stands on standard error.
      const { onOutput, ...terminal } = typing(answers, opened);
      return catalog(['update', '--from', 'api.json', '--write'], { ...terminal, onError: onOutput });
    };
    const refused = await run(['n\n', 'n\n']);
    expect(refused.err).toMatch(/Accept 1 changed prices, too\? \[y\/N\]/);
    expect(refused.err).toContain('Nothing was written.');
    expect(existsSync(place.path('catalog-overlay.yaml'))).toBe(false);
    const taken = await run(['y\n', 'yes\n']);
    expect(taken.err).toMatch(/Write 1 new models, 1 changed prices, 0 changed facts to \S+catalog-overlay\.yaml\?/);
    expect(overlay()).toContain('gpt-5-mini');
  });

  it('refuses to write where nobody can be asked, and names that the list does not change', async () => {
    const unasked = await catalog(['update', '--from', writeList(), '--write']);
    expect(unasked).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('--yes') });
    const unknown = await catalog(['update', '--from', 'api.json', '--accept-price', 'openai/gpt-5']);
    expect(unknown).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('openai/gpt-5') });
  });

  it('reads a URL and writes down where from, without what may be a secret in it', async () => {
    const url = await serve(list);
    const { exitCode } = await catalog([
      'update',
      ...['--from', `${url}/api.json?token=hunter22`, '--write', '--yes', '--accept-prices'],
      ...['--accept-price', 'openai/gpt-5-nano'],
    ]);
    expect(exitCode).toBe(exitCodes.ok);
    expect(overlay()).toContain(`source: ${url}/api.json sha256:`);
    expect(overlay()).not.toContain('hunter22');
  });

  it('says what to do where there is no network, no such file or another answer', async () => {
    const closed = await serve('');
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
    servers = [];
    const offline = await catalog(['update', '--from', `${closed}/api.json`]);
    expect(offline.exitCode).toBe(exitCodes.failed);
    expect(offline.err).toMatch(/LATTICE_CONNECTION_REFUSED.*cannot be read \(ECONNREFUSED\).*--from api\.json/);
    const missing = await catalog(['update', '--from', await serve('gone', 404)]);
    expect(missing.err).toMatch(/LATTICE_UPSTREAM.*answered with status 404/);
    const page = await catalog(['update', '--from', await serve('<!doctype html>')]);
    expect(page).toMatchObject({ exitCode: exitCodes.configuration, err: expect.stringContaining('is not JSON') });
    const file = await catalog(['update', '--from', 'nowhere.json']);
    expect(file).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('ENOENT') });
    const scheme = await catalog(['update', '--from', 'ftp://example.com/api.json']);
    expect(scheme.exitCode).toBe(exitCodes.usage);
  });

  it('writes to the overlay that the configuration names', async () => {
    writeFileSync(place.path('mine.yaml'), '# mine\nremove: [openai/gpt-4]\n');
    writeFileSync(place.path('lattice.yaml'), 'catalog: { overlayFile: mine.yaml }\n');
    await catalog(['update', '--from', writeList(), '--write', '--yes']);
    expect(readFileSync(place.path('mine.yaml'), 'utf8')).toMatch(/^# mine\n[^]*openai\/gpt-9/);
    expect(existsSync(place.path('catalog-overlay.yaml'))).toBe(false);
  });
});

describe('lattice catalog check', () => {
  const at = (day: string) => ({ clock: { ...systemClock, now: () => Date.parse(day) } });

  it('fails when data is older than 60 days, or than it was told', async () => {
    const fresh = await catalog(['check'], at('2026-08-30'));
    expect(fresh).toMatchObject({ exitCode: exitCodes.ok, err: '' });
    expect(fresh.out).toMatch(/^openai: \d+ models, as of 2026-07-02 \(59 days old\)$/m);
    const stale = await catalog(['check'], at('2026-09-01'));
    expect(stale.exitCode).toBe(exitCodes.failed);
    expect(stale.out).toMatch(/^openai: .*: older than 60 days$/m);
    expect(stale.err).toContain('lattice catalog update');
    expect((await catalog(['check', '--max-age-days', '90'], at('2026-09-01'))).exitCode).toBe(exitCodes.ok);
    expect((await catalog(['check', '--max-age-days', '0'])).exitCode).toBe(exitCodes.usage);
  });

  it('names what the overlay lies over, and what it says in vain', async () => {
    const overlayText = `override:
  openai/gpt-5-mini: { prices: [{ from: 2026-08-01, usdPerMillion: { input: 1, output: 2 } }] }
  openai/gpt-4: { status: current }
add: { local/mine: {} }
`;
    writeFileSync(place.path('mine.yaml'), overlayText);
    const env = { LATTICE_CATALOG_FILE: 'mine.yaml' };
    const { out } = await catalog(['check'], { env, ...at('2026-08-30') });
    expect(out).toMatch(/mine\.yaml: 1 models added, 1 shadowed, 0 removed/);
    expect(out).toContain('shadows openai/gpt-5-mini: price 0.25/2 -> 1/2 $/M');
    expect(out).toContain('says nothing new of openai/gpt-4');
    writeFileSync(place.path('mine.yaml'), 'override: { openai/gpt-0: {} }\n');
    const unknown = await catalog(['check'], { env });
    expect(unknown).toMatchObject({ exitCode: exitCodes.configuration, err: expect.stringContaining('openai/gpt-0') });
  });

  it('names models that were called and have no price', async () => {
    const simulator = await startSimulator();
    const env = {
      OPENAI_API_KEY: 'sk-test-0123456789abcdefghij',
      OPENAI_BASE_URL: simulator.baseUrl('openai-chat') ?? '',
    };
    writeFileSync(place.path('lattice.yaml'), 'catalog: { overlayFile: mine.yaml }\n');
    writeFileSync(place.path('mine.yaml'), 'add: { openai/unpriced: { contextTokens: 100000 } }\n');
    for (const model of ['openai/unpriced', 'openai/gpt-5-mini']) {
      expect((await runInProcess(['ask', 'Hi', '--model', model], { cwd: place.folder, env })).exitCode).toBe(
        exitCodes.ok,
      );
    }
    await simulator.close();
    const { out } = await catalog(['check', '--json', '--max-age-days', '9999']);
    expect(JSON.parse(out)).toMatchObject({ ok: true, unpricedInUse: [{ model: 'openai/unpriced', calls: 1 }] });
  });
});

describe('lattice catalog show', () => {
  it('shows facts, the price in force, and where both were read', async () => {
    const { exitCode, out } = await catalog(['show', 'openai/gpt-5-mini']);
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toMatch(/^openai\/gpt-5-mini$/m);
    expect(out).toMatch(/context +400,000 tokens/);
    expect(out).toMatch(/price, \$\/M tokens +in 0\.25, out 2\.00, cache read 0\.025/);
    expect(out).toMatch(/price from +anomalyco\/models\.dev\S* .* \(2026-07-02\)/);
    const json = JSON.parse((await catalog(['show', 'openai/gpt-5-mini', '--json'])).out) as object;
    expect(json).toMatchObject({ id: 'openai/gpt-5-mini', price: { inputPicoUsd: '250000' } });
  });

  it('shows every model of a name, and names that are near one that is none', async () => {
    expect((await catalog(['show', 'gpt-5'])).out).toMatch(/^openai\/gpt-5$[^]*^azure\/gpt-5$/m);
    const unknown = await catalog(['show', 'gpt-5-mni']);
    expect(unknown).toMatchObject({
      exitCode: exitCodes.unknownName,
      err: expect.stringContaining('openai/gpt-5-mini'),
    });
  });
});
