import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LatticeError } from '@lattice-lock/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  inspectCatalogOverlay,
  loadCatalog,
  prepareCatalogUpdate,
  type PreparedUpdate,
  type PriceAcceptance,
} from './index.ts';

const factsFile = new URL('../../../../shared/data/catalog/models.jsonl', import.meta.url);
const nowMs = Date.parse('2026-11-20T12:00:00Z');
const readOn = '2026-11-20';
const mini = { provider: 'openai', model: 'gpt-5-mini' };
const nobody: PriceAcceptance = { all: false, models: new Set() };
const everyPrice: PriceAcceptance = { all: true, models: new Set() };
const named = (...models: readonly string[]): PriceAcceptance => ({ all: false, models: new Set(models) });

let folder: string;
let overlayFile: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lattice-upkeep-'));
  overlayFile = path.join(folder, 'catalog-overlay.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Told {
  readonly format?: 'models.dev' | 'litellm' | 'auto';
  readonly providers?: readonly string[];
  readonly readOn?: string;
}

function prepare(list: unknown, told: Told = {}): Promise<PreparedUpdate> {
  const text = typeof list === 'string' ? list : JSON.stringify(list);
  const source = 'https://models.example/api.json';
  return prepareCatalogUpdate({ bytes: Buffer.from(text), source, readOn, overlayFile, nowMs, ...told });
}

/** models.dev's shape, with facts of gpt-5-mini as the catalog has them unless told otherwise. */
function devList(changes: object = {}, more: object = {}): object {
  const facts = {
    id: 'gpt-5-mini',
    name: 'GPT-5 Mini',
    attachment: true,
    reasoning: true,
    tool_call: true,
    modalities: { input: ['text', 'image'], output: ['text'] },
    limit: { context: 400000, output: 128000 },
    cost: { input: 0.25, output: 2, cache_read: 0.025 },
    ...changes,
  };
  return { openai: { id: 'openai', name: 'OpenAI', models: { 'gpt-5-mini': facts, ...more } } };
}

async function refused(work: Promise<unknown>): Promise<LatticeError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!LatticeError.isInstance(error)) throw new TypeError('It was taken.');
  expect(error.code).toBe('LATTICE_CATALOG');
  return error;
}

