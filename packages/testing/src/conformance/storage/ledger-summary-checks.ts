import assert from 'node:assert/strict';
import { addUsage, type LedgerGrouping, type UsageLedger } from '@lattice-lock/contract';
import type { ConformanceCheck } from '../conformance-check.ts';
import { bareEntry, noonMs, sampleEntry } from './sample-entries.ts';

type Check = ConformanceCheck<UsageLedger>;

/** Four entries over two days, two providers, two keys and none, and three requests. */
const entries = [
  sampleEntry('a', { requestId: 'r1' }),
  sampleEntry('b', { requestId: 'r1', attempt: 2, provider: 'anthropic', model: 'claude', status: 'failed' }),
  sampleEntry('c', { requestId: 'r2', apiKeyId: 'key-2', startedAtMs: Date.UTC(2026, 2, 1, 23, 59, 59, 999) }),
  bareEntry('d', { requestId: 'r3', startedAtMs: Date.UTC(2026, 2, 2) }),
];

const groups: Readonly<Record<LedgerGrouping, Readonly<Record<string, readonly string[]>>>> = {
  model: { 'anthropic/claude': ['b'], 'openai/gpt-5-mini': ['a', 'c', 'd'] },
  provider: { anthropic: ['b'], openai: ['a', 'c', 'd'] },
  'api-key': { '': ['d'], 'key-1': ['a', 'b'], 'key-2': ['c'] },
  day: { '2026-03-01': ['a', 'b', 'c'], '2026-03-02': ['d'] },
  status: { failed: ['b'], interrupted: ['d'], ok: ['a', 'c'] },
};

function groupCheck(grouping: LedgerGrouping): Check {
  return {
    id: `by-${grouping}`,
    title: `a summary by ${grouping} counts entries, requests, tokens and cost of each group`,
    async run(ledger) {
      await ledger.record(entries);
      const rows = await ledger.summarize(grouping);
      const expected = groups[grouping];
      assert.deepEqual(rows.map((row) => row.group).toSorted(), Object.keys(expected).toSorted());
      for (const row of rows) {
        const members = entries.filter((entry) => expected[row.group]?.includes(entry.id));
        assert.equal(row.entries, members.length, row.group);
        assert.equal(row.requests, new Set(members.map((entry) => entry.requestId)).size, row.group);
        assert.deepEqual(row.usage, addUsage(members.map((entry) => entry.usage)), row.group);
        const known = members.flatMap((entry) => (entry.costNanoUsd === null ? [] : [entry.costNanoUsd]));
        const nanoUsd = known.reduce((sum, cost) => sum + cost, 0n);
        assert.deepEqual(row.cost, { nanoUsd, unknownEntries: members.length - known.length }, row.group);
      }
    },
  };
}

const large: Check = {
  id: 'large-sums',
  title: 'sums beyond 2^53 nano-dollars stay exact',
  async run(ledger) {
    const costNanoUsd = 9_007_199_254_740_993n;
    const list = Array.from({ length: 7 }, (_unused, index) =>
      sampleEntry(`l${index}`, { costNanoUsd, startedAtMs: noonMs + index }),
    );
    await ledger.record(list);
    const [row] = await ledger.summarize('model');
    assert.equal(row?.cost.nanoUsd, costNanoUsd * 7n);
  },
};

/** Adding up. */
export const ledgerSummaryChecks: readonly Check[] = [
  groupCheck('model'),
  groupCheck('provider'),
  groupCheck('api-key'),
  groupCheck('day'),
  groupCheck('status'),
  large,
];
