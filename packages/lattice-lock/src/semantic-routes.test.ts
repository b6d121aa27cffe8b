import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatModelRef, systemClock, type LogFields, type Logger } from '@lattice-lock/contract';
import { openStorage, type Storage } from '@lattice-lock/storage';
import { startSimulator, type Simulator } from '@lattice-lock/testing/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLattice, type Lattice, type RunRequest } from './index.ts';

let simulator: Simulator;
let folder: string;
let storage: Storage;
const opened: Lattice[] = [];
/** How far the clock of the next Lattice is ahead. */
let aheadMs = 0;
const warnings: string[] = [];

beforeAll(async () => {
  simulator = await startSimulator();
});

afterAll(() => simulator.close());

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'routes-'));
  storage = await openStorage({ dataDir: folder });
});

afterEach(async () => {
  for (const lattice of opened.splice(0)) await lattice.close();
  await storage.close();
  simulator.reset();
  warnings.length = 0;
  aheadMs = 0;
  rmSync(folder, { recursive: true });
});

const keepWarning = (_fields: LogFields, message: string) => void warnings.push(message);
const nothing = () => undefined;
const logger: Logger = {
  debug: nothing,
  info: nothing,
  warn: keepWarning,
  error: nothing,
  fatal: nothing,
  child: () => logger,
};

const examples = `
    examples:
      en: [I want my money back, You charged me twice this month, The invoice is wrong]
      de: [Ich möchte mein Geld zurück]
    negatives: [How is money made?]`;
const refunds = `  - name: refunds${examples}\n    model: anthropic/claude-haiku-4-5\n`;

function open(routes: string, config = 'routing: { routes: routes.yaml }\n'): Lattice {
  writeFileSync(path.join(folder, 'routes.yaml'), `version: 1\n${routes}`);
  writeFileSync(path.join(folder, 'lattice.yaml'), config);
  const { ledger, decisions } = storage;
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const lattice = createLattice({ cwd: folder, env: {}, simulator, ledger, decisions, logger, clock });
  opened.push(lattice);
  return lattice;
}

const ask = (content: string, more: Partial<RunRequest> = {}): RunRequest => ({
  messages: [{ role: 'user', content }],
  ...more,
});

