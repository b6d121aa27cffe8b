import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { LatticeError } from '@lattice-lock/contract';
import type { CliContext, OutputStream } from '../cli-context.ts';

/** Asks a person at a terminal. */
export class TerminalDialog {
  readonly #context: CliContext;
  readonly #output: OutputStream;

  constructor(context: CliContext, output: OutputStream) {
    this.#context = context;
    this.#output = output;
  }

  /** What was typed, without blanks around it. @throws LatticeError `LATTICE_ABORTED` at Ctrl-C or Ctrl-D */
  ask(question: string): Promise<string> {
    return this.#read(question, this.#output);
  }

  /** As {@link ask}, but what is typed is not shown. */
  askHidden(question: string): Promise<string> {
    this.#output.write(question);
    return this.#read('', new Writable({ write: (_chunk, _encoding, done) => done() })).finally(() =>
      this.#output.write('\n'),
    );
  }

  /** Lets go of the terminal. */
  close(): void {
    this.#context.stdin.open().destroy();
  }

  #read(question: string, output: NodeJS.WritableStream): Promise<string> {
    const input = this.#context.stdin.open();
    const reader = createInterface({ input, output, terminal: true, historySize: 0 });
    return new Promise<string>((resolve, reject) => {
      const onClose = () => {
        this.#output.write('\n');
        reject(new LatticeError('LATTICE_ABORTED', 'Interrupted; nothing was written.'));
      };
      reader.once('SIGINT', () => reader.close());
      reader.once('close', onClose);
      reader.once('line', (line) => {
        reader.off('close', onClose);
        reader.close();
        resolve(line.trim());
      });
      reader.setPrompt(question);
      reader.prompt();
    });
  }
}
