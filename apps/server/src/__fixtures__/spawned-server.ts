import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A gateway in a process of its own. */
export interface SpawnedServer {
  readonly url: string;
  /** Shown by the first start alone. */
  readonly key: string | undefined;
  /** SIGTERM, as a process manager stops it; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: nothing of the process runs afterwards. */
  kill(): Promise<void>;
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** What a process needs of its surroundings, and nothing that configures a gateway. */
const ofThisMachine = Object.fromEntries(
  ['PATH', 'NODE_COMPILE_CACHE'].flatMap((name) => Object.entries(process.env).filter(([key]) => key === name)),
);

/** Starts `main.ts` as `npm start` does, on a free port, and waits for its ready line. */
export async function spawnServer(folder: string, env: Readonly<Record<string, string>>): Promise<SpawnedServer> {
  const child = spawn(
    process.execPath,
    ['--conditions=@lattice-lock/source', main, '--json', '--port', '0', '--data-dir', folder],
    { cwd: folder, env: { ...ofThisMachine, ...env }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const ready = JSON.parse(await firstLine(child)) as { url: string; key?: string };
  return {
    url: ready.url,
    key: ready.key,
    stop: async () => {
      const exited = once(child, 'exit') as Promise<[number | null]>;
      child.kill('SIGTERM');
      return (await exited)[0];
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) return '';
  for await (const line of createInterface({ input: child.stdout })) return line;
  return '';
}
