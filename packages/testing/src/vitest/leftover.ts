/** The kinds of things a test can leave behind in its process. */
export type LeftoverKind =
  'resettable' | 'environment' | 'listener' | 'global' | 'method' | 'directory' | 'exit-code' | 'clock' | 'handle';

/** One thing that is there after a test and was not there before it, or the other way round. */
export interface Leftover {
  readonly kind: LeftoverKind;
  /** Which one: the name of a variable, an event, a global. Never a value, which may be a secret. */
  readonly name: string;
  /** What happened to it, in words that go on after its name. */
  readonly change: string;
  /** Puts it back, so that the next test is not blamed for it. Absent where nobody but the test can. */
  restore?(): void | Promise<void>;
}

/** Looks at one corner of the process. `begin` takes note of it and returns what compares it with how it is then. */
export interface LeftoverWatch {
  begin(): () => readonly Leftover[];
}

/** `environment variable HOME was changed`. */
export function describeLeftover({ kind, name, change }: Leftover): string {
  return [nouns[kind], name, change].filter((words) => words !== '').join(' ');
}

const nouns: Readonly<Record<LeftoverKind, string>> = {
  resettable: 'process-wide state',
  environment: 'environment variable',
  listener: 'listener of process on',
  global: 'global',
  method: 'method',
  directory: 'working directory',
  'exit-code': 'process.exitCode',
  clock: 'clock:',
  handle: 'open handle:',
};
