import { describe, expect, it } from 'vitest';
import { compareApi } from './api.ts';

describe('the export snapshot', () => {
  const recorded = '. const specVersion\n. function costOfUsage\n';

  it('is silent when nothing changed', () => {
    expect(compareApi('@lattice-lock/contract', recorded, recorded)).toEqual([]);
  });

  it('names what was added, removed, and what changed its kind', () => {
    const [problem] = compareApi(
      '@lattice-lock/contract',
      recorded,
      '. class costOfUsage\n. const specVersion\n. type New\n',
    );
    expect(problem).toContain('- . function costOfUsage');
    expect(problem).toContain('+ . class costOfUsage');
    expect(problem).toContain('+ . type New');
    expect(problem).not.toContain('specVersion');
  });

  it('is red for a package without a list', () => {
    expect(compareApi('@lattice-lock/new', '', '. type New\n')).toHaveLength(1);
  });
});
