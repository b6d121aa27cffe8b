import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./writer-process.ts', import.meta.url));

/** A running {@link file://./writer-process.ts}. */
export interface SpawnedWriter {
  /** The numbers of the batches it says are committed. */
  readonly committed: readonly number[];
  /** Resolves when at least so many are. */
  reached(count: number): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Resolves with its exit code. */
  exited(): Promise<number | null>;
}

/** Starts a process that writes batches to the store in `dataDir`. */
export function spawnWriter(dataDir: string, name: string, batches: number): SpawnedWriter {
  const options = ['--conditions=@lattice-lock/source', '--disable-warning=ExperimentalWarning'];
  const child: ChildProcess = spawn(process.execPath, [...options, script, dataDir, name, String(batches)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const committed: number[] = [];
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    committed.push(...lines.map(Number));
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
