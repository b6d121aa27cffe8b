import { describe, expect, it } from 'vitest';
import { attachTextFeatures, textFeatures, type TaskProfile } from './index.ts';

function profile(): TaskProfile {
  const kinds = { code: 1, math: 0, reasoning: 0, qa: 0, creative: 0 } as const;
  return {
    kind: 'code',
    kinds: { ...kinds, summarization: 0, extraction: 0, classification: 0, translation: 0, tool: 0 },
    domain: 'general',
    domains: { general: 1 },
    difficulty: 0.5,
    difficultyConfidence: 0,
    needs: { vision: false, files: false, tools: false, json: 'none', language: 'en' },
    inputTokens: 1,
    expectedOutputTokens: 1,
    evidence: [],
  };
}

describe('text features', () => {
  it('are computed once, when first asked for', () => {
    const asked = profile();
    let times = 0;
    attachTextFeatures(asked, () => {
      times += 1;
      return { indexes: Int32Array.of(3), values: Float32Array.of(1), dense: new Float32Array(2) };
    });
    expect(times).toBe(0);
    const first = textFeatures(Object.freeze(asked));
    expect(first?.indexes).toEqual(Int32Array.of(3));
    expect(textFeatures(asked)).toBe(first);
    expect(times).toBe(1);
  });

  it('are not seen by JSON, and do not follow a copy', () => {
    const asked = profile();
    attachTextFeatures(asked, () => ({
      indexes: new Int32Array(),
      values: new Float32Array(),
      dense: new Float32Array(),
    }));
    expect(JSON.parse(JSON.stringify(asked))).toEqual(profile());
    expect(textFeatures({ ...asked })).toBeUndefined();
    expect(textFeatures(structuredClone(asked))).toBeUndefined();
    expect(textFeatures(profile())).toBeUndefined();
  });
});
