import assert from 'node:assert/strict';
import type { LedgerEntry, LedgerFilter, UsageLedger } from '@lattice-lock/contract';
import type { ConformanceCheck } from '../conformance-check.ts';
import { bareEntry, noonMs, sampleEntry } from './sample-entries.ts';

type Check = ConformanceCheck<UsageLedger>;

const exact: Check = {
  id: 'exact',
  title: 'an entry comes back as it was written, unknown fields and large amounts too',
  async run(ledger) {
    // Beyond 2^53, where a floating-point number would lose nano-dollars.
    const large = sampleEntry('large', { costNanoUsd: 9_007_199_254_740_993n, startedAtMs: noonMs + 1 });
    const free = sampleEntry('free', { costNanoUsd: 0n, startedAtMs: noonMs + 2, simulated: true });
    const written = [sampleEntry('whole'), large, free, bareEntry('bare', { startedAtMs: noonMs + 3 })];
    await ledger.record(written);
    assert.deepEqual(await ledger.entries(), written);
  },
};

const once: Check = {
  id: 'once',
  title: 'the same id written twice is one entry, and the first stays',
  async run(ledger) {
    const first = sampleEntry('a');
    await ledger.record([first]);
    await ledger.record([{ ...first, costNanoUsd: 1n }, sampleEntry('b', { startedAtMs: noonMs + 1 })]);
    await ledger.record([sampleEntry('c', { startedAtMs: noonMs + 2 }), sampleEntry('c', { startedAtMs: noonMs + 2 })]);
    const entries = await ledger.entries();
    assert.deepEqual(
      entries.map((entry) => entry.id),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(entries[0], first, 'an entry is never changed');
    const [row] = await ledger.summarize('provider');
    assert.equal(row?.entries, 3);
  },
};

const nothing: Check = {
  id: 'nothing',
  title: 'writing nothing and reading nothing are no errors',
  async run(ledger) {
    await ledger.record([]);
    assert.deepEqual(await ledger.entries(), []);
    assert.deepEqual(await ledger.summarize('day'), []);
  },
};

const order: Check = {
  id: 'order',
  title: 'entries come in the order of their start, at most as many as asked for',
  async run(ledger) {
    const starts = [5, 1, 4, 2, 3];
    await ledger.record(starts.map((start) => sampleEntry(`e${start}`, { startedAtMs: noonMs + start })));
    assert.deepEqual(ids(await ledger.entries()), ['e1', 'e2', 'e3', 'e4', 'e5']);
    assert.equal((await ledger.entries({}, 2)).length, 2);
  },
};

const filters: readonly (readonly [LedgerFilter, readonly string[]])[] = [
  [{ requestId: 'request-b' }, ['b']],
  [{ apiKeyId: 'key-2' }, ['c']],
  [{ provider: 'anthropic' }, ['b', 'd']],
  [{ model: 'gpt-5-mini' }, ['a', 'c']],
  [{ simulated: true }, ['d']],
  [{ simulated: false }, ['a', 'b', 'c']],
  [{ fromMs: noonMs + 1 }, ['b', 'c', 'd']],
  [{ untilMs: noonMs + 2 }, ['a', 'b']],
  [{ fromMs: noonMs + 1, untilMs: noonMs + 3, provider: 'anthropic' }, ['b']],
  [{ provider: 'nobody' }, []],
];

const filtering: Check = {
  id: 'filters',
  title: 'each filter narrows entries and summaries; a span holds its first instant and not its last',
  async run(ledger) {
    await ledger.record([
      sampleEntry('a'),
      sampleEntry('b', { provider: 'anthropic', model: 'claude', startedAtMs: noonMs + 1 }),
      sampleEntry('c', { apiKeyId: 'key-2', startedAtMs: noonMs + 2 }),
      bareEntry('d', { provider: 'anthropic', model: 'claude', simulated: true, startedAtMs: noonMs + 3 }),
    ]);
    for (const [filter, expected] of filters) {
      assert.deepEqual(ids(await ledger.entries(filter)), expected, JSON.stringify(filter));
      const counted = (await ledger.summarize('status', filter)).reduce((sum, row) => sum + row.entries, 0);
      assert.equal(counted, expected.length, `summary of ${JSON.stringify(filter)}`);
    }
  },
};

const hostile: Check = {
  id: 'hostile-text',
  title: 'text that looks like a query is text',
  async run(ledger) {
    const model = 'x\'; DROP TABLE entries; -- "%_\n\u{1f30a}';
    await ledger.record([sampleEntry('a', { model }), sampleEntry('b', { model: 'other', startedAtMs: noonMs + 1 })]);
    assert.deepEqual(ids(await ledger.entries({ model })), ['a']);
    assert.deepEqual(ids(await ledger.entries({ model: "' OR '1'='1" })), []);
    assert.deepEqual(ids(await ledger.entries({ model: '%' })), []);
  },
};

const concurrent: Check = {
  id: 'concurrent',
  title: 'what was written is there when its promise resolves, also under load',
  async run(ledger) {
    const writes = Array.from({ length: 200 }, async (_unused, index) => {
      const id = `w${index}`;
      await ledger.record([sampleEntry(id, { requestId: id }), sampleEntry(`${id}+`, { requestId: id })]);
      assert.equal((await ledger.entries({ requestId: id })).length, 2, 'committed entries can be read');
    });
    await Promise.all(writes);
    const [row] = await ledger.summarize('provider');
    assert.equal(row?.entries, 400);
    assert.equal(row?.requests, 200);
    assert.equal(row?.cost.nanoUsd, 400n * 1_234_567n);
  },
};

function ids(entries: readonly LedgerEntry[]): readonly string[] {
  return entries.map((entry) => entry.id);
}

/** Writing and reading entries. */
export const ledgerEntryChecks: readonly Check[] = [exact, once, nothing, order, filtering, hostile, concurrent];
