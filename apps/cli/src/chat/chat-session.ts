import { toLatticeError, type Decision, type RunRequest, type UserMessage } from '@lattice-lock/contract';
import type { Lattice } from 'lattice-lock';
import { formatFooter, formatSpent } from '../ask/answer-footer.ts';
import { AnswerPrinter, answerRemarks } from '../ask/answer-printer.ts';
import { reportError } from '../error-report.ts';
import type { Invocation } from '../invocation.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { ChatAccount } from './chat-account.ts';
import type { ChatSignals } from './chat-signals.ts';
import { Conversation } from './conversation.ts';

/** What a conversation begins with. */
export interface ChatSessionOptions {
  readonly lattice: Lattice;
  readonly invocation: Invocation;
  readonly signals: ChatSignals;
  readonly model: string;
  readonly system: string | null;
  /** Bounds of every answer. */
  readonly limits: Pick<RunRequest, 'maxOutputTokens' | 'temperature'>;
}

/** A conversation under way: what was said, which model is asked, why, and at what cost. */
export class ChatSession {
  readonly #options: ChatSessionOptions;
  readonly conversation: Conversation;
  readonly account = new ChatAccount();
  #model: string;
  #lastDecision: Decision | null = null;

  constructor(options: ChatSessionOptions) {
    this.#options = options;
    this.#model = options.model;
    this.conversation = new Conversation(options.system);
  }

  get model(): string {
    return this.#model;
  }

  /** Why the last model was chosen; `null` before the first message. */
  get lastDecision(): Decision | null {
    return this.#lastDecision;
  }

  get isSimulated(): boolean {
    return this.#options.lattice.simulated;
  }

  /** Asks another model from now on; the old one stays when it cannot be asked. @throws LatticeError with near names */
  async useModel(name: string): Promise<Decision> {
    const messages = [{ role: 'user', content: 'Hello' } as const];
    const decision = await this.#options.lattice.route({ model: name, messages });
    this.#model = name;
    return decision;
  }

  /** Sends a message and shows its answer; false when there was none. */
  async say(text: string): Promise<boolean> {
    const { lattice, invocation, signals, limits } = this.#options;
    const message = this.conversation.compose(text);
    const messages = [...this.conversation.messages, message];
    const printer = new AnswerPrinter(invocation);
    const { clock } = invocation.context;
    const startedMs = clock.monotonic();
    let shown = '';
    try {
      const stream = lattice.stream({ ...limits, messages, model: this.#model, signal: signals.beginAnswer() });
      for await (const event of stream) {
        if (event.type === 'decision') this.#lastDecision = event.decision;
        if (event.type === 'text-delta') shown += event.text;
        printer.show(event);
        if (event.type === 'error') throw event.error;
      }
      const answer = await stream.answer;
      printer.end();
      this.conversation.keep(message, answer.newMessages);
      this.account.add(answer.attempts);
      const { err } = invocation;
      if (answer.refusal !== null) err.line(`The model refused: ${escapeLine(answer.refusal)}`);
      for (const remark of answerRemarks(answer)) err.line(err.paint.yellow(escapeLine(remark)));
      err.line(err.paint.dim(formatFooter(answer, clock.monotonic() - startedMs)));
      return answer.refusal === null || answer.text !== '';
    } catch (error) {
      printer.end();
      await this.#showFailure(error, message, shown);
      return false;
    } finally {
      signals.endAnswer();
    }
  }

  /** What was used is counted, and what was shown stays part of the conversation, so that it can be gone on from. */
  async #showFailure(thrown: unknown, message: UserMessage, shown: string): Promise<void> {
    const { invocation, signals } = this.#options;
    const { err } = invocation;
    const error = toLatticeError(thrown);
    if (error.attempts.length > 0) this.account.add(error.attempts);
    const isKept = this.conversation.keepPartial(message, shown);
    if (signals.hasJustCancelled || signals.exitCode !== null) err.line('Cancelled.');
    else await reportError(error, false, invocation);
    if (error.code === 'LATTICE_CONTEXT_LENGTH') err.line('"/clear" forgets what was said and makes room.');
    const spent = formatSpent(error.attempts, this.isSimulated) ?? 'Nothing was spent.';
    err.line(err.paint.dim(isKept ? spent : `${spent} The message is not part of the conversation.`));
  }
}
