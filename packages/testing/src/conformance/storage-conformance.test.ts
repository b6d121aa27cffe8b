import { describe, expect, it } from 'vitest';
import {
  MemoryApiKeyStore,
  MemoryDecisionStore,
  MemoryLedger,
  MemoryOutcomeStore,
  type StoreFlaw,
} from './__fixtures__/memory-stores.ts';
import {
  apiKeyStoreChecks,
  decisionStoreChecks,
  ledgerChecks,
  outcomeStoreChecks,
  runApiKeyStoreConformance,
  runDecisionStoreConformance,
  runLedgerConformance,
  runOutcomeStoreConformance,
  runStoreCheck,
  type ConformanceCheck,
} from './index.ts';

const close = () => Promise.resolve();
const opener =
  <Store>(make: () => Store) =>
  () =>
    Promise.resolve({ store: make(), close });

runLedgerConformance({ name: 'a ledger in memory', open: opener(() => new MemoryLedger()) });
runApiKeyStoreConformance({ name: 'keys in memory', open: opener(() => new MemoryApiKeyStore()) });
runDecisionStoreConformance({ name: 'decisions in memory', open: opener(() => new MemoryDecisionStore()) });
runOutcomeStoreConformance({ name: 'outcomes in memory', open: opener(() => new MemoryOutcomeStore()) });

function noticed<Store>(
  checks: readonly ConformanceCheck<Store>[],
  make: (flaw: StoreFlaw) => Store,
  cases: readonly (readonly [StoreFlaw, string])[],
): void {
  it.each(cases)('a store that %s: %s', async (flaw, id) => {
    const check = checks.find((candidate) => candidate.id === id);
    if (check === undefined) expect.fail(`There is no check "${id}".`);
    await expect(
      runStoreCheck(
        opener(() => make(flaw)),
        check,
      ),
    ).rejects.toThrow();
  });
}

describe('the ledger suite notices', () => {
  noticed(ledgerChecks, (flaw) => new MemoryLedger(flaw), [
    ['writes-twice', 'once'],
    ['overwrites', 'once'],
    ['loses-precision', 'exact'],
    ['loses-precision', 'large-sums'],
    ['takes-unknown-cost-for-zero', 'by-day'],
    ['counts-entries-as-requests', 'by-api-key'],
    ['local-days', 'by-day'],
    ['forgets-order', 'order'],
    ['inclusive-end', 'filters'],
    ['settles-beside', 'settled'],
    ['overwrites', 'settled'],
    ['reopens', 'opened-twice'],
    ['hides-open', 'open'],
    ['counts-open', 'open-and-sums'],
    ['takes-unknown-cost-for-zero', 'lost'],
  ]);
});

describe('the API key suite notices', () => {
  noticed(apiKeyStoreChecks, (flaw) => new MemoryApiKeyStore(flaw), [
    ['overwrites', 'unique'],
    ['revokes-again', 'revoked'],
    ['revokes-again', 'raced'],
  ]);
});

describe('the decision suite notices', () => {
  noticed(decisionStoreChecks, (flaw) => new MemoryDecisionStore(flaw), [
    ['oldest-first', 'listed'],
    ['no-limit', 'bounded'],
    ['spreads-late', 'kept'],
  ]);
});

describe('the outcome suite notices', () => {
  noticed(outcomeStoreChecks, (flaw) => new MemoryOutcomeStore(flaw), [
    ['oldest-first', 'listed'],
    ['no-limit', 'listed'],
    ['inclusive-end', 'listed'],
    ['writes-twice', 'replaced'],
    ['overwrites', 'replaced'],
    ['writes-twice', 'raced'],
  ]);
});
