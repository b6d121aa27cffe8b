import { describe, expect, it } from 'vitest';
import { judgeGeneratorFaults } from './provider-generator-faults.ts';

describe('the planted faults of the provider generator', () => {
  const edited = 'the generator of faulty-acme changes README.md: a new provider edits no core file';
  const unfilled = 'the generator of faulty-acme-own ended with 1:\n\nReferenceError: noSuchName is not defined';

  it('are told, each by its words', () => {
    expect(judgeGeneratorFaults([edited, unfilled])).toEqual([]);
  });

  it('are red when one is not told, or something else is', () => {
    expect(judgeGeneratorFaults([edited])).toEqual([expect.stringContaining('a template cannot be filled in')]);
    expect(judgeGeneratorFaults([unfilled])).toEqual([expect.stringContaining('a core file is edited')]);
    expect(judgeGeneratorFaults([edited, unfilled, 'nx is not installed'])).toEqual([
      expect.stringContaining('nx is not installed'),
    ]);
  });
});
