import { loadCatalog } from '@lattice-lock/catalog';
import { formatModelRef } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { sampleInput, sampleProfile } from './__fixtures__/sample-catalog.ts';
import { formatDecision, ModelSelector } from './index.ts';

const catalog = await loadCatalog();
const clock = { now: () => Date.UTC(2026, 6, 2), monotonic: () => 0, sleep: async () => undefined };
const selector = new ModelSelector({ catalog, clock });

describe('selection over the whole catalog', () => {
  it.each(['balanced', 'cheap', 'best', 'fast'] as const)('explains every model for auto:%s', (preset) => {
    const needs = { ...sampleProfile().needs, tools: true, vision: true };
    const input = sampleInput({
      profile: sampleProfile({ needs, inputTokens: 150_000 }),
      target: { mode: 'auto', preset },
      isConfigured: (provider) => provider !== 'azure',
      constraints: { maxCostUsd: 2, deny: ['mistral/*'] },
    });
    const decision = selector.select(input);
    expect(decision.candidates.map((one) => formatModelRef(one.model)).sort()).toEqual(
      catalog.list().map(formatModelRef).sort(),
    );
    for (const one of decision.candidates) {
      if (one.status === 'filtered') {
        expect(one.reason.length).toBeGreaterThan(10);
        continue;
      }
      const sum = one.terms.reduce((total, term) => total + term.contribution, 0);
      expect(Math.abs(sum - one.score)).toBeLessThan(1e-9);
    }
    expect(new Set(decision.chain.map((one) => one.provider)).size).toBe(3);
    const wide = formatDecision(decision, { columns: 100 }).split('\n');
    expect(Math.max(...wide.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('spends less for auto:cheap than for auto:best, and is quicker for auto:fast', () => {
    const chosen = (preset: 'cheap' | 'best' | 'fast') => {
      const [first] = selector.select(sampleInput({ target: { mode: 'auto', preset } })).candidates;
      if (first?.status !== 'ranked') throw new TypeError('nothing ranked');
      const value = (name: string) => first.terms.find((term) => term.name === name)?.value ?? 0;
      return { cost: Number(first.expectedCostUsd), fit: value('fit'), latency: value('latency') };
    };
    expect(chosen('cheap').cost).toBeLessThan(chosen('best').cost / 10);
    expect(chosen('best').fit).toBeGreaterThan(chosen('cheap').fit);
    expect(chosen('fast').latency).toBeGreaterThan(chosen('best').latency);
  });
});
