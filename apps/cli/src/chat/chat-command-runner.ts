import path from 'node:path';
import { formatModelRef } from '@lattice-lock/contract';
import { readPromptFile } from '../ask/prompt-part.ts';
import type { Invocation } from '../invocation.ts';
import { explainDecision } from '../route/explain-decision.ts';
import { escapeForTerminal, escapeLine } from '../terminal/terminal-text.ts';
import { UsageError } from '../usage-error.ts';
import { chatCommandLines, type ChatCommandName } from './chat-command-list.ts';
import type { ChatSession } from './chat-session.ts';
import { saveConversation } from './conversation-file.ts';

/** Does what the slash commands say. What was asked for goes to standard output, what was done to standard error. */
export class ChatCommandRunner {
  readonly #session: ChatSession;
  readonly #invocation: Invocation;
  /** Files of this conversation: writing them again is what is wanted. */
  readonly #saved = new Set<string>();

  constructor(session: ChatSession, invocation: Invocation) {
    this.#session = session;
    this.#invocation = invocation;
  }

  /** Runs a command. @throws LatticeError what is wrong with its argument */
  async run(name: Exclude<ChatCommandName, 'exit'>, argument: string): Promise<void> {
    const { out } = this.#invocation;
    switch (name) {
      case 'help':
        for (const line of chatCommandLines()) out.line(line);
        return;
      case 'cost':
        for (const line of this.#session.account.lines(this.#session.isSimulated)) out.line(line);
        return;
      case 'why':
        return this.#explain();
      case 'model':
        return this.#model(argument);
      case 'system':
        return this.#system(argument);
      case 'file':
        return this.#attach(argument);
      case 'save':
        return this.#save(argument);
      case 'clear':
        this.#session.conversation.clear();
        this.#note('Forgotten what was said; the instructions stay.');
    }
  }

  #explain(): void {
    const { out, err } = this.#invocation;
    const decision = this.#session.lastDecision;
    if (decision === null) err.line('Nothing was asked yet.');
    else out.write(explainDecision(decision, out));
  }

  async #model(name: string): Promise<void> {
    if (name === '') {
      this.#invocation.out.line(escapeLine(this.#session.model));
      return;
    }
    const { mode, chosen } = await this.#session.useModel(name);
    this.#note(mode === 'explicit' ? `Asking ${formatModelRef(chosen)} from now on.` : 'Choosing for each message.');
  }

  #system(text: string): void {
    const { conversation } = this.#session;
    if (text === '') {
      this.#invocation.out.line(conversation.system === null ? '(none)' : this.#shown(conversation.system));
      return;
    }
    conversation.system = text === 'none' ? null : text;
    this.#note(text === 'none' ? 'No instructions from now on.' : 'These instructions hold from now on.');
  }

  async #attach(written: string): Promise<void> {
    if (written === '') throw new UsageError('/file: name the file to send with the next message.');
    this.#session.conversation.attach(await readPromptFile(this.#path(written), this.#invocation.context.cwd, '/file'));
    this.#note(`${escapeLine(written)} goes with the next message.`);
  }

  async #save(written: string): Promise<void> {
    const { conversation } = this.#session;
    if (written === '') throw new UsageError('/save: name the file to write the conversation to.');
    if (conversation.isEmpty) throw new UsageError('/save: nothing was said yet.');
    const { cwd } = this.#invocation.context;
    const file = path.resolve(cwd, this.#path(written));
    const target = await saveConversation(conversation.messages, file, { cwd, mayReplace: this.#saved.has(file) });
    this.#saved.add(target);
    this.#note(`Written to ${escapeLine(target)}.`);
  }

  /** A path as shells understand it: quotes around it, `~` for home. */
  #path(written: string): string {
    const plain = /^(["'])(.*)\1$/.exec(written)?.[2] ?? written;
    const home = this.#invocation.context.env['HOME'];
    return home !== undefined && plain.startsWith('~/') ? path.join(home, plain.slice(2)) : plain;
  }

  #shown(text: string): string {
    return this.#invocation.out.isTerminal ? escapeForTerminal(text) : text;
  }

  #note(text: string): void {
    const { err } = this.#invocation;
    err.line(err.paint.dim(text));
  }
}
