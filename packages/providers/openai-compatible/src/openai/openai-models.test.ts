import { describe, expect, it } from 'vitest';
import { answersOnlyOverResponses, sealsReasoning, takesCacheBreakpoints } from './openai-models.ts';
import { wantsResponses } from './openai-request-options.ts';

describe("OpenAI's models", () => {
  it.each([
    ['gpt-4o', false, false, false],
    ['gpt-4.1-mini', false, false, false],
    ['gpt-5', false, true, false],
    ['gpt-5-chat-latest', false, false, false],
    ['gpt-5-pro-2025-10-06', true, true, false],
    ['gpt-5.1-codex-max', true, true, false],
    ['gpt-5.3-codex-spark', true, true, false],
    ['gpt-5.5', false, true, false],
    ['gpt-5.6-sol', false, true, true],
    ['gpt-5.10', false, true, true],
    ['gpt-6', false, true, true],
    ['gpt-10-pro', true, true, true],
    ['codex-mini-latest', true, true, false],
    ['computer-use-preview', true, true, false],
    ['o3', false, true, false],
    ['o3-pro', true, true, false],
    ['o4-mini-deep-research', true, true, false],
    ['my-gpt-5-pro', false, false, false],
    ['gpt-5x-pro', false, false, false],
  ])('%s: only on Responses %s, reasons %s, breakpoints %s', (model, only, reasons, breakpoints) => {
    expect(answersOnlyOverResponses(model)).toBe(only);
    expect(sealsReasoning(model)).toBe(reasons);
    expect(takesCacheBreakpoints(model)).toBe(breakpoints);
  });

  it.each([
    [{}, false],
    [{ service_tier: 'flex', metadata: { a: 'b' }, tools: [{ type: 'function' }] }, false],
    [{ previous_response_id: 'resp_1' }, true],
    [{ background: false }, true],
    [{ reasoning: { summary: 'auto' } }, true],
    [{ tools: [{ type: 'function' }, { type: 'web_search' }] }, true],
  ])('raw options %j want Responses: %s', (own, wants) => {
    expect(wantsResponses(own)).toBe(wants);
  });
});
