import { describe, expect, it } from 'vitest';
import { compareDeprecations, readList, readTags } from './deprecations.ts';

const source = `
/** @deprecated use createLattice */
export const GrokAPIClient = class {};
export interface Options {
  /** @deprecated use baseUrl */
  readonly url?: string;
  readonly baseUrl?: string;
}
/** Not deprecated. */
export function kept(): void {}
`;

const list = (row: string) =>
  `| name | since | removed in | use instead |\n| ---- | ----- | ---------- | ----------- |\n${row}\n`;

describe('deprecations', () => {
  const tags = readTags('lattice-lock', 'packages/lattice-lock/src/x.ts', source);

  it('finds tags on constants and on members', () => {
    expect(tags.map(({ name }) => name)).toEqual(['lattice-lock#GrokAPIClient', 'lattice-lock#Options.url']);
  });

  it('is red for a tag without a row and for a row without a tag', () => {
    const { rows, problems } = readList(list('| `lattice-lock#Gone` | 1.0.0 | 2.0.0 | `createLattice` |'));
    expect(problems).toEqual([]);
    expect(compareDeprecations(rows, tags)).toHaveLength(3);
    expect(compareDeprecations(rows, tags).join()).toMatch(/GrokAPIClient is @deprecated.*Gone is listed/s);
  });

  it('is green when both sides agree', () => {
    const { rows } = readList(list('| `lattice-lock#GrokAPIClient` | 1.0.0 | 2.0.0 | `createLattice` |'));
    expect(compareDeprecations(rows, tags.slice(0, 1))).toEqual([]);
  });

  it('is red for a row without a replacement or with a name that names no package', () => {
    expect(readList(list('| `lattice-lock#X` | 1.0.0 | 2.0.0 | |')).problems).toHaveLength(1);
    expect(readList(list('| GrokAPIClient | 1.0.0 | 2.0.0 | x |')).problems).toHaveLength(1);
  });
});
