import assert from 'node:assert/strict';
import { unknownUsage, type LedgerEntry, type OpenLedgerEntry, type UsageLedger } from '@lattice-lock/contract';
import type { ConformanceCheck } from '../conformance-check.ts';
import { bareEntry, noonMs, openEntry, sampleEntry } from './sample-entries.ts';

type Check = ConformanceCheck<UsageLedger>;

/** What an entry looks like while its attempt runs. */
function running(entry: OpenLedgerEntry): LedgerEntry {
  return {
    ...entry,
    status: 'open',
    errorCode: null,
    usage: unknownUsage,
    estimatedUsage: null,
    costNanoUsd: null,
    priceSource: null,
    durationMs: 0,
    firstTokenMs: null,
    upstreamRequestId: null,
  };
}

const open: Check = {
  id: 'open',
  title: 'an attempt that runs is an entry of status open, with unknown usage and cost',
  async run(ledger) {
    const first = openEntry('a');
    const bare = openEntry('b', { decisionId: null, apiKeyId: null, simulated: true, startedAtMs: noonMs + 1 });
    await ledger.open(first);
    await ledger.open(bare);
    await ledger.record([sampleEntry('c', { startedAtMs: noonMs + 2 })]);
    assert.deepEqual(await ledger.entries({}, 2), [running(first), running(bare)]);
    assert.deepEqual(await ledger.entries({ requestId: first.requestId }), [running(first)]);
  },
};

const settled: Check = {
  id: 'settled',
  title: 'an open entry is settled once, with all that is known at the end',
  async run(ledger) {
    await ledger.open(openEntry('a'));
    await ledger.open(openEntry('b', { startedAtMs: noonMs + 1 }));
    const ends = [sampleEntry('a'), bareEntry('b', { startedAtMs: noonMs + 1 })];
    await ledger.record(ends);
    await ledger.record(ends.map((entry) => ({ ...entry, status: 'failed', costNanoUsd: 1n })));
    assert.deepEqual(await ledger.entries(), ends, 'the first end stays');
    await ledger.record([sampleEntry('c', { startedAtMs: noonMs + 2 })]);
    assert.equal((await ledger.entries()).length, 3, 'an end without a beginning is written too');
  },
};

const openedTwice: Check = {
  id: 'opened-twice',
  title: 'opening twice is one entry, and a settled one is not opened again',
  async run(ledger) {
    await ledger.open(openEntry('a'));
    await ledger.open(openEntry('a', { model: 'another' }));
    assert.deepEqual(await ledger.entries(), [running(openEntry('a'))]);
    await ledger.record([sampleEntry('a')]);
    await ledger.open(openEntry('a'));
    assert.deepEqual(await ledger.entries(), [sampleEntry('a')]);
  },
};

const sums: Check = {
  id: 'open-and-sums',
  title: 'open entries are in no summary until they are settled',
  async run(ledger) {
    await ledger.open(openEntry('a'));
    assert.deepEqual(await ledger.summarize('status'), []);
    await ledger.record([sampleEntry('b')]);
    const [before, ...more] = await ledger.summarize('provider');
    assert.deepEqual(more, []);
    assert.equal(before?.entries, 1);
    assert.deepEqual(before.cost, { nanoUsd: 1_234_567n, unknownEntries: 0 });
    await ledger.record([sampleEntry('a')]);
    const [after] = await ledger.summarize('provider');
    assert.equal(after?.entries, 2);
    assert.deepEqual(after.cost, { nanoUsd: 2n * 1_234_567n, unknownEntries: 0 });
  },
};

const lost: Check = {
  id: 'lost',
  title: 'a lost entry counts as one of unknown cost',
  async run(ledger) {
    await ledger.open(openEntry('a'));
    const entry: LedgerEntry = { ...running(openEntry('a')), status: 'lost' };
    await ledger.record([entry, sampleEntry('b', { startedAtMs: noonMs + 1 })]);
    assert.deepEqual(await ledger.entries({}, 1), [entry]);
    const rows = await ledger.summarize('status');
    const found = rows.find(({ group }) => group === 'lost');
    assert.deepEqual(found?.cost, { nanoUsd: 0n, unknownEntries: 1 });
    assert.deepEqual(found.usage, unknownUsage);
    const [total] = await ledger.summarize('provider');
    assert.deepEqual(total?.cost, { nanoUsd: 1_234_567n, unknownEntries: 1 });
  },
};

/** Attempts that begin, and how they end. */
export const ledgerOpenChecks: readonly Check[] = [open, settled, openedTwice, sums, lost];
