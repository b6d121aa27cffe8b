import type { Message, UserMessage } from '@lattice-lock/contract';
import type { PromptPart } from '../ask/prompt-part.ts';

/** What was said so far, and what goes with the next message. */
export class Conversation {
  /** Instructions above it; `null` for none. */
  system: string | null;
  readonly #messages: Message[] = [];
  #attached: PromptPart[] = [];

  constructor(system: string | null) {
    this.system = system;
  }

  /** Everything said, instructions first. */
  get messages(): readonly Message[] {
    return this.system === null ? this.#messages : [{ role: 'system', content: this.system }, ...this.#messages];
  }

  /** True when nothing was said yet. */
  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** Sends a part along with the next message. */
  attach(part: PromptPart): void {
    this.#attached.push(part);
  }

  /** The user's message with what was attached. */
  compose(text: string): UserMessage {
    const parts = this.#attached;
    return { role: 'user', content: parts.length === 0 ? text : [{ type: 'text', text }, ...parts] };
  }

  /** Keeps a message and its answer. */
  keep(message: UserMessage, answer: readonly Message[]): void {
    this.#messages.push(message, ...answer);
    this.#attached = [];
  }

  /** Keeps what had arrived of an answer that broke off; false when nothing had, and then the message is not kept. */
  keepPartial(message: UserMessage, text: string): boolean {
    if (text === '') return false;
    this.keep(message, [{ role: 'assistant', content: text }]);
    return true;
  }

  /** Forgets what was said and what was attached; the instructions stay. */
  clear(): void {
    this.#messages.length = 0;
    this.#attached = [];
  }
}