describe('routes told by examples', () => {
  it('take a request like an example to their model, and leave an unrelated one alone', async () => {
    const lattice = open(`routes:\n${refunds}`);
    const near = await lattice.chat(ask('Hello! You have charged me twice, can I get my money back? Thank you!'));
    expect(near).toMatchObject({ provider: 'anthropic', model: 'claude-haiku-4-5' });
    expect(near.decision.route).toMatchObject({
      name: 'refunds',
      place: expect.stringMatching(/routes\.yaml:3:5$/),
      example: 'I want my money back',
      embedder: 'local',
    });
    const { score = 0, threshold = 1 } = near.decision.route ?? {};
    expect(score).toBeGreaterThanOrEqual(threshold);
    expect((await lattice.chat(ask('bekomme ich mein geld zurueck'))).decision.route?.name).toBe('refunds');
    for (const text of ['Explain how photosynthesis works', 'How is money made?', 'hi', '', '謝謝你的幫助']) {
      const other = await lattice.chat(ask(text));
      expect(other.decision.route, text).toBeUndefined();
      expect(formatModelRef(other.decision.chosen)).not.toBe('anthropic/claude-haiku-4-5');
    }
    const routes = await lattice.routes();
    expect(routes).toMatchObject({ isIndexed: true, set: { embedder: { name: 'local' } }, report: { judged: 4 } });
    expect((await routes.match('my money back please')).taken?.route.name).toBe('refunds');
    expect(await routes.build()).toEqual({ embedded: 0, reused: 0, folder: null });
    await routes.close();
    // What is stored says so too.
    expect((await storage.decisions.get(near.decision.id))?.route).toEqual(near.decision.route);
  });

  it('find what is asked at either end of a long text, and go by the last message', async () => {
    const lattice = open(`routes:\n${refunds}`);
    const log = 'GET /static/app.js 200 in 4 ms from the cache\n'.repeat(200);
    expect((await lattice.route(ask(`${log}\nI want my money back!`))).route?.name).toBe('refunds');
    expect((await lattice.route(ask(`I want my money back.\n${log}`))).route?.name).toBe('refunds');
    expect((await lattice.route(ask(log))).route).toBeUndefined();
    const messages: RunRequest['messages'] = [
      { role: 'user', content: 'I want my money back' },
      { role: 'assistant', content: 'It is on its way.' },
      { role: 'user', content: 'Thank you. Now explain in some detail how photosynthesis works in desert plants.' },
    ];
    expect((await lattice.route({ messages })).route).toBeUndefined();
  });

  it('are asked only where no model is named; a preset of the caller comes before theirs', async () => {
    const route = `  - name: refunds${examples}\n    preset: best\n    deny: [openai/*]\n`;
    const lattice = open(`routes:\n${route}`, 'routing: { routes: routes.yaml }\naliases: { thrifty: "auto:cheap" }\n');
    const text = 'I want my money back';
    const auto = await lattice.route(ask(text));
    expect(auto).toMatchObject({ preset: 'best', route: { name: 'refunds' } });
    for (const model of ['auto:cheap', 'thrifty']) {
      const decision = await lattice.route(ask(text, { model }));
      expect(decision).toMatchObject({ preset: 'cheap', route: { name: 'refunds' } });
      expect(decision.chain.map(({ provider }) => provider)).not.toContain('openai');
    }
    const named = await lattice.route(ask(text, { model: 'openai/gpt-4.1' }));
    expect(named).toMatchObject({ mode: 'explicit', chosen: { provider: 'openai', model: 'gpt-4.1' } });
    expect(named.route).toBeUndefined();
  });

  it('never lead to what is denied, blocked or not allowed', async () => {
    writeFileSync(path.join(folder, 'models.md'), '## Blocked\n- anthropic/claude-haiku-4-5\n');
    const blocked = open(`routes:\n${refunds}`, 'routing: { routes: routes.yaml, guide: models.md }\n');
    await blocked.ready();
    const lattice = open(`routes:\n${refunds}`);
    const text = 'I want my money back';
    const decisions = [
      await blocked.route(ask(text)),
      await lattice.route(ask(text, { constraints: { deny: ['anthropic/*'] } })),
      await lattice.route(ask(text, { constraints: { allow: ['openai/*'] } })),
    ];
    for (const { route, chain } of decisions) {
      expect(route?.name).toBe('refunds');
      expect(chain.map(formatModelRef)).not.toContain('anthropic/claude-haiku-4-5');
    }
  });

  it('are refused with every problem, each with its place', async () => {
    const routes = `routes:
  - name: Refunds
    examples: [I want my money back, i want my MONEY back, 7]
    model: anthropic/claude-haiku-45
    colour: red
  - name: nothing
    examples: [Good morning]
  - { name: quick, examples: [Be quick], model: auto, deny: [opnai/*], minQuality: 80, threshold: 2 }
`;
    const failure = await open(routes)
      .ready()
      .catch((error: unknown) => error);
    const issues = (failure as { issues?: readonly { path: string; message: string }[] }).issues ?? [];
    expect(new Set(issues.map(({ path: place }) => place))).toEqual(
      new Set(['3:11', '4:38', '4:60', '5:12', '6:13', '7:5', '9:49', '9:62', '9:84', '9:99']),
    );
    expect(failure).toMatchObject({ code: 'LATTICE_CONFIG' });
    expect(String(failure)).toMatch(/routes\.yaml:5:12 .*Near: anthropic\/claude-haiku-4-5/);
    await expect(open('routes: &a []\n').ready()).rejects.toThrow(/routes\.yaml:2:12 uses an anchor/);
    await expect(open('routes: []\n').routes('absent.yaml')).rejects.toThrow(/routes must hold at least one route/);
    await expect(open(`routes:\n${refunds}`, '').routes()).rejects.toThrow(/set routing\.routes/);
    await expect(open(`routes:\n${refunds}`, '').routes('absent.yaml')).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });
});

