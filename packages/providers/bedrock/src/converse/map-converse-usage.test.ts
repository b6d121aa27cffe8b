import { describe, expect, it } from 'vitest';
import { mapConverseStopReason } from './map-converse-stop-reason.ts';
import { mapConverseUsage } from './map-converse-usage.ts';

describe('mapConverseUsage', () => {
  it('adds what the cache gave and took to the input', () => {
    const cacheDetails = [
      { ttl: '1h', inputTokens: 20 },
      { ttl: '5m', inputTokens: 10 },
    ];
    const counts = { inputTokens: 5, outputTokens: 7, totalTokens: 142, cacheReadInputTokens: 100 };
    expect(mapConverseUsage({ ...counts, cacheWriteInputTokens: 30, cacheDetails })).toEqual({
      inputTokens: 135,
      outputTokens: 7,
      totalTokens: 142,
      cachedInputTokens: 100,
      cacheWriteTokens: 30,
      cacheWriteLongTokens: 20,
      reasoningTokens: null,
    });
  });

  it('adds nothing where the total shows that the input holds it', () => {
    const usage = { inputTokens: 105, outputTokens: 7, totalTokens: 112, cacheReadInputTokens: 100 };
    expect(mapConverseUsage(usage)).toMatchObject({ inputTokens: 105, totalTokens: 112, cachedInputTokens: 100 });
  });

  it('leaves unknown what is not said', () => {
    expect(mapConverseUsage({ outputTokens: 7 })).toMatchObject({
      inputTokens: null,
      outputTokens: 7,
      totalTokens: null,
      cachedInputTokens: null,
      cacheWriteTokens: null,
    });
  });
});

it.each([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'tool-calls'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['guardrail_intervened', 'content-filter'],
  ['content_filtered', 'content-filter'],
  ['malformed_model_output', 'other'],
  ['malformed_tool_use', 'other'],
  ['constructor', 'other'],
])('the stop reason %s is %s', (raw, expected) => {
  expect(mapConverseStopReason(raw)).toBe(expected);
});
