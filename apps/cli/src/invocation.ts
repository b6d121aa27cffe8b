import type { CliContext } from './cli-context.ts';
import { usesColor } from './terminal/color.ts';
import { TextOutput } from './terminal/text-output.ts';

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly config?: string;
  readonly dataDir?: string;
  /** False after `--no-color`. */
  readonly color?: boolean;
  readonly verbose?: boolean;
}

/** One run of one command: the process around it, the global flags, and where to write. */
export interface Invocation {
  readonly context: CliContext;
  readonly flags: GlobalFlags;
  /** Answers and data. */
  readonly out: TextOutput;
  /** Everything about them: footers, hints, errors, logs. */
  readonly err: TextOutput;
  close(): void;
}

/** Prepares one run. */
export function createInvocation(context: CliContext, flags: GlobalFlags): Invocation {
  const output = (stream: CliContext['stdout']) =>
    new TextOutput(stream, usesColor(stream, context.env, flags.color !== false));
  const out = output(context.stdout);
  const err = output(context.stderr);
  return {
    context,
    flags,
    out,
    err,
    close: () => {
      out.release();
      err.release();
    },
  };
}
