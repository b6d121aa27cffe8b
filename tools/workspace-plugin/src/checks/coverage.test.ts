import { describe, expect, it } from 'vitest';
import { coverageOfRooms, judgeCoverage } from './coverage.ts';

describe('the coverage check', () => {
  const lines = (covered: number, total: number) => ({ lines: { covered, total } });
  const judge = (a: number, b: number) => {
    const summary = {
      total: lines(a + b, 200),
      '/w/packages/a/src/x.ts': lines(a, 100),
      '/w/packages/b/src/x.ts': lines(b, 100),
    };
    return judgeCoverage(coverageOfRooms('/w', ['packages/a', 'packages/b'], summary), summary).problems;
  };

  it('is green at 90 % and red below', () => {
    expect(judge(90, 90)).toEqual([]);
    expect(judge(90, 89)).toHaveLength(1);
  });

  it('is red for a room that the others hide, and without any line', () => {
    expect(judge(100, 79)).toEqual([expect.stringContaining('89.5 %'), expect.stringContaining('packages/b: 79.0 %')]);
    expect(judgeCoverage([], {}).problems).toHaveLength(1);
  });
});
