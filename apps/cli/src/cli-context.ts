import { fstatSync } from 'node:fs';
import process from 'node:process';
import { isatty } from 'node:tty';
import { systemClock, type Clock } from '@lattice-lock/contract';

/**
 * What standard input is: `none` (a terminal, `/dev/null`, closed), `stream` (a pipe or a file: read to its end), or
 * `open-ended` (a socket, as Node gives a child it spawned; nobody may ever write to it or end it).
 */
export type StandardInputKind = 'none' | 'stream' | 'open-ended';

/** Standard input, opened only when it is read: an opened one keeps the process alive. */
export interface StandardInput {
  readonly kind: StandardInputKind;
  /** True when a person types: then one may be asked. */
  readonly isTerminal?: boolean;
  open(): NodeJS.ReadableStream & { destroy(): unknown };
}

/** Where text goes, and what is known of the reader. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Signals of the process. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** Everything a command takes from the process around it, so that a test can give its own. */
export interface CliContext {
  readonly stdin: StandardInput;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  readonly signals: SignalSource;
}

/** The process as it is. */
export function createProcessContext(): CliContext {
  return {
    // isatty() instead of process.stdin.isTTY: a touched process.stdin is an opened one.
    stdin: { kind: standardInputKind(), isTerminal: isatty(0), open: () => process.stdin },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    signals: process,
  };
}

function standardInputKind(): StandardInputKind {
  try {
    const found = fstatSync(0);
    if (found.isSocket()) return 'open-ended';
    return found.isFIFO() || found.isFile() ? 'stream' : 'none';
  } catch {
    return 'none';
  }
}