describe('a list of models.dev', () => {
  it('that says what the catalog says changes nothing, and its lacks are named', async () => {
    const { update } = await prepare(devList());
    expect(update).toMatchObject({ added: [], prices: [], facts: [], kept: [], notes: [] });
    expect(update.list).toMatchObject({ format: 'models.dev', otherProviders: [] });
    expect(update.missing).toContain('openai/gpt-5');
    expect(update.missing).not.toContain('anthropic/claude-opus-4-8');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('shows a changed price part by part, and writes it only when it was accepted', async () => {
    const prepared = await prepare(devList({ cost: { input: 0.3, output: 2, cache_read: 0.025 } }));
    const parts = [{ part: 'input', from: '0.25', to: '0.3' }];
    expect(prepared.update.prices).toMatchObject([{ ref: 'openai/gpt-5-mini', parts, doubt: null }]);
    expect(await prepared.write(nobody)).toMatchObject({ changedPrices: 0, withheld: ['openai/gpt-5-mini'] });
    expect((await loadCatalog({ overlayFile })).priceAt(mini, nowMs)?.inputPicoUsd).toBe(250_000n);

    const again = await prepare(devList({ cost: { input: 0.3, output: 2, cache_read: 0.025 } }));
    expect(await again.write(everyPrice)).toMatchObject({ changedPrices: 1, withheld: [] });
    const catalog = await loadCatalog({ overlayFile });
    expect(catalog.priceAt(mini, nowMs)).toEqual({
      inputPicoUsd: 300_000n,
      outputPicoUsd: 2_000_000n,
      cacheReadPicoUsd: 25_000n,
    });
    // What was billed before that day stays as it was.
    expect(catalog.priceAt(mini, Date.parse(readOn) - 1)?.inputPicoUsd).toBe(250_000n);
    expect(catalog.priceSourceAt(mini, nowMs)).toMatch(/^https:\S+ sha256:[0-9a-f]{12} \(2026-11-20\)$/);
  });

  it('takes a price that moves tenfold or becomes 0 only by the name of its model', async () => {
    const cases = [
      [{ input: 2.51, output: 2, cache_read: 0.025 }, /^input moves by more than 10 times$/],
      [{ input: 0.25, output: 0.19, cache_read: 0.025 }, /^output moves by more than 10 times$/],
      [{ input: 0, output: 0 }, /^input becomes 0$/],
    ] as const;
    for (const [cost, doubt] of cases) {
      const prepared = await prepare(devList({ cost }));
      expect(prepared.update.prices).toMatchObject([{ doubt: expect.stringMatching(doubt) }]);
      expect(prepared.draft(everyPrice)).toMatchObject({ changedPrices: 0, withheld: ['openai/gpt-5-mini'] });
      expect(prepared.draft(named('openai/gpt-5-mini'))).toMatchObject({ changedPrices: 1, withheld: [] });
    }
    const [exact] = (await prepare(devList({ cost: { input: 2.5, output: 2 } }))).update.prices;
    expect(exact?.doubt).toBeNull();
  });

  it('ends the period before where a price changes twice', async () => {
    const change = async (input: number, day: string) =>
      (await prepare(devList({ cost: { input, output: 2 } }), { readOn: day })).write(everyPrice);
    await change(0.3, '2026-11-20');
    await change(0.4, '2026-12-24');
    const catalog = await loadCatalog({ overlayFile });
    const at = (day: string) => catalog.priceAt(mini, Date.parse(day))?.inputPicoUsd;
    expect(['2026-11-19', '2026-11-20', '2026-12-23', '2026-12-24'].map(at)).toEqual([
      250_000n,
      300_000n,
      300_000n,
      400_000n,
    ]);
  });

  it('adds models with facts, tiers and exact prices; unknown stays unknown', async () => {
    const more = {
      'gpt-9': {
        name: 'GPT-9',
        release_date: '2026-11-01',
        tool_call: true,
        reasoning: true,
        reasoning_options: [{ type: 'effort', values: ['none', 'high'] }],
        modalities: { input: ['text', 'pdf', 'smell'], output: ['text'] },
        limit: { context: 1000000, output: 0 },
        cost: { input: 0.1, output: 0.7, cache_read: 0, context_over_200k: { input: 0.2, output: 1.4 } },
      },
      'gpt-9-dark': { name: 'GPT-9 Dark' },
      'gpt-9-free': { name: 'GPT-9 Free', cost: { input: 0, output: 0 } },
      'gpt-9-fine': { name: 'GPT-9 Fine', cost: { input: 0.00000012, output: 1 } },
      'text-embedding-9': { name: 'Vectors', modalities: { input: ['text'], output: ['text'] } },
      'gpt-image-9': { name: 'Pictures', modalities: { input: ['text'], output: ['image'] } },
    };
    const prepared = await prepare(devList({}, more));
    expect(prepared.update).toMatchObject({ freeModels: ['openai/gpt-9-free'], list: { notChat: 2 } });
    expect(prepared.update.notes).toEqual([expect.stringMatching(/gpt-9-fine: its price 0\.00000012 is finer/)]);
    expect(await prepared.write(nobody)).toMatchObject({ addedModels: 4, withheld: ['openai/gpt-9-free'] });
    const catalog = await loadCatalog({ overlayFile });
    expect(catalog.get({ provider: 'openai', model: 'gpt-9' })).toMatchObject({
      name: 'GPT-9',
      released: '2026-11-01',
      contextTokens: 1_000_000,
      maxOutputTokens: null,
      input: ['text', 'pdf'],
      tools: true,
      reasoningControls: { efforts: ['high'], canDisable: true },
      asOf: readOn,
    });
    expect(catalog.priceAt({ provider: 'openai', model: 'gpt-9' }, nowMs)).toEqual({
      inputPicoUsd: 100_000n,
      outputPicoUsd: 700_000n,
      tiers: [{ aboveInputTokens: 200_000, price: { inputPicoUsd: 200_000n, outputPicoUsd: 1_400_000n } }],
    });
    for (const model of ['gpt-9-dark', 'gpt-9-free', 'gpt-9-fine']) {
      expect(catalog.priceAt({ provider: 'openai', model }, nowMs), model).toBeNull();
    }
  });

  it('shows limits and abilities that differ, and what it does not say is left alone', async () => {
    const list = devList({ limit: { context: 500000 }, tool_call: false, cost: undefined, reasoning: undefined });
    const prepared = await prepare(list);
    expect(prepared.update.facts).toEqual([
      { ref: 'openai/gpt-5-mini', field: 'contextTokens', from: 400_000, to: 500_000 },
      { ref: 'openai/gpt-5-mini', field: 'tools', from: true, to: false },
    ]);
    await prepared.write(nobody);
    expect((await loadCatalog({ overlayFile })).get(mini)).toMatchObject({
      contextTokens: 500_000,
      maxOutputTokens: 128_000,
      tools: false,
      reasoning: true,
    });
  });

  it('knows its providers by other names, and reads those asked for', async () => {
    const model = (id: string) => ({ models: { [id]: { name: id, cost: { input: 1, output: 2 } } } });
    const list = { 'amazon-bedrock': model('new-1'), togetherai: model('new-2'), openrouter: model('new-3') };
    const usual = await prepare(list);
    expect(usual.update.added.map(({ provider, model: id }) => `${provider}/${id}`)).toEqual([
      'bedrock/new-1',
      'together/new-2',
    ]);
    expect(usual.update.list.otherProviders).toEqual(['openrouter']);
    const asked = await prepare(list, { providers: ['openrouter'] });
    expect(asked.update.added).toMatchObject([{ provider: 'openrouter', model: 'new-3' }]);
  });

  it('knows the one-hour cache write of Anthropic where a list does not', async () => {
    const cost = { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 };
    const list = { anthropic: { models: { 'claude-new': { name: 'New', cost } } } };
    await (await prepare(list)).write(nobody);
    const price = (await loadCatalog({ overlayFile })).priceAt({ provider: 'anthropic', model: 'claude-new' }, nowMs);
    expect(price?.cacheWriteLongPicoUsd).toBe(6_000_000n);
  });

  it('of an older day does not bring back a price that ended since', async () => {
    const cost = { input: 2, output: 10 };
    const list = { azure: { models: { 'claude-sonnet-5': { cost } } } };
    const old = await prepare(list, { readOn: '2026-08-01' });
    expect(old.update.prices).toEqual([]);
    expect(old.update.kept).toMatchObject([{ reason: expect.stringMatching(/ended on 2026-09-01/) }]);
    const fresh = await prepare(list);
    expect(fresh.update.prices).toMatchObject([{ ref: 'azure/claude-sonnet-5', doubt: null }]);
  });

  it('takes what the real list has at its edges', async () => {
    const more = {
      'gpt-9': {
        reasoning_options: [
          { type: 'effort', values: [null, 'low'] },
          { type: 'budget_tokens', min: -1, max: 100 },
        ],
        cost: { input: 0.049999999999999996, output: 0.30000000000000004, cache_write: null },
      },
    };
    await (await prepare(devList({}, more))).write(nobody);
    const catalog = await loadCatalog({ overlayFile });
    const ref = { provider: 'openai', model: 'gpt-9' };
    expect(catalog.get(ref)?.reasoningControls).toEqual({
      efforts: ['low'],
      budgetTokens: { min: 0, max: 100 },
      canDisable: false,
    });
    expect(catalog.priceAt(ref, nowMs)).toEqual({ inputPicoUsd: 50_000n, outputPicoUsd: 300_000n });
  });

  it.skipIf(!existsSync(factsFile))('of the facts the catalog was made of changes no price', async () => {
    interface Row {
      readonly vendor: string;
      readonly id: string;
      readonly usdPerMillion?: object;
      readonly tiers?: readonly object[];
    }
    const rows = readFileSync(factsFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
    const list: Record<string, { models: Record<string, object> }> = {};
    for (const { vendor, id, usdPerMillion, tiers } of rows) {
      list[vendor] ??= { models: {} };
      const cost = usdPerMillion === undefined ? {} : { cost: { ...usdPerMillion, ...(tiers ? { tiers } : {}) } };
      list[vendor].models[id] = cost;
    }
    const { update } = await prepare(list, { readOn: '2026-07-02' });
    expect(update.list.models.length).toBeGreaterThan(400);
    expect(update.prices.map(({ ref, doubt }) => [ref, doubt])).toEqual(
      expect.arrayContaining([
        ['azure/model-router', 'the price is 0'],
        ['mistral/labs-devstral-small-2512', 'the price is 0'],
      ]),
    );
    expect(update.prices).toHaveLength(2);
  });
});

describe('a list of LiteLLM', () => {
  const entry = { litellm_provider: 'openai', mode: 'chat', max_input_tokens: 272000, max_output_tokens: 128000 };

  it('is told by its content; prices per token become prices per million exactly', async () => {
    const list = {
      sample_spec: { litellm_provider: 'one of the providers', max_tokens: 'a number', input_cost_per_token: 0 },
      'gpt-5-mini': { ...entry, input_cost_per_token: 2.5e-7, output_cost_per_token: 2e-6 },
      'xai/grok-new': {
        ...entry,
        litellm_provider: 'xai',
        input_cost_per_token: 3e-6,
        output_cost_per_token: 0.000015,
        cache_read_input_token_cost: 7.5e-7,
        input_cost_per_token_above_200k_tokens: 6e-6,
        output_cost_per_token_above_200k_tokens: 3e-5,
        supports_function_calling: true,
      },
      'azure/eu/gpt-5': { ...entry, litellm_provider: 'azure' },
      'text-embedding-3-large': { ...entry, mode: 'embedding' },
      'ai21/jamba': { ...entry, litellm_provider: 'ai21' },
    };
    const prepared = await prepare(list);
    expect(prepared.update).toMatchObject({ prices: [], facts: [], list: { format: 'litellm', notChat: 2 } });
    expect(prepared.update.list.otherProviders).toEqual(['ai21']);
    await prepared.write(nobody);
    const catalog = await loadCatalog({ overlayFile });
    const grok = { provider: 'xai', model: 'grok-new' };
    expect(catalog.get(grok)).toMatchObject({ contextTokens: 272_000, maxInputTokens: 272_000, tools: true });
    expect(catalog.priceAt(grok, nowMs)).toEqual({
      inputPicoUsd: 3_000_000n,
      outputPicoUsd: 15_000_000n,
      cacheReadPicoUsd: 750_000n,
      tiers: [
        {
          aboveInputTokens: 200_000,
          price: { inputPicoUsd: 6_000_000n, outputPicoUsd: 30_000_000n, cacheReadPicoUsd: 750_000n },
        },
      ],
    });
  });
});

describe('a malformed list', () => {
  it('is refused with every problem at its path, and nothing is written', async () => {
    const list = devList(
      { limit: { context: 'many', output: -5 }, cost: { input: -1, output: 'free' } },
      { 'gpt-9': { tool_call: 'yes', modalities: { input: 'text' } }, 'gpt-8': 5 },
    );
    const { issues, message } = await refused(prepare({ ...list, anthropic: { models: [] } }));
    expect(issues.map(({ path: at }) => at)).toEqual([
      'openai.models.gpt-5-mini.limit.context',
      'openai.models.gpt-5-mini.limit.output',
      'openai.models.gpt-5-mini.cost.input',
      'openai.models.gpt-5-mini.cost.output',
      'openai.models.gpt-9.tool_call',
      'openai.models.gpt-9.modalities.input',
      'openai.models.gpt-8',
      'anthropic.models',
    ]);
    expect(message).toMatch(/has 8 problems; nothing of it was taken:\n {2}1\. openai\.models/);
    const lite = { 'gpt-x': { litellm_provider: 'openai', input_cost_per_token: -1 }, 'gpt-y': { mode: 'chat' } };
    const problems = (await refused(prepare(lite))).issues;
    expect(problems.map(({ path: at }) => at)).toEqual(['gpt-x.input_cost_per_token', 'gpt-y.litellm_provider']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused when it is no JSON, no map, or of no known shape', async () => {
    expect((await refused(prepare('<!doctype html>'))).message).toMatch(/is not JSON/);
    expect((await refused(prepare([1]))).message).toMatch(/not a map/);
    expect((await refused(prepare({ gpt: { price: 1 } }))).message).toMatch(/neither models\.dev's/);
  });
});

describe('an overlay that is there', () => {
  it("keeps the user's comments, entries and prices, and says so", async () => {
    const text = `# ours
override:
  openai/gpt-5-mini:
    aliases: [small] # by hand
    contextTokens: 1000
    prices: [{ usdPerMillion: { input: 9, output: 9 } }]
remove: [openai/gpt-4]
`;
    writeFileSync(overlayFile, text);
    const more = { 'gpt-4': { name: 'GPT-4' }, 'gpt-9': { name: 'GPT-9' } };
    const prepared = await prepare(devList({}, more));
    expect(prepared.update).toMatchObject({ prices: [], facts: [] });
    expect(prepared.update.kept).toEqual([
      { ref: 'openai/gpt-5-mini', reason: 'your own entry holds: contextTokens' },
      { ref: 'openai/gpt-5-mini', reason: 'your own price holds' },
      { ref: 'openai/gpt-4', reason: 'you removed it' },
    ]);
    await prepared.write(everyPrice);
    const written = readFileSync(overlayFile, 'utf8');
    expect(written).toContain('# ours');
    expect(written).toContain('# by hand');
    expect(written).toContain('openai/gpt-9');
    expect((await loadCatalog({ overlayFile })).find('small')).toHaveLength(1);
  });

  it('keeps what was read later than the list', async () => {
    const list = devList({ limit: { context: 500000 }, cost: { input: 0.3, output: 2 } });
    const { update } = await prepare(list, { readOn: '2026-05-01' });
    expect(update).toMatchObject({ prices: [], facts: [] });
    expect(update.kept.map(({ reason }) => reason)).toEqual([
      'its facts were read later, on 2026-07-02',
      'its price was read later, on 2026-07-02',
    ]);
  });

  it('says where it all comes from: lists with their digest, each once', async () => {
    const list = devList({}, { 'gpt-9': { name: 'GPT-9' } });
    await (await prepare(list)).write(nobody);
    await (await prepare({ ...list, groq: { models: { new: { name: 'New' } } } })).write(nobody);
    const models = (await loadCatalog()).list();
    const vertexIds = models.filter(({ provider }) => provider === 'google-vertex').map(({ model }) => model);
    const sha256 = createHash('sha256').update(JSON.stringify(list)).digest('hex');
    const { sources, added } = await inspectCatalogOverlay(overlayFile, nowMs);
    expect(added).toEqual(['openai/gpt-9', 'groq/new']);
    expect(sources).toHaveLength(2);
    expect(sources[0]).toEqual({
      source: 'https://models.example/api.json',
      format: 'models.dev',
      sha256,
      readOn,
      providers: [],
    });
    const whole = { 'google-vertex': { models: Object.fromEntries(vertexIds.map((id) => [id, { name: id }])) } };
    await (await prepare(whole)).write(nobody);
    expect((await inspectCatalogOverlay(overlayFile, nowMs)).sources.at(-1)?.providers).toEqual(['google-vertex']);
  });

  it('gives way, where it adds what the catalog has by now, and moves to an override when that changes', async () => {
    writeFileSync(overlayFile, 'add: { openai/gpt-5-mini: { ifAbsent: true, contextTokens: 5 } }\n');
    expect((await loadCatalog({ overlayFile })).get(mini)?.contextTokens).toBe(400_000);
    expect(await inspectCatalogOverlay(overlayFile, nowMs)).toMatchObject({ idle: ['openai/gpt-5-mini'], added: [] });
    await (await prepare(devList({ cost: { input: 0.3, output: 2 } }))).write(everyPrice);
    expect(await inspectCatalogOverlay(overlayFile, nowMs)).toMatchObject({
      idle: [],
      shadowed: [{ ref: 'openai/gpt-5-mini', fields: [], price: { from: '0.25/2', to: '0.3/2' } }],
    });
  });

  it('stays JSON when it is JSON, and keeps its mode', async () => {
    overlayFile = path.join(folder, 'models.json');
    writeFileSync(overlayFile, '{"remove": ["openai/gpt-4"]}');
    chmodSync(overlayFile, 0o640);
    await (await prepare(devList({}, { 'gpt-9': { name: 'GPT-9' } }))).write(nobody);
    expect(Object.keys(JSON.parse(readFileSync(overlayFile, 'utf8')) as object)).toEqual(['remove', 'add', 'sources']);
    expect(statSync(overlayFile).mode & 0o777).toBe(0o640);
  });

  it('is not overwritten when it changed meanwhile, and no draft is left', async () => {
    writeFileSync(overlayFile, 'remove: []\n');
    const prepared = await prepare(devList({}, { 'gpt-9': { name: 'GPT-9' } }));
    writeFileSync(overlayFile, 'remove: [openai/gpt-4]\n');
    expect((await refused(prepared.write(nobody))).message).toMatch(/was changed meanwhile; nothing was written/);
    expect(readFileSync(overlayFile, 'utf8')).toBe('remove: [openai/gpt-4]\n');
    expect(readdirSync(folder)).toEqual(['catalog-overlay.yaml']);
  });

  it('that is wrong is refused before anything is compared', async () => {
    writeFileSync(overlayFile, 'overide: {}\n');
    expect((await refused(prepare(devList()))).issues).toMatchObject([{ path: 'overide' }]);
    writeFileSync(overlayFile, 'override: { openai/gpt-0: { tools: true } }\n');
    expect((await refused(inspectCatalogOverlay(overlayFile, nowMs))).issues).toMatchObject([
      { path: 'override.openai/gpt-0' },
    ]);
  });
});
