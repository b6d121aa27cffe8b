import { describe, expect, it } from 'vitest';
import { DataPolicies, loadCatalog } from './index.ts';

describe('what is known of where data goes', () => {
  it('is what vendors say, with its source, and nothing else', async () => {
    const catalog = await loadCatalog();
    const of = (provider: string, model: string) => catalog.dataPolicyOf({ provider, model });
    expect(of('openai', 'gpt-5')).toMatchObject({ regions: null, retentionDays: 30, training: false });
    expect(of('bedrock', 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0')).toMatchObject({
      regions: ['eu'],
      retentionDays: null,
      training: null,
      source: expect.stringMatching(/^https:\/\/docs\.aws\.amazon\.com\/.* \(\d{4}-\d\d-\d\d\)$/) as string,
    });
    expect(of('bedrock', 'anthropic.claude-3-haiku')).toBeUndefined();
    expect(of('deepseek', 'deepseek-chat')).toBeUndefined();
    for (const model of catalog.list()) {
      const policy = catalog.dataPolicyOf(model);
      if (policy !== undefined) expect(policy.source).toMatch(/^https:\/\/\S+ \(\d{4}-\d\d-\d\d\)/);
    }
  });

  it('gives way, fact by fact, to what the operator states', async () => {
    const catalog = await loadCatalog({
      dataPolicies: { openai: { regions: ['eu'], retentionDays: 0 }, local: { regions: ['here'] } },
    });
    expect(catalog.dataPolicyOf({ provider: 'openai', model: 'gpt-5' })).toMatchObject({
      regions: ['eu'],
      retentionDays: 0,
      training: false,
      source: expect.stringMatching(/^configuration; https:/) as string,
    });
    const own = catalog.dataPolicyOf({ provider: 'local', model: 'any' });
    expect(own).toEqual({ regions: ['here'], retentionDays: null, training: null, source: 'configuration' });
  });

  it('takes the first fact that says something', () => {
    const fact = (models: string, retentionDays: number) => ({
      models,
      retentionDays,
      source: 'x',
      asOf: '2026-01-01',
    });
    const policies = new DataPolicies([fact('one/a*', 1), fact('one/*', 2)], {});
    expect(policies.of({ provider: 'one', model: 'ab' })?.retentionDays).toBe(1);
    expect(policies.of({ provider: 'one', model: 'b' })?.retentionDays).toBe(2);
    expect(policies.of({ provider: 'two', model: 'a' })).toBeUndefined();
  });
});
