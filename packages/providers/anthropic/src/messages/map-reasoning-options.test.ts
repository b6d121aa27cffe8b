import type { ReasoningOptions } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapReasoningOptions, thinkingControlOf, type ThinkingContext } from './map-reasoning-options.ts';

const models = { budget: 'claude-haiku-4-5-20251001', either: 'claude-opus-4-6', adaptive: 'claude-opus-5-5' } as const;

function map(reasoning: ReasoningOptions, context: Partial<ThinkingContext> = {}) {
  const warnings: string[] = [];
  const fields = mapReasoningOptions(
    reasoning,
    { model: models.either, maxOutputTokens: undefined, defaultMaxTokens: 16_384, forcesTool: false, ...context },
    (sentence) => warnings.push(sentence),
  );
  return { ...fields, warnings };
}

describe('the control a model takes', () => {
  it.each([
    ['claude-3-7-sonnet-20250219', 'budget'],
    ['claude-sonnet-4-20250514', 'budget'],
    ['claude-opus-4-1', 'budget'],
    ['claude-opus-4-5-20251101', 'budget'],
    ['claude-sonnet-4-6', 'either'],
    ['claude-opus-4-7', 'adaptive'],
    ['claude-opus-4-10', 'adaptive'],
    ['claude-sonnet-5', 'adaptive'],
    ['claude-haiku-5-5', 'adaptive'],
    ['claude-fable-5-2', 'adaptive'],
    ['kimi-k2', 'either'],
  ])('of %s is %s', (model, control) => expect(thinkingControlOf(model)).toBe(control));
});

describe('effort', () => {
  const adaptive = { type: 'adaptive', display: 'summarized' };

  it('becomes adaptive thinking at that effort', () => {
    const expected = { maxTokens: 16_384, thinking: adaptive, effort: 'high', warnings: [] };
    expect(map({ effort: 'high' })).toEqual(expected);
    expect(map({ effort: 'high' }, { model: models.adaptive })).toEqual(expected);
    expect(map({ effort: 'minimal' })).toMatchObject({ effort: 'low', warnings: [expect.stringContaining('minimal')] });
  });

  it('becomes a budget on models that only take one, with room for the answer', () => {
    const { warnings, ...fields } = map({ effort: 'xhigh' }, { model: models.budget });
    expect(fields).toEqual({ maxTokens: 28_672, thinking: { type: 'enabled', budget_tokens: 24_576 } });
    expect(warnings).toEqual([expect.stringContaining('24576 tokens stand for `xhigh`')]);
  });

  it('none switches thinking off where it may be on', () => {
    expect(map({ effort: 'none' }, { model: models.budget })).toEqual({ maxTokens: 16_384, warnings: [] });
    expect(map({ effort: 'none' }, { model: models.adaptive })).toMatchObject({ thinking: { type: 'disabled' } });
  });

  it('says nothing when nothing is asked', () => expect(map({})).toEqual({ maxTokens: 16_384, warnings: [] }));
});

describe('a budget', () => {
  it('is sent as it is, beside an effort where both are taken', () => {
    expect(map({ budgetTokens: 5000, effort: 'low' })).toEqual({
      maxTokens: 16_384,
      thinking: { type: 'enabled', budget_tokens: 5000 },
      effort: 'low',
      warnings: [],
    });
  });

  it('is left out where the model decides itself', () => {
    const { thinking, warnings } = map({ budgetTokens: 5000 }, { model: models.adaptive });
    expect(thinking).toMatchObject({ type: 'adaptive' });
    expect(warnings).toEqual([expect.stringContaining('budget was left out')]);
  });

  it('gives way to a forced tool call', () => {
    const { thinking, warnings } = map({ budgetTokens: 5000 }, { forcesTool: true });
    expect(thinking).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it('always keeps the bounds of the vendor and the limit of the caller', () => {
    const limit = fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), limit, (budgetTokens, maxOutputTokens) => {
        const { maxTokens, thinking, warnings } = map({ budgetTokens }, { maxOutputTokens });
        if (maxOutputTokens !== undefined) expect(maxTokens).toBe(maxOutputTokens);
        const sent = thinking?.['budget_tokens'];
        if (typeof sent === 'number') {
          expect(sent).toBeGreaterThanOrEqual(1024);
          expect(sent).toBeLessThan(maxTokens);
        }
        expect(warnings.length > 0).toBe(sent !== budgetTokens);
      }),
    );
  });
});
