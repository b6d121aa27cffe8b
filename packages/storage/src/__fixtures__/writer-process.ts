import { ledgerEntry } from './ledger-entry.ts';
import { openStorage, type Storage, type StorageOptions } from '../index.ts';

/** What a writer process is to write. */
export interface WriterWork {
  readonly name: string;
  readonly batches: number;
  /** How many write at once (1). */
  readonly lanes?: number;
  /** Opens an entry `<name>-held` first, which is never settled. */
  readonly holds?: boolean;
}

/**
 * A process of its own that writes to a store: `writer-process.ts <options as JSON> <work as JSON>`. Each lane writes its
 * batches one after the other, all lanes at once; a batch opens an entry, settles it and records two more.
 * `<lane>-<batch>` is printed once it is committed.
 */
async function write(options: StorageOptions, { name, batches, lanes = 1, holds = false }: WriterWork): Promise<void> {
  const storage = await openStorage(options);
  if (holds) await storage.ledger.open(ledgerEntry(`${name}-held`));
  await Promise.all(Array.from({ length: lanes }, (_unused, lane) => writeLane(storage, name, batches, lane)));
  await storage.close();
}

async function writeLane({ ledger }: Storage, name: string, batches: number, lane: number): Promise<void> {
  for (let batch = 0; batch < batches; batch += 1) {
    const requestId = `${name}-${lane}-${batch}`;
    const entries = [0, 1, 2].map((part) => ledgerEntry(`${requestId}-${part}`, { requestId }));
    const [first] = entries;
    if (first !== undefined) await ledger.open(first);
    await ledger.record(entries);
    process.stdout.write(`${lane}-${batch}\n`);
  }
}

const [options, work] = process.argv.slice(2);
if (options !== undefined && work !== undefined) {
  void write(JSON.parse(options) as StorageOptions, JSON.parse(work) as WriterWork);
}
