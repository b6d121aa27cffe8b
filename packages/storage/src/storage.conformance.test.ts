import type { ApiKeyStore, DecisionStore, UsageLedger } from '@lattice-lock/contract';
import {
  runApiKeyStoreConformance,
  runDecisionStoreConformance,
  runLedgerConformance,
  type OpenedStore,
} from '@lattice-lock/testing/conformance';
import { temporaryFolder } from './__fixtures__/temporary-folder.ts';
import { openStorage, type Storage } from './index.ts';

async function openIn<Store>(pick: (storage: Storage) => Store): Promise<OpenedStore<Store>> {
  const folder = temporaryFolder();
  const storage = await openStorage({ dataDir: folder.path });
  return {
    store: pick(storage),
    close: async () => {
      await storage.close();
      folder.remove();
    },
  };
}

runLedgerConformance({ name: 'SQLite', open: () => openIn<UsageLedger>(({ ledger }) => ledger) });
runApiKeyStoreConformance({ name: 'SQLite', open: () => openIn<ApiKeyStore>(({ apiKeys }) => apiKeys) });
runDecisionStoreConformance({ name: 'SQLite', open: () => openIn<DecisionStore>(({ decisions }) => decisions) });