describe('routes with an embedding model', () => {
  const remote = `embedder: { model: openai/text-embedding-3-small, timeoutMs: 20000 }\nroutes:\n${refunds}`;
  const embeddings = () => simulator.served().filter(({ route }) => route === 'embeddings');

  it('use the local embedder until an index is built, and then the model, once for each text', async () => {
    const before = open(remote);
    expect((await before.route(ask('I want my money back'))).route?.embedder).toBe('local');
    expect(warnings).toEqual([expect.stringContaining('no index')]);
    expect(embeddings()).toHaveLength(0);
    const routes = await before.routes();
    const progress: number[] = [];
    const built = await routes.build({ batchSize: 40, onProgress: (done) => progress.push(done) });
    expect(built).toMatchObject({ reused: 0, folder: path.join(folder, 'routes.index') });
    expect(progress).toEqual([0, 40, built.embedded]);
    expect(await routes.build()).toMatchObject({ embedded: 0, reused: built.embedded });
    expect(readdirSync(path.join(folder, 'routes.index'))).toEqual(['index.json']);
    await routes.close();

    simulator.reset();
    const lattice = open(remote);
    const answer = await lattice.chat(ask('I want my money back', { requestId: 'r-1', apiKeyId: 'key-1' }));
    expect(answer.decision.route).toMatchObject({ name: 'refunds', embedder: 'openai/text-embedding-3-small' });
    expect(answer).toMatchObject({ provider: 'anthropic', model: 'claude-haiku-4-5' });
    const events = [];
    for await (const event of lattice.stream(ask('I want my money back'))) events.push(event.type);
    expect(events.at(-1)).toBe('answer');
    expect(embeddings()).toHaveLength(1);
    const entries = await storage.ledger.entries({ requestId: 'r-1' });
    expect(entries).toHaveLength(2);
    expect(entries.find(({ turn }) => turn === 0)).toMatchObject({
      provider: 'openai',
      model: 'text-embedding-3-small',
      apiKeyId: 'key-1',
      status: 'ok',
      simulated: true,
      usage: { inputTokens: expect.any(Number), outputTokens: 0 },
      costNanoUsd: null,
    });
  });

  it('go on locally, with a warning, when the model fails or is too slow, and send nothing where data is bounded', async () => {
    const built = await open(remote).routes();
    await built.build();
    await built.close();
    simulator.reset();
    const lattice = open(remote.replace('20000', '30'));
    await lattice.ready();
    simulator.enqueue({ match: { route: 'embeddings' }, fault: { type: 'status', status: 500 } });
    expect((await lattice.route(ask('I want my money back, now'))).route?.embedder).toBe('local');
    simulator.enqueue({ match: { route: 'embeddings' }, fault: { type: 'stall', afterEvents: 'before-headers' } });
    expect((await lattice.route(ask('I want all my money back'))).route?.embedder).toBe('local');
    expect(warnings.filter((one) => one.startsWith('no vector'))).toHaveLength(2);
    const asked = (await simulator.whenServed(2)).length;
    for (const constraints of [{ data: { allowRegions: ['eu'], unknown: 'allow' } }, { deny: ['openai/*'] }] as const) {
      await lattice.route(ask('Please give my money back', { constraints }));
    }
    expect(simulator.served()).toHaveLength(asked);
  });

  it('leave a model that fails again and again alone for a while', async () => {
    const built = await open(remote).routes();
    await built.build();
    await built.close();
    simulator.reset();
    const lattice = open(remote);
    const fault = { type: 'status', status: 503 } as const;
    simulator.enqueue(...Array.from({ length: 3 }, () => ({ match: { route: 'embeddings' }, fault }) as const));
    const ways: (string | undefined)[] = [];
    for (const way of ['first', 'second', 'third', 'fourth']) {
      ways.push((await lattice.route(ask(`I want my money back the ${way} time`))).route?.embedder);
    }
    expect(ways).toEqual(['local', 'local', 'local', 'local']);
    expect(embeddings()).toHaveLength(3);
    aheadMs = 31_000;
    await lattice.route(ask('I want my money back'));
    expect(await simulator.whenServed(4)).toHaveLength(4);
  });

  it('refuse a provider that has no embedding models', async () => {
    await expect(open(remote.replace('openai/text', 'anthropic/text')).ready()).rejects.toThrow(
      /routes\.yaml:2:11 anthropic has no embedding models/,
    );
  });
});
