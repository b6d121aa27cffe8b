import { createInterface as createLineReader } from 'node:readline';
import { createInterface, type Interface } from 'node:readline/promises';
import type { CliContext, OutputStream } from '../cli-context.ts';
import { fromHistoryEntry } from './chat-history.ts';

/** What came of asking for the next message: a text, Ctrl-C at an empty prompt, or the end. */
export type ChatInput =
  { readonly type: 'text'; readonly text: string } | { readonly type: 'interrupt' } | { readonly type: 'end' };

/** Where messages come from. */
export interface ChatInputSource {
  /** The next message. `history`: the newest first. */
  next(prompt: string, history: readonly string[]): Promise<ChatInput>;
  close(): void;
}

const continuation = '… ';

/** Bracketed paste (xterm): the terminal marks where a pasted text begins and ends. */
const pasteMode = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const;

/** A person at a terminal. Between two messages the terminal is left as it was, so that Ctrl-C is a signal again. */
export class TerminalInput implements ChatInputSource {
  readonly #context: CliContext;
  readonly #output: OutputStream;
  #abandon: () => void = () => undefined;

  constructor(context: CliContext, output: OutputStream) {
    this.#context = context;
    this.#output = output;
  }

  next(prompt: string, history: readonly string[]): Promise<ChatInput> {
    const input = this.#context.stdin.open();
    const reader = createInterface({
      input,
      output: this.#output,
      terminal: true,
      history: [...history],
      historySize: 1000,
      removeHistoryDuplicates: true,
      prompt,
    });
    this.#output.write(pasteMode.on);
    return new Promise<ChatInput>((resolve) => {
      const end = (result: ChatInput) => {
        input.off('keypress', onKey);
        reader.off('close', onClose);
        reader.close();
        this.#output.write(pasteMode.off);
        this.#abandon = () => undefined;
        resolve(result);
      };
      this.#abandon = () => end({ type: 'end' });
      const onClose = () => {
        this.#output.write('\n');
        end({ type: 'end' });
      };
      const message = new TypedMessage(reader, prompt, (text) => end({ type: 'text', text }));
      const onKey = (_text: unknown, key: { readonly name?: string } | undefined) => message.onKey(key?.name);
      input.on('keypress', onKey);
      reader.on('close', onClose);
      reader.on('line', (line) => message.onLine(line));
      reader.on('SIGINT', () => {
        this.#output.write('^C\n');
        if (message.isEmpty && reader.line === '') end({ type: 'interrupt' });
        else message.drop();
      });
      reader.prompt();
    });
  }

  close(): void {
    this.#abandon();
    this.#context.stdin.open().destroy();
  }
}

/** Lines as they are typed or pasted, until the message is whole. */
class TypedMessage {
  readonly #reader: Interface;
  readonly #prompt: string;
  readonly #onWhole: (text: string) => void;
  #lines: string[] = [];
  #isPasting = false;
  #ending: NodeJS.Immediate | undefined;

  constructor(reader: Interface, prompt: string, onWhole: (text: string) => void) {
    this.#reader = reader;
    this.#prompt = prompt;
    this.#onWhole = onWhole;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  onKey(name: string | undefined): void {
    if (name === 'paste-start') this.#isPasting = true;
    if (name === 'paste-end') this.#isPasting = false;
  }

  onLine(line: string): void {
    clearImmediate(this.#ending);
    const goesOn = line.endsWith('\\');
    this.#lines.push(goesOn ? line.slice(0, -1) : line);
    if (goesOn || this.#isPasting) {
      this.#reader.setPrompt(continuation);
      if (!this.#isPasting) this.#reader.prompt();
      return;
    }
    // Where the terminal does not mark a paste, its lines still come at once.
    this.#ending = setImmediate(() => {
      const rest = this.#reader.line === '' ? [] : [this.#reader.line];
      this.#onWhole([...this.#lines, ...rest].map(fromHistoryEntry).join('\n').trim());
    });
  }

  /** Forgets what was typed and asks anew. */
  drop(): void {
    this.#lines = [];
    // Ctrl-E, Ctrl-U: readline's own way to empty its line.
    this.#reader.write(null, { ctrl: true, name: 'e' });
    this.#reader.write(null, { ctrl: true, name: 'u' });
    this.#reader.setPrompt(this.#prompt);
    this.#reader.prompt();
  }
}

/** A pipe or a file: each line is a message; one that ends with a backslash goes on in the next. */
export class PipedInput implements ChatInputSource {
  readonly #stream: ReturnType<CliContext['stdin']['open']> | null;
  readonly #lines: AsyncIterator<string>;

  constructor({ stdin }: CliContext) {
    this.#stream = stdin.kind === 'none' && stdin.isTerminal !== true ? null : stdin.open();
    this.#lines =
      this.#stream === null
        ? emptyLines()
        : createLineReader({ input: this.#stream, crlfDelay: Infinity })[Symbol.asyncIterator]();
  }

  async next(): Promise<ChatInput> {
    const lines: string[] = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) break;
      const goesOn = value.endsWith('\\');
      lines.push(goesOn ? value.slice(0, -1) : value);
      if (!goesOn) break;
    }
    return lines.length === 0 ? { type: 'end' } : { type: 'text', text: lines.join('\n').trim() };
  }

  close(): void {
    this.#stream?.destroy();
  }
}

async function* emptyLines(): AsyncGenerator<string> {
  yield* [];
}
