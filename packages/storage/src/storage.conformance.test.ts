import type { ApiKeyStore, DecisionStore, OutcomeStore, UsageLedger } from '@lattice-lock/contract';
import {
  runApiKeyStoreConformance,
  runDecisionStoreConformance,
  runLedgerConformance,
  runOutcomeStoreConformance,
  type OpenedStore,
} from '@lattice-lock/testing/conformance';
import { afterAll, describe, it } from 'vitest';
import { startEngines, type TestEngine } from './__fixtures__/test-engines.ts';
import { openStorage, type Storage } from './index.ts';

const { engines, postgres, stop } = await startEngines();
afterAll(stop);

async function openIn<Store>(engine: TestEngine, pick: (storage: Storage) => Store): Promise<OpenedStore<Store>> {
  const place = await engine.createPlace();
  const storage = await openStorage(place.options);
  return {
    store: pick(storage),
    close: async () => {
      await storage.close();
      await place.remove();
    },
  };
}

for (const engine of engines) {
  const { name } = engine;
  runLedgerConformance({ name, open: () => openIn<UsageLedger>(engine, ({ ledger }) => ledger) });
  runApiKeyStoreConformance({ name, open: () => openIn<ApiKeyStore>(engine, ({ apiKeys }) => apiKeys) });
  runDecisionStoreConformance({ name, open: () => openIn<DecisionStore>(engine, ({ decisions }) => decisions) });
  runOutcomeStoreConformance({ name, open: () => openIn<OutcomeStore>(engine, ({ outcomes }) => outcomes) });
}

describe('Postgres', () => {
  it('passes the conformance suites', (context) => {
    if (typeof postgres === 'string') context.skip(postgres);
  });
});
