import { LatticeError } from '@lattice-lock/contract';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';

/** One press of Ctrl-C may arrive twice, ms: the terminal sends it to npx and to us, and npx passes its own on. */
const samePressMs = 500;

/**
 * Signals during a conversation. Ctrl-C ends the answer under way; with none under way, or where nobody types, it ends
 * the conversation, as SIGTERM does and a reader of the output who leaves.
 */
export class ChatSignals {
  readonly #invocation: Invocation;
  readonly #isInteractive: boolean;
  #answer: AbortController | null = null;
  #lastPressMs = Number.NEGATIVE_INFINITY;
  #exitCode: ExitCode | null = null;
  #wake: () => void = () => undefined;
  /** Resolves when the conversation is to end at once. */
  readonly left: Promise<void>;

  constructor(invocation: Invocation, isInteractive: boolean) {
    this.#invocation = invocation;
    this.#isInteractive = isInteractive;
    this.left = new Promise((resolve) => {
      this.#wake = resolve;
    });
    const { signals } = invocation.context;
    signals.on('SIGINT', this.#onInterrupt);
    signals.on('SIGTERM', this.#onTerminate);
    invocation.out.onReaderLeft(() => this.#leave(exitCodes.ok));
  }

  /** What the process is to end with; `null` while the conversation goes on. */
  get exitCode(): ExitCode | null {
    return this.#exitCode;
  }

  /** True when the last thing that was pressed was a Ctrl-C that ended an answer. */
  hasJustCancelled = false;

  /** A signal that ends the answer that now begins. */
  beginAnswer(): AbortSignal {
    this.hasJustCancelled = false;
    this.#answer = new AbortController();
    return this.#answer.signal;
  }

  /** The answer is over, one way or the other. */
  endAnswer(): void {
    this.#answer = null;
  }

  dispose(): void {
    const { signals } = this.#invocation.context;
    signals.off('SIGINT', this.#onInterrupt);
    signals.off('SIGTERM', this.#onTerminate);
  }

  readonly #onInterrupt = (): void => {
    const nowMs = this.#invocation.context.clock.monotonic();
    const isSamePress = nowMs - this.#lastPressMs < samePressMs;
    this.#lastPressMs = nowMs;
    if (isSamePress) return;
    if (!this.#isInteractive || this.#answer === null) {
      this.#leave(exitCodes.interrupted);
      return;
    }
    this.hasJustCancelled = true;
    this.#answer.abort(new LatticeError('LATTICE_ABORTED', 'Cancelled.'));
  };

  readonly #onTerminate = (): void => this.#leave(exitCodes.terminated);

  #leave(code: ExitCode): void {
    this.#exitCode ??= code;
    this.#answer?.abort(new LatticeError('LATTICE_ABORTED', 'The conversation ends.'));
    this.#wake();
  }
}
