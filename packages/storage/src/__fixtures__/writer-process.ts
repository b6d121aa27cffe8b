import { ledgerEntry } from './ledger-entry.ts';
import { openStorage } from '../index.ts';

/**
 * A process of its own that writes to a store: `writer-process.ts <data folder> <name> <batches>`. Each batch is three
 * entries; its number is printed once it is committed.
 */
async function write(dataDir: string, name: string, batches: number): Promise<void> {
  const storage = await openStorage({ dataDir });
  for (let batch = 0; batch < batches; batch += 1) {
    const entries = [0, 1, 2].map((part) => ledgerEntry(`${name}-${batch}-${part}`, { requestId: `${name}-${batch}` }));
    await storage.ledger.record(entries);
    process.stdout.write(`${batch}\n`);
  }
  await storage.close();
}

const [dataDir = '', name = '', batches = ''] = process.argv.slice(2);
void write(dataDir, name, Number(batches));
