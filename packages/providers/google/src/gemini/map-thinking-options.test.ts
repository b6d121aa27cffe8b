import type { JsonObject, ReasoningOptions } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { mapThinkingOptions } from './map-thinking-options.ts';

function map(model: string, reasoning: ReasoningOptions) {
  const warnings: string[] = [];
  return { config: mapThinkingOptions(reasoning, model, (sentence) => warnings.push(sentence)), warnings };
}

const thoughts = { includeThoughts: true };
const quiet = { includeThoughts: false };

describe('thinking', () => {
  it.each<[string, ReasoningOptions, JsonObject | undefined, number]>([
    ['gemini-2.5-flash', { budgetTokens: 1000 }, { thinkingBudget: 1000, ...thoughts }, 0],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0, ...quiet }, 0],
    ['gemini-2.5-flash', { effort: 'medium' }, { thinkingBudget: 8192, ...thoughts }, 1],
    ['gemini-2.5-flash', { effort: 'max' }, { thinkingBudget: -1, ...thoughts }, 1],
    ['gemini-2.5-flash', { effort: 'low', budgetTokens: 99 }, { thinkingBudget: 99, ...thoughts }, 1],
    ['models/gemini-2.5-pro', { effort: 'none' }, { thinkingBudget: 128, ...quiet }, 1],
    ['gemini-2.5-pro', { budgetTokens: -1 }, { thinkingBudget: -1, ...thoughts }, 0],
    ['gemini-2.0-flash', { effort: 'high' }, undefined, 1],
    ['gemini-3-pro-preview', { effort: 'low' }, { thinkingLevel: 'LOW', ...thoughts }, 0],
    ['gemini-3-pro-preview', { effort: 'medium' }, { thinkingLevel: 'HIGH', ...thoughts }, 1],
    ['gemini-3-pro-preview', { budgetTokens: 500 }, { thinkingBudget: 500, ...thoughts }, 0],
    ['gemini-3.1-pro-preview', { effort: 'medium' }, { thinkingLevel: 'MEDIUM', ...thoughts }, 0],
    ['gemini-3.1-pro-preview', { effort: 'none' }, { thinkingLevel: 'LOW', ...quiet }, 1],
    ['gemini-3-flash-preview', { effort: 'minimal' }, { thinkingLevel: 'MINIMAL', ...thoughts }, 0],
    ['gemini-3.5-flash-lite', { effort: 'minimal' }, { thinkingLevel: 'MINIMAL', ...thoughts }, 0],
    ['gemini-4-argon', { effort: 'none' }, { thinkingLevel: 'LOW', ...quiet }, 1],
    ['gemini-3.7-flash', { effort: 'minimal' }, { thinkingLevel: 'LOW', ...thoughts }, 1],
    ['gemini-3.8-flash', { effort: 'minimal' }, { thinkingLevel: 'LOW', ...thoughts }, 1],
    ['gemini-3.8-flash', { effort: 'max' }, { thinkingLevel: 'HIGH', ...thoughts }, 1],
    ['gemini-3.8-flash', { budgetTokens: 500 }, thoughts, 1],
    ['gemini-flash-latest', { effort: 'high', budgetTokens: 500 }, { thinkingLevel: 'HIGH', ...thoughts }, 1],
    ['gemma-4-31b-it', { effort: 'high' }, { thinkingLevel: 'HIGH', ...thoughts }, 0],
    ['gemini-2.5-flash', {}, undefined, 0],
  ])('of %s by %j', (model, reasoning, config, warnings) => {
    const mapped = map(model, reasoning);
    expect(mapped.config).toEqual(config);
    expect(mapped.warnings).toHaveLength(warnings);
  });
});
