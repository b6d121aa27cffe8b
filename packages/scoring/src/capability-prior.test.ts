import { loadCatalog } from '@lattice-lock/catalog';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { capabilityPrior } from './capability-prior.ts';
import { modelSize } from './model-size.ts';
import { scoringData } from './scoring-data.ts';

const catalog = await loadCatalog();
const now = Date.UTC(2026, 6, 2);

describe('the capability prior', () => {
  it('is 0 to 1 for every model of the catalog, and tells them apart', () => {
    const values = catalog.list().map((info) => capabilityPrior(info, catalog.priceAt(info, now)));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    expect(new Set(values.map((value) => value.toFixed(3))).size).toBeGreaterThan(50);
  });

  it('orders generations and sizes of a family as their makers do', () => {
    const prior = (name: string) => {
      const [info] = catalog.find(name);
      if (info === undefined) throw new TypeError(`the catalog has no ${name}`);
      return capabilityPrior(info, catalog.priceAt(info, now));
    };
    expect(prior('gpt-5.5')).toBeGreaterThan(prior('gpt-5'));
    expect(prior('gpt-5')).toBeGreaterThan(prior('gpt-5-mini'));
    expect(prior('gpt-5-mini')).toBeGreaterThan(prior('gpt-4o-mini'));
    expect(prior('claude-opus-4-8')).toBeGreaterThan(prior('claude-haiku-4-5'));
  });

  it('says where its figures come from, and holds no figure of any single model', () => {
    for (const file of ['capability-prior.json', 'success-curve.json', 'latency-prior.json']) {
      const text = readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8');
      const document = JSON.parse(text) as { readonly source?: string; readonly label?: string };
      expect(document.source).toBeTruthy();
      expect(document.label).toBeTruthy();
      for (const info of catalog.list()) expect(text).not.toContain(`"${info.model}"`);
    }
    expect(scoringData().capabilityPrior.quality).toMatch(/Spearman .* 0\.\d+ over \d+ models/);
  });
});

describe('the size of a model', () => {
  it.each([
    ['gpt-5-nano', 'tiny'],
    ['gemini-3.1-flash-lite', 'tiny'],
    ['claude-haiku-4-5', 'small'],
    ['gpt-5-mini', 'small'],
    ['gemini-3.1-pro-preview', 'large'],
    ['gemini-9', 'medium'],
    ['minimax-m2', 'medium'],
    ['llama-3.1-8b-instruct', 'tiny'],
    ['open-mixtral-8x22b', 'medium'],
    ['ministral-3b-latest', 'small'],
    ['llama-3.3-70b-versatile', 'medium'],
    ['Meta-Llama-3.1-405B-Instruct', 'large'],
    ['claude-opus-4-8', 'large'],
    ['gpt-5.5', 'medium'],
  ])('of %s is %s', (id, size) => {
    const [info] = catalog.list();
    if (info === undefined) throw new TypeError('empty catalog');
    expect(modelSize({ ...info, model: id })).toBe(size);
  });
});
