import { formatModelRef, type Answer, type AttemptFailedEvent, type RunEvent } from '@lattice-lock/contract';
import type { Invocation } from '../invocation.ts';
import { formatDuration } from '../terminal/figures.ts';
import { escapeLine, TerminalTextStream } from '../terminal/terminal-text.ts';

/** Shows an answer as it comes: its text on standard output, what happens around it on standard error. */
export class AnswerPrinter {
  readonly #invocation: Invocation;
  readonly #escaped: TerminalTextStream | null;
  #isAtLineStart = true;

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
    this.#escaped = invocation.out.isTerminal ? new TerminalTextStream() : null;
  }

  /** Shows what of an event is for people. */
  show(event: RunEvent): void {
    if (event.type === 'text-delta') this.#print(this.#escaped?.push(event.text) ?? event.text);
    else if (event.type === 'attempt-failed') this.#showFailure(event);
  }

  /** Shows the text of a whole answer. */
  showText(text: string): void {
    this.#print(this.#escaped?.push(text) ?? text);
  }

  /** Ends the last line. */
  end(): void {
    this.#print(this.#escaped?.end() ?? '');
    if (!this.#isAtLineStart) this.#print('\n');
  }

  #print(text: string): void {
    if (text === '') return;
    this.#invocation.out.write(text);
    this.#isAtLineStart = text.endsWith('\n');
  }

  #showFailure({ record, nextDelayMs }: AttemptFailedEvent): void {
    const { err } = this.#invocation;
    const next = nextDelayMs > 0 ? `again in ${formatDuration(nextDelayMs)}` : 'trying the next';
    const why = escapeLine(record.errorMessage ?? 'it failed');
    err.line(err.paint.dim(`${formatModelRef(record.model)}: ${why} [${record.errorCode}]; ${next}`));
  }
}

/** What a reader must know about an answer beyond its text; empty for a plain one. */
export function answerRemarks(answer: Answer): readonly string[] {
  return [
    ...(answer.finishReason === 'length' ? ['The answer was cut off at its token limit: raise --max-tokens.'] : []),
    ...(answer.finishReason === 'content-filter' ? ['A content filter of the vendor ended the answer.'] : []),
    ...answer.warnings.map((warning) => `warning: ${warning}`),
  ];
}
