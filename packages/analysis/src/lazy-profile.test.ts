import { attachTextFeatures, textFeatures, type TaskProfile } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { createTaskAnalyzer } from './index.ts';
import { LazyReading, lazyProfile, type ReadFields } from './lazy-profile.ts';

const readFields: ReadFields = {
  kind: 'code',
  kinds: {
    code: 1,
    math: 0,
    reasoning: 0,
    qa: 0,
    creative: 0,
    summarization: 0,
    extraction: 0,
    classification: 0,
    translation: 0,
    tool: 0,
  },
  domain: 'general',
  domains: { general: 1 },
  difficulty: 0.5,
  difficultyConfidence: 0.25,
  language: 'en',
  expectedOutputTokens: 700,
  evidence: [{ id: 'code-fence', kind: 'code', weight: 1 }],
};

const plain: TaskProfile = {
  kind: 'code',
  kinds: readFields.kinds,
  domain: 'general',
  domains: { general: 1 },
  difficulty: 0.5,
  difficultyConfidence: 0.25,
  needs: { vision: false, files: true, tools: false, json: 'none', language: 'en' },
  inputTokens: 12,
  expectedOutputTokens: 700,
  evidence: [{ id: 'code-fence', kind: 'code', weight: 1 }],
};

function counted(): { readonly profile: TaskProfile; readonly reads: () => number } {
  let reads = 0;
  const reading = new LazyReading(() => {
    reads += 1;
    return readFields;
  });
  const { vision, files, tools, json } = plain.needs;
  return { profile: lazyProfile({ vision, files, tools, json }, 12, reading), reads: () => reads };
}

describe('a lazy profile', () => {
  it('reads the text when a field of it is asked for, and once', () => {
    const { profile, reads } = counted();
    expect([profile.inputTokens, profile.needs.files, profile.needs.json]).toEqual([12, true, 'none']);
    expect(reads()).toBe(0);
    expect([profile.kind, profile.difficulty, profile.needs.language, profile.expectedOutputTokens]).toEqual([
      'code',
      0.5,
      'en',
      700,
    ]);
    expect(reads()).toBe(1);
  });

  it.each<readonly [string, (profile: TaskProfile) => unknown]>([
    ['JSON', (profile) => JSON.parse(JSON.stringify(profile)) as unknown],
    ['a clone', (profile) => structuredClone(profile)],
    ['a spread', (profile) => ({ ...profile })],
    ['a comparison', (profile) => profile],
  ])('is all there for %s', (_name, seen) => {
    expect(seen(counted().profile)).toEqual(plain);
  });

  it('names its fields in the order of the contract', () => {
    const { profile } = counted();
    expect(JSON.stringify(profile)).toBe(JSON.stringify(plain));
  });

  it('carries text features as any profile', () => {
    const { profile, reads } = counted();
    const features = { indexes: Int32Array.of(1), values: Float32Array.of(1), dense: new Float32Array(2) };
    attachTextFeatures(profile, () => features);
    expect(textFeatures(Object.freeze(profile))).toBe(features);
    expect(reads()).toBe(0);
  });
});

describe('an analysed request', () => {
  it('cannot be changed, read or not', async () => {
    const analyzer = await createTaskAnalyzer({ cacheSize: 0 });
    const profile = analyzer.analyze({
      messages: [{ role: 'user', content: 'Translate this to French: the night is dark' }],
    });
    expect(() => Object.assign(profile, { kind: 'code' })).toThrow(TypeError);
    expect(profile.kind).toBe('translation');
    expect(() => Object.assign(profile, { kind: 'code' })).toThrow(TypeError);
    expect(() => Object.assign(profile.needs, { language: 'de' })).toThrow(TypeError);
    expect(profile.needs.language).toBe('en');
  });

  it('is the same however late it is read', async () => {
    const analyzer = await createTaskAnalyzer({ cacheSize: 0 });
    const requestOf = (content: string) => ({ messages: [{ role: 'user' as const, content }] });
    const prompts = ['Write a haiku', 'What is 3 + 4?', `Summarise: ${'the cat sat on the mat. '.repeat(500)}`];
    const late = prompts.map((prompt) => analyzer.analyze(requestOf(prompt)));
    const atOnce = prompts.map((prompt) => structuredClone(analyzer.analyze(requestOf(prompt))));
    expect(late.toReversed().map((one) => structuredClone(one))).toEqual(atOnce.toReversed());
    expect(late.map((one) => textFeatures(one)?.indexes)).toEqual(
      prompts.map((prompt) => textFeatures(analyzer.analyze(requestOf(prompt)))?.indexes),
    );
  });
});
