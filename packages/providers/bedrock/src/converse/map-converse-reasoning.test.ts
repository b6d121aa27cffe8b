import type { ReasoningOptions } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { mapConverseReasoning } from './map-converse-reasoning.ts';

const claude37 = 'us.anthropic.claude-3-7-sonnet-20250219-v1:0';
const claude45 = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const claude46 = 'anthropic.claude-opus-4-6-v1';
const claude48 = 'eu.anthropic.claude-opus-4-8';
const fable = 'arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-fable-5';
const nova2 = 'us.amazon.nova-2-lite-v1:0';
const gptOss = 'openai.gpt-oss-20b-1:0';

function map(model: string, reasoning: ReasoningOptions | undefined, maxOutputTokens?: number, forcesTool = false) {
  const warnings: string[] = [];
  const fields = mapConverseReasoning(reasoning, { model, maxOutputTokens, forcesTool }, (text) => warnings.push(text));
  return { ...fields, warnings: warnings.length };
}

const budget = (tokens: number) => ({ thinking: { type: 'enabled', budget_tokens: tokens } });
const adaptive = { thinking: { type: 'adaptive' } };

describe('mapConverseReasoning', () => {
  it.each([
    [claude37, { effort: 'medium' }, budget(8192), undefined, 1],
    [claude45, { budgetTokens: 2000 }, budget(2000), undefined, 0],
    [claude45, { budgetTokens: 10 }, budget(1024), undefined, 1],
    [claude45, { effort: 'none' }, {}, undefined, 0],
    [claude46, { effort: 'max' }, adaptive, 'max', 0],
    [claude46, { effort: 'xhigh' }, adaptive, 'high', 1],
    [claude46, { budgetTokens: 4000, effort: 'low' }, budget(4000), 'low', 0],
    [claude48, { effort: 'xhigh' }, adaptive, 'xhigh', 0],
    [claude48, { effort: 'minimal' }, adaptive, 'low', 1],
    [claude48, { budgetTokens: 4000 }, adaptive, undefined, 1],
    [claude48, { effort: 'none' }, { thinking: { type: 'disabled' } }, undefined, 0],
    [fable, { effort: 'high' }, adaptive, 'high', 0],
    [nova2, { effort: 'low' }, { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } }, undefined, 0],
    [nova2, { effort: 'none' }, { reasoningConfig: { type: 'disabled' } }, undefined, 0],
    [nova2, { budgetTokens: 5000 }, {}, undefined, 1],
    [gptOss, { effort: 'max' }, { reasoning_effort: 'high' }, undefined, 1],
    [gptOss, { effort: 'none' }, { reasoning_effort: 'low' }, undefined, 1],
    ['amazon.nova-pro-v1:0', { effort: 'high' }, {}, undefined, 1],
    ['us.deepseek.r1-v1:0', { effort: 'high' }, {}, undefined, 1],
    [claude45, undefined, {}, undefined, 0],
  ] as const)('%s %j', (model, reasoning, additional, effort, warnings) => {
    const fields = map(model, reasoning);
    expect(fields).toMatchObject({ additional, warnings });
    expect(fields.additional).toEqual(additional);
    expect(fields.effort).toBe(effort);
  });

  it('leaves out what the model refuses beside it', () => {
    expect(map(claude45, { budgetTokens: 2000 }).excludes).toEqual(['temperature', 'topP']);
    expect(map(nova2, { effort: 'high' }).excludes).toEqual(['temperature', 'topP', 'maxTokens']);
    expect(map(nova2, { effort: 'low' }).excludes).toEqual([]);
  });

  it('keeps a budget under the limit, and makes room for the answer where there is none', () => {
    expect(map(claude45, { budgetTokens: 9000 }, 4000)).toMatchObject({ additional: budget(3999), warnings: 1 });
    expect(map(claude45, { budgetTokens: 9000 }, 900)).toMatchObject({ additional: {}, warnings: 1 });
    expect(map(claude45, { budgetTokens: 9000 }).minOutputTokens).toBe(13_096);
  });

  it('leaves thinking off when a tool call is forced', () => {
    expect(map(claude45, { budgetTokens: 9000 }, undefined, true)).toMatchObject({ additional: {}, warnings: 1 });
  });
});
