import { maxExpectedOutputTokens, type TaskProfile } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { SampleCatalog, sampleInput, sampleModel, sampleProfile } from './__fixtures__/sample-catalog.ts';
import { ModelSelector } from './index.ts';

/** A profile that counts how often something is read of what only the text can tell. */
function watchedProfile(): { readonly profile: TaskProfile; readonly reads: () => number } {
  let reads = 0;
  const plain = sampleProfile();
  const known = new Set(['needs', 'inputTokens']);
  const profile = { ...plain };
  for (const name of Object.keys(plain) as (keyof TaskProfile)[]) {
    if (known.has(name)) continue;
    const get = () => {
      reads += 1;
      return plain[name];
    };
    Object.defineProperty(profile, name, { enumerable: true, get });
  }
  return { profile, reads: () => reads };
}

const model = { provider: 'one', model: 'a' };
const decide = (profile: TaskProfile, contextTokens: number) =>
  new ModelSelector({ catalog: new SampleCatalog([sampleModel('one/a', { contextTokens })]) }).select(
    sampleInput({ requested: 'one/a', target: { mode: 'explicit', model }, profile }),
  );

describe('a model that the caller named', () => {
  it('is chosen without reading the text, which the explanation then reads', () => {
    const { profile, reads } = watchedProfile();
    const decision = decide(profile, 100_000);
    expect(decision.chosen).toEqual(model);
    expect(reads()).toBe(0);
    expect(JSON.parse(JSON.stringify(decision))).toMatchObject({ profile: { kind: sampleProfile().kind } });
    expect(decision.candidates).toHaveLength(1);
    expect(reads()).toBeGreaterThan(0);
  });

  it('is asked how long its answer will be where the longest would not fit', () => {
    const { profile, reads } = watchedProfile();
    expect(decide(profile, maxExpectedOutputTokens).chosen).toEqual(model);
    expect(reads()).toBe(1);
  });
});
