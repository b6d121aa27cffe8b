import { spawn, spawnSync, type SpawnOptions } from 'node:child_process';
import process from 'node:process';

/** How a command ended; `output` is what it wrote on both streams. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly output: string;
}

/** Where and with what a command runs; the environment is added to that of the check. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** Nx without its daemon, cloud and terminal interface: what CI has. */
export const quietNx = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };

const maxOutputBytes = 64 * 1024 * 1024;

/** Runs a command to its end and keeps what it wrote. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): CommandResult {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: maxOutputBytes,
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  const failure = result.error === undefined ? '' : `${result.error.message}\n`;
  return {
    status: result.status ?? 1,
    stdout: result.stdout ?? '',
    output: `${result.stdout ?? ''}${result.stderr ?? ''}${failure}`,
  };
}

/** As {@link runCommand}, without holding up the process: several may run at a time. */
export function startCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const spawnOptions: SpawnOptions = { cwd: options.cwd, env: { ...process.env, ...options.env } };
  return new Promise((resolve) => {
    const child = spawn(command, args, spawnOptions);
    let stdout = '';
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8');
      output += chunk.toString('utf8');
    });
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.on('error', (error) => resolve({ status: 1, stdout, output: `${output}${error.message}\n` }));
    child.on('close', (status) => resolve({ status: status ?? 1, stdout, output }));
    child.stdin?.end(options.input);
  });
}

/** Runs the work on each item, at most `width` at a time; the results stand in the order of the items. */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Array<Result>(items.length);
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}
