import { formatModelRef, type ModelInfo } from '@lattice-lock/contract';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog, ModelRegistry } from './index.ts';

let catalog: ModelRegistry;

beforeAll(async () => {
  catalog = await loadCatalog();
});

describe('find', () => {
  it('knows a model by alias, by bare id of any provider, and by provider/model', () => {
    expect(catalog.find('haiku').map(formatModelRef)).toEqual(['anthropic/claude-haiku-4-5']);
    expect(catalog.find('gpt-5-mini').map(formatModelRef)).toEqual(['openai/gpt-5-mini', 'azure/gpt-5-mini']);
    expect(catalog.find('groq/openai/gpt-oss-120b').map(formatModelRef)).toEqual(['groq/openai/gpt-oss-120b']);
  });

  it('finds nothing under names that objects have', () => {
    for (const name of ['constructor', '__proto__', 'toString', '', '/', 'openai/'])
      expect(catalog.find(name)).toEqual([]);
  });

  it('finds every model by its own reference and its own id', () => {
    for (const model of catalog.list()) {
      expect(catalog.get(model)).toBe(model);
      expect(catalog.find(model.model)).toContain(model);
    }
  });
});

describe('near', () => {
  it('suggests what was probably meant, the nearest first', () => {
    expect(catalog.near('openai/gpt-5-mni')[0]).toBe('openai/gpt-5-mini');
    expect(catalog.near('claude-sonnet-4.5')[0]).toBe('anthropic/claude-sonnet-4-5');
    expect(catalog.near('sonet')[0]).toBe('anthropic/claude-sonnet-5');
    expect(catalog.near('anthropic/claude-opsu-4-8')[0]).toBe('anthropic/claude-opus-4-8');
  });

  it('suggests nothing for what resembles nothing, and keeps to the limit', () => {
    expect(catalog.near('zzzzzzzzzzzzzzzz')).toEqual([]);
    expect(catalog.near('gpt-5', 2)).toHaveLength(2);
  });

  it('takes any text, however long', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), (name) => {
        expect(catalog.near(name).length).toBeLessThanOrEqual(5);
      }),
      { numRuns: 20 },
    );
  });

  it('finds a model again after one stroke went wrong', () => {
    const refs = catalog.list().map(formatModelRef);
    fc.assert(
      fc.property(fc.constantFrom(...refs), fc.nat(), (ref, place) => {
        const at = place % ref.length;
        const slipped = `${ref.slice(0, at)}${ref.slice(at + 1)}`;
        expect(catalog.near(slipped, 20)).toContain(ref);
      }),
      { numRuns: 50 },
    );
  });
});

describe('extraModels', () => {
  const extra: ModelInfo = {
    provider: 'acme',
    model: 'one',
    name: 'One',
    family: null,
    released: null,
    status: 'current',
    contextTokens: 8192,
    maxInputTokens: null,
    maxOutputTokens: null,
    input: ['text'],
    output: ['text'],
    tools: true,
    structuredOutput: null,
    reasoning: false,
    reasoningControls: null,
    temperature: true,
    openWeights: true,
    aliases: ['uno'],
    prices: [],
    source: '@acme/provider 1.0.0',
    asOf: '2026-11-01',
  };

  it('join the catalog after its own providers', async () => {
    const more = await loadCatalog({ extraModels: [extra] });
    expect(more.get(extra)).toEqual(extra);
    expect(more.find('uno')).toEqual([extra]);
    expect(more.list()[more.list().length - 1]).toEqual(extra);
  });

  it('do not replace a model the catalog has', async () => {
    const other = { ...extra, provider: 'openai', model: 'gpt-5-mini' };
    const more = await loadCatalog({ extraModels: [other] });
    expect(more.get(other)).toEqual(catalog.get(other));
  });

  it('are, with what the catalog knows of them, all there is of a provider that serves only what is deployed', async () => {
    const [mini, ours] = ['gpt-5-mini', 'ours'].map((model) => ({ ...extra, provider: 'azure', model }));
    if (mini === undefined || ours === undefined) return expect.unreachable();
    const more = await loadCatalog({ extraModels: [mini, ours], narrowedProviders: ['azure'] });
    expect(more.list().filter(({ provider }) => provider === 'azure')).toEqual([catalog.get(mini), ours]);
    expect(more.list().length).toBeGreaterThan(200);
  });

  it("a registry of one's own counts the last of two alike", () => {
    const registry = new ModelRegistry([extra, { ...extra, name: 'Two' }]);
    expect(registry.list().map(({ name }) => name)).toEqual(['Two']);
  });
});
