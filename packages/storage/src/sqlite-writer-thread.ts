import { parentPort, workerData } from 'node:worker_threads';
import { GroupTransaction, type BoundStatement } from './internal/group-transaction.ts';
import { connectSqlite } from './internal/sqlite-connection.ts';
import type { WriteGroup, WriterMessage, WriterSettings } from './internal/writer-messages.ts';

// The writer thread. It is started by its file name, from source and from dist, so it imports no package.

const { file, durability } = workerData as WriterSettings;
const writer = new GroupTransaction(() => connectSqlite(file, durability));
const texts: (readonly [sql: string, parameters: number])[] = [];

parentPort?.on('message', (message: WriterMessage) => {
  if (message === 'close') {
    writer.close();
    parentPort?.close();
  } else if (message === 'checkpoint') {
    writer.checkpoint();
  } else {
    texts.push(...message.texts);
    parentPort?.postMessage(writer.commit(unitsOf(message)));
  }
});

function unitsOf({ plan, values }: WriteGroup): readonly (readonly BoundStatement[])[] {
  const units: BoundStatement[][] = [];
  let [at, from] = [0, 0];
  while (at < plan.length) {
    const unit: BoundStatement[] = [];
    const end = at + 1 + (plan[at] ?? 0);
    for (at += 1; at < end; at += 1) {
      const [sql, count] = texts[plan[at] ?? -1] ?? ['', 0];
      unit.push({ sql, parameters: values.slice(from, from + count) });
      from += count;
    }
    units.push(unit);
  }
  return units;
}
