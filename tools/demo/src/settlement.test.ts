import { createUsage, unknownUsage, type LedgerEntry } from '@lattice-lock/contract';
import type { ServedRequest } from '@lattice-lock/testing/simulator';
import { describe, expect, it } from 'vitest';
import type { DemoRow } from './demo-row.ts';
import { settle } from './settlement.ts';

const usage = createUsage({ inputTokens: 10, outputTokens: 4 });
const row: DemoRow = {
  prompt: 'Hi.',
  task: 'qa',
  model: 'm',
  why: '',
  attempts: 1,
  inputTokens: 10,
  outputTokens: 4,
  costNanoUsd: 1500n,
  unknownCosts: 0,
  durationMs: 5,
};
const entry = { usage, costNanoUsd: 1500n } as LedgerEntry;
const served = { usageReported: usage } as ServedRequest;
const lost = { usage: unknownUsage, costNanoUsd: null } as LedgerEntry;

describe('settle', () => {
  it('finds equal what is equal, unknown costs counted', () => {
    const { differences, lines } = settle(
      [row, { ...row, inputTokens: 0, outputTokens: 0, costNanoUsd: 0n, unknownCosts: 1 }],
      [entry, lost],
      [served, { usageReported: unknownUsage } as ServedRequest],
    );
    expect(differences).toEqual([]);
    expect(lines[2]).toContain('0.0000015 + 1 unknown');
  });

  it.each<[string, readonly DemoRow[], readonly LedgerEntry[], readonly ServedRequest[]]>([
    ['attempts: the rows add up to 2, the ledger has 1', [row, { ...row }], [entry], [served]],
    ['input tokens: the rows add up to 11, the ledger has 10', [{ ...row, inputTokens: 11 }], [entry], [served]],
    ['output tokens: the rows add up to 3, the ledger has 4', [{ ...row, outputTokens: 3 }], [entry], [served]],
    ['nano-dollars: the rows add up to 1501, the ledger has 1500', [{ ...row, costNanoUsd: 1501n }], [entry], [served]],
    ['unknown cost: the rows add up to 1, the ledger has 0', [{ ...row, unknownCosts: 1 }], [entry], [served]],
    ['the upstream served 2 calls', [row], [entry], [served, served]],
    [
      'outputTokens: the ledger has 4, the upstream says 5',
      [row],
      [entry],
      [{ usageReported: createUsage({ inputTokens: 10, outputTokens: 5 }) } as ServedRequest],
    ],
  ])('names the difference: %s', (difference, rows, entries, servedRequests) => {
    expect(settle(rows, entries, servedRequests).differences.join('\n')).toContain(difference);
  });
});
