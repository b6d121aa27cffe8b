import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  costOfUsage,
  createUsage,
  formatModelRef,
  picoUsdFromUsdPerMillion,
  type ModelInfo,
} from '@lattice-lock/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog, loadCatalogSchemas, type ModelRegistry } from './index.ts';

const data = new URL('../data/', import.meta.url);
const factsFile = new URL('../../../../shared/data/catalog/models.jsonl', import.meta.url);
const now = Date.parse('2026-11-20T00:00:00Z');

let catalog: ModelRegistry;
let models: readonly ModelInfo[];

beforeAll(async () => {
  catalog = await loadCatalog();
  models = catalog.list();
});

describe('the shipped models', () => {
  it('are valid, file by file, and every file is loaded', async () => {
    const { vendorFile } = await loadCatalogSchemas();
    const files = readdirSync(data).filter((name) => name.endsWith('.json') && name !== 'index.json');
    let total = 0;
    for (const name of files) {
      const file = vendorFile.parse(JSON.parse(readFileSync(new URL(name, data), 'utf8')));
      expect(`${file.provider}.json`).toBe(name);
      total += file.models.length;
    }
    expect(models).toHaveLength(total);
  });

  it('are at least 120, each once, of the vendors that publish a list and of hosts', () => {
    expect(models.length).toBeGreaterThanOrEqual(120);
    expect(new Set(models.map(formatModelRef)).size).toBe(models.length);
    const providers = new Set(models.map(({ provider }) => provider));
    for (const vendor of ['openai', 'anthropic', 'google', 'xai', 'azure', 'bedrock', 'groq', 'mistral']) {
      expect(providers).toContain(vendor);
    }
  });

  it('say where every fact and price was read, and when', () => {
    for (const model of models) {
      expect(model.source, formatModelRef(model)).not.toBe('');
      expect(model.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      for (const price of model.prices) {
        expect(price.source).not.toBe('');
        expect(price.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      }
    }
  });

  it('come in one order: makers before hosts, then by id', async () => {
    const again = await loadCatalog();
    expect(again.list().map(formatModelRef)).toEqual(models.map(formatModelRef));
    expect(models[0]?.provider).toBe('openai');
    const ofOpenai = models.filter(({ provider }) => provider === 'openai').map(({ model }) => model);
    expect(ofOpenai).toEqual([...ofOpenai].sort());
  });

  it('include a few that do not answer in text, deprecated ones, and ones without a known price', () => {
    expect(models.filter(({ output }) => !output.includes('text')).length).toBeGreaterThan(2);
    expect(models.some(({ status }) => status === 'deprecated')).toBe(true);
    expect(models.some(({ prices }) => prices.length === 0)).toBe(true);
  });

  it('leave out what is no chat model', () => {
    for (const { model } of models)
      expect(model).not.toMatch(/embed|whisper|prompt-guard|turbo-instruct|^o\d.*deep-research/);
  });

  it('are named as the APIs of their vendors name them', () => {
    const ids = {
      openai: ['gpt-5.5', 'gpt-5.5-pro', 'gpt-5.3-codex', 'o3-pro'],
      google: ['gemini-2.5-pro', 'gemini-2.5-flash'],
      xai: ['grok-4.3'],
      azure: ['gpt-5', 'gpt-5-codex', 'claude-sonnet-4-6', 'grok-4-fast-reasoning'],
      bedrock: [
        'amazon.nova-pro-v1:0',
        'anthropic.claude-sonnet-4-5-20250929-v1:0',
        'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
        'eu.anthropic.claude-sonnet-4-6',
        'global.anthropic.claude-opus-4-8',
      ],
      'google-vertex': ['gemini-2.5-pro'],
    };
    for (const [provider, names] of Object.entries(ids)) {
      for (const model of names) expect(catalog.get({ provider, model }), `${provider}/${model}`).toBeDefined();
    }
    // Deployments and pulled models are named by their user: no list of them can be true.
    for (const provider of ['dial', 'local']) expect(models.filter((model) => model.provider === provider)).toEqual([]);
  });

  it('give each alias to one model, and none to a name that is a model', () => {
    const aliases = models.flatMap((model) => model.aliases);
    expect(new Set(aliases).size).toBe(aliases.length);
    const ids = new Set(models.map(({ model }) => model));
    for (const alias of aliases) expect(ids).not.toContain(alias);
    expect(aliases).toEqual(expect.arrayContaining(['sonnet', 'opus', 'haiku', 'gpt']));
  });

  it('let a family alias mean its newest current model', () => {
    const [sonnet] = catalog.find('sonnet');
    const rivals = models.filter(
      ({ provider, family, status }) => provider === 'anthropic' && family === 'claude-sonnet' && status === 'current',
    );
    const newest = rivals.map(({ released }) => released ?? '').sort();
    expect(sonnet?.released).toBe(newest[newest.length - 1]);
  });
});

describe('the shipped prices', () => {
  it('end the introductory price of claude-sonnet-5 and guess nothing where no later one was read', () => {
    const last = Date.parse('2026-08-31T23:59:59.999Z');
    const rows = models.filter(({ model }) => model.includes('claude-sonnet-5'));
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) {
      expect(catalog.priceAt(row, last), formatModelRef(row)).not.toBeNull();
      if (row.provider !== 'anthropic') expect(catalog.priceAt(row, last + 1), formatModelRef(row)).toBeNull();
    }
    const ref = { provider: 'anthropic', model: 'claude-sonnet-5' };
    expect(catalog.priceSourceAt(ref, last + 1)).toMatch(/platform\.claude\.com/);
  });

  it('price the one-hour cache write of Anthropic at twice its input, and of nobody else', () => {
    for (const model of models) {
      for (const { price } of model.prices) {
        for (const rate of [price, ...(price.tiers ?? []).map((tier) => tier.price)]) {
          const expected =
            model.provider === 'anthropic' && rate.cacheWritePicoUsd !== undefined ? rate.inputPicoUsd * 2n : undefined;
          expect(rate.cacheWriteLongPicoUsd, formatModelRef(model)).toBe(expected);
        }
      }
    }
  });

  it('are known by context tier and turn into exact costs', () => {
    const ref = { provider: 'google', model: 'gemini-2.5-pro' };
    const price = catalog.priceAt(ref, now);
    expect(price?.tiers).toHaveLength(1);
    const cost = (inputTokens: number) => costOfUsage(createUsage({ inputTokens, outputTokens: 0 }), price ?? null);
    expect(cost(200_000)).toBe(250_000_000n);
    expect(cost(200_001)).toBe(500_002_500n);
  });

  it('hold no price of nothing: what the facts give as 0 and is no price is unknown', () => {
    for (const model of models) {
      for (const { price } of model.prices) {
        expect(price.inputPicoUsd, formatModelRef(model)).toBeGreaterThan(0n);
        expect(price.cacheReadPicoUsd, formatModelRef(model)).not.toBe(0n);
      }
    }
  });

  it.skipIf(!existsSync(factsFile))('equal the facts to the last digit', () => {
    interface Row {
      readonly vendor: string;
      readonly id: string;
      readonly usdPerMillion?: Readonly<Record<string, number>>;
      readonly tiers?: readonly (Readonly<Record<string, number>> & { readonly tier: { readonly size: number } })[];
    }
    const rows = readFileSync(factsFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
    let compared = 0;
    for (const row of rows) {
      const model = catalog.get({ provider: row.vendor, model: row.id });
      const price = model?.prices[0]?.price;
      if (price === undefined || row.usdPerMillion === undefined) continue;
      const exact = (value: number | undefined) => (value === undefined ? undefined : picoUsdFromUsdPerMillion(value));
      const pairs = [
        [price, row.usdPerMillion] as const,
        ...(row.tiers ?? []).map((tier, index) => [price.tiers?.[index]?.price, tier] as const),
      ];
      for (const [ours, theirs] of pairs) {
        expect(ours?.inputPicoUsd).toBe(exact(theirs['input']));
        expect(ours?.outputPicoUsd).toBe(exact(theirs['output']));
        for (const [read, fact] of [
          [ours?.cacheReadPicoUsd, theirs['cache_read']],
          [ours?.cacheWritePicoUsd, theirs['cache_write']],
        ] as const) {
          // A cache price of 0 beside a paid input is a gap of the facts.
          expect(read, `${row.vendor}/${row.id}`).toBe(fact === 0 ? undefined : exact(fact));
        }
      }
      expect(price.tiers?.map(({ aboveInputTokens }) => aboveInputTokens)).toEqual(
        row.tiers?.map(({ tier }) => tier.size),
      );
      compared += 1;
    }
    expect(compared).toBeGreaterThan(300);
  });
});
