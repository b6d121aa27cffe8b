import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { systemClock, type Clock } from '@lattice-lock/contract';
import { runCli, type CliContext, type ExitCode, type StandardInputKind } from '../index.ts';

/** What a run is given. */
export interface CliRunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Buffer | Readable;
  readonly stdinKind?: StandardInputKind;
  /** A person types: standard input is a terminal. */
  readonly isTyping?: boolean;
  /** Both outputs are a terminal of this many columns. */
  readonly terminalColumns?: number;
  readonly signals?: EventEmitter;
  readonly clock?: Clock;
  /** Called with everything on standard output so far, each time something comes. */
  onOutput?(text: string): void;
  /** The same of standard error. */
  onError?(text: string): void;
  /** Standard output, in place of one that keeps what it gets. */
  readonly stdout?: Writable;
}

/** What a run left behind. */
export interface CliRun {
  readonly exitCode: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process: no environment but the one given, no terminal unless asked for. */
export async function runInProcess(args: readonly string[], options: CliRunOptions = {}): Promise<CliRun> {
  const out: string[] = [];
  const err: string[] = [];
  const keep = (chunks: string[], onText?: (text: string) => void) => {
    const stream = new PassThrough();
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk.toString());
      onText?.(chunks.join(''));
    });
    return stream;
  };
  const terminal = options.terminalColumns === undefined ? {} : { isTTY: true, columns: options.terminalColumns };
  const { stdin } = options;
  const context: CliContext = {
    stdin: {
      kind: options.stdinKind ?? (stdin === undefined || options.isTyping === true ? 'none' : 'stream'),
      isTerminal: options.isTyping === true,
      open: () => (stdin instanceof Readable ? stdin : Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)])),
    },
    stdout: Object.assign(options.stdout ?? keep(out, options.onOutput?.bind(options)), terminal),
    stderr: Object.assign(keep(err, options.onError?.bind(options)), terminal),
    env: options.env ?? {},
    cwd: options.cwd ?? tmpdir(),
    clock: options.clock ?? systemClock,
    signals: options.signals ?? new EventEmitter(),
  };
  const exitCode = await runCli(args, context);
  await new Promise(setImmediate);
  return { exitCode, out: out.join(''), err: err.join('') };
}

/**
 * A terminal with a person at it, for {@link runInProcess}: each time a question is open, the next keys are typed; after
 * the last, Ctrl-D. `opened` says by what is on the screen how many questions were opened so far.
 */
export function typing(keys: readonly string[], opened: (screen: string) => number) {
  const stdin = new PassThrough();
  let typed = 0;
  return {
    stdin,
    isTyping: true,
    terminalColumns: 100,
    onOutput: (screen: string) => {
      for (; typed < opened(screen); typed += 1) {
        const next = keys[typed] ?? '\u0004';
        setImmediate(() => stdin.write(next));
      }
    },
  };
}

/** A folder that goes away with {@link Workplace.remove}. */
export interface Workplace {
  readonly folder: string;
  path(name: string): string;
  remove(): void;
}

/** An empty folder of its own. */
export function createWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'lattice-cli-'));
  return {
    folder,
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
