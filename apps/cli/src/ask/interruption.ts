import { LatticeError } from '@lattice-lock/contract';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';

/** Why a call in progress is to end early, and a signal that ends it. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** What the process ends with if it was interrupted; `null` while it was not. */
  readonly exitCode: ExitCode | null;
  dispose(): void;
}

/** One press of Ctrl-C may arrive twice, ms: the terminal sends it to npx and to us, and npx passes its own on. */
const samePressMs = 500;

/**
 * Ends the call on Ctrl-C, SIGTERM, or when the reader of standard output leaves. A second Ctrl-C ends the process at
 * once: a while after the first our listeners are gone.
 */
export function watchForInterruption({ context, out }: Invocation): Interruption {
  const controller = new AbortController();
  let exitCode: ExitCode | null = null;
  let timer: NodeJS.Timeout | undefined;
  const interrupt = (code: ExitCode, why: string) => {
    exitCode ??= code;
    timer ??= setTimeout(release, samePressMs).unref();
    controller.abort(new LatticeError('LATTICE_ABORTED', why));
  };
  const onInterrupt = () => interrupt(exitCodes.interrupted, 'Interrupted.');
  const onTerminate = () => interrupt(exitCodes.terminated, 'Terminated.');
  const release = () => {
    clearTimeout(timer);
    context.signals.off('SIGINT', onInterrupt);
    context.signals.off('SIGTERM', onTerminate);
  };
  context.signals.on('SIGINT', onInterrupt);
  context.signals.on('SIGTERM', onTerminate);
  out.onReaderLeft(() => interrupt(exitCodes.ok, 'The reader of the output left.'));
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    dispose: release,
  };
}
