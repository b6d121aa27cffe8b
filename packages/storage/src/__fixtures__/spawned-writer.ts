import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StorageOptions } from '../index.ts';
import type { WriterWork } from './writer-process.ts';

const script = fileURLToPath(new URL('./writer-process.ts', import.meta.url));

/** A running {@link file://./writer-process.ts}. */
export interface SpawnedWriter {
  /** The requests of the batches it says are committed. */
  readonly committed: readonly string[];
  /** Resolves when at least so many are. */
  reached(count: number): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Resolves with its exit code. */
  exited(): Promise<number | null>;
}

/** Starts a process that writes batches to a store. */
export function spawnWriter(options: StorageOptions, work: WriterWork): SpawnedWriter {
  const flags = ['--conditions=@lattice-lock/source', '--disable-warning=ExperimentalWarning'];
  const parameters = [JSON.stringify(options), JSON.stringify(work)];
  const child: ChildProcess = spawn(process.execPath, [...flags, script, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const committed: string[] = [];
  // After `close` no output is left to come.
  const exit = once(child, 'close').then(([code]) => code as number | null);
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    committed.push(...lines.map((line) => `${work.name}-${line}`));
    child.emit('committed');
  });
  return {
    committed,
    reached: async (count) => {
      while (committed.length < count && child.exitCode === null && child.signalCode === null) {
        await Promise.race([once(child, 'committed'), exit]);
      }
      assert.ok(committed.length >= count, `it ended after ${committed.length} batches`);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
    exited: () => exit,
  };
}
