import { reportError } from '../error-report.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openLatticeSession, simulatorNotice, type LatticeSession } from '../lattice-session.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { parseChatLine } from './chat-command-list.ts';
import { ChatCommandRunner } from './chat-command-runner.ts';
import { ChatHistory } from './chat-history.ts';
import { PipedInput, TerminalInput, type ChatInput, type ChatInputSource } from './chat-input.ts';
import { ChatSession } from './chat-session.ts';
import { ChatSignals } from './chat-signals.ts';

/** Flags of `lattice chat`. */
export interface ChatFlags {
  readonly model?: string;
  readonly system?: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
}

/** Holds a conversation until its end. Exit code 1 when a line of a pipe was not answered. @throws LatticeError before it begins */
export async function runChat(flags: ChatFlags, invocation: Invocation): Promise<ExitCode> {
  const terminal = terminalOf(invocation);
  const opened = await openLatticeSession(invocation, { isRecorded: true });
  const signals = new ChatSignals(invocation, terminal !== null);
  try {
    const session = await beginSession(flags, invocation, opened, signals);
    const history = new ChatHistory(opened.config.dataDir);
    if (terminal !== null) await history.load();
    const input = terminal ?? new PipedInput(invocation.context);
    try {
      return await new Chat({ session, signals, history, input, invocation, isInteractive: terminal !== null }).run();
    } finally {
      input.close();
    }
  } finally {
    signals.dispose();
    await opened.close();
  }
}

/** Where a person types and sees it: questions go to standard output, or to standard error when that is a pipe. */
function terminalOf({ context }: Invocation): TerminalInput | null {
  const output = [context.stdout, context.stderr].find(({ isTTY }) => isTTY === true);
  return context.stdin.isTerminal === true && output !== undefined ? new TerminalInput(context, output) : null;
}

async function beginSession(
  flags: ChatFlags,
  invocation: Invocation,
  { lattice }: LatticeSession,
  signals: ChatSignals,
): Promise<ChatSession> {
  const { model = 'auto', system = null, maxTokens, temperature } = flags;
  const limits = {
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  };
  const session = new ChatSession({ lattice, invocation, signals, model, system, limits });
  await session.useModel(model);
  return session;
}

interface ChatParts {
  readonly session: ChatSession;
  readonly signals: ChatSignals;
  readonly history: ChatHistory;
  readonly input: ChatInputSource;
  readonly invocation: Invocation;
  readonly isInteractive: boolean;
}

class Chat {
  readonly #parts: ChatParts;
  readonly #commands: ChatCommandRunner;
  #hasFailed = false;

  constructor(parts: ChatParts) {
    this.#parts = parts;
    this.#commands = new ChatCommandRunner(parts.session, parts.invocation);
  }

  async run(): Promise<ExitCode> {
    const { session, signals, isInteractive, invocation } = this.#parts;
    const { err } = invocation;
    if (session.isSimulated) err.line(err.paint.yellow(simulatorNotice));
    if (isInteractive) err.line(err.paint.dim('/help lists what can be done; Ctrl-D leaves.'));
    let wasInterrupted = false;
    while (signals.exitCode === null) {
      const input = await this.#next();
      if (input.type === 'end') break;
      if (input.type === 'interrupt') {
        if (wasInterrupted || signals.hasJustCancelled) break;
        wasInterrupted = true;
        err.line(err.paint.dim('Ctrl-C once more, or Ctrl-D, leaves.'));
        continue;
      }
      wasInterrupted = false;
      if (!(await this.#take(input.text))) break;
    }
    if (isInteractive) for (const line of session.account.lines(session.isSimulated)) err.line(err.paint.dim(line));
    return signals.exitCode ?? (this.#hasFailed && !isInteractive ? exitCodes.failed : exitCodes.ok);
  }

  #next(): Promise<ChatInput> {
    const { input, history, session, signals } = this.#parts;
    const left = signals.left.then((): ChatInput => ({ type: 'end' }));
    return Promise.race([input.next(`${escapeLine(session.model)}> `, history.entries), left]);
  }

  /** Takes a message or a command; false when the conversation is to end. */
  async #take(text: string): Promise<boolean> {
    const { session, signals, history, isInteractive, invocation } = this.#parts;
    if (text === '') return true;
    signals.hasJustCancelled = false;
    if (isInteractive) await history.add(text);
    const line = parseChatLine(text);
    try {
      if (line.type === 'message') {
        if (!(await session.say(line.text))) this.#hasFailed = true;
      } else if (line.type === 'unknown-command') {
        this.#hasFailed = true;
        invocation.err.line(`There is no command /${line.name}; /help lists them. To send it, begin with //.`);
      } else if (line.name === 'exit') {
        return false;
      } else {
        await this.#commands.run(line.name, line.argument);
      }
    } catch (error) {
      this.#hasFailed = true;
      await reportError(error, false, invocation);
    }
    return true;
  }
}
