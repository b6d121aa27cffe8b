import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '../workspace/gate.ts';
import { checkTokenAggregation } from './token-aggregation.ts';

describe('the step of the token totals', () => {
  it('is red when a test it names is gone', () => {
    expect(checkTokenAggregation(workspaceRoot, ['packages/contract/src/gone.test.ts']).problems).toEqual([
      expect.stringContaining('gone.test.ts'),
    ]);
  });
});
