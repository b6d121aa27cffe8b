import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a measured process says of itself. */
export interface ResourceUse {
  /** User and system time since its start, microseconds. */
  readonly cpuUs: number;
  readonly rssMb: number;
}

/** How a process is started. */
export interface ProcessOptions {
  readonly args?: readonly string[];
  /** Flags of Node itself. */
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Loads the control channel, so that {@link MeasuredProcess.use} works. */
  readonly isMeasured?: boolean;
}

/** The absolute path of a file beside this one. */
export function benchFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** A process of a benchmark and what it says. */
export class MeasuredProcess {
  readonly #child: ChildProcess;
  #output = '';
  #errors = '';

  constructor(file: string, options: ProcessOptions = {}) {
    const control =
      options.isMeasured === true ? ['--import', new URL('./control-channel.mjs', import.meta.url).href] : [];
    this.#child = fork(file, [...(options.args ?? [])], {
      execArgv: [...control, ...(options.execArgv ?? [])],
      env: { ...process.env, NODE_ENV: 'production', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-4000)));
  }

  /** The first line of standard output, as JSON. Rejects with what the process wrote when it ends before. */
  async firstLine<T>(): Promise<T> {
    const line = await this.#until((settle) => {
      const look = () => {
        const end = this.#output.indexOf('\n');
        if (end >= 0) settle(this.#output.slice(0, end));
      };
      look();
      this.#child.stdout?.on('data', look);
    });
    return JSON.parse(String(line)) as T;
  }

  /** The next message the process sends. */
  async message<T>(): Promise<T> {
    return (await this.#until((settle) => this.#child.once('message', settle))) as T;
  }

  /** Sends an order and waits for the answer. */
  async ask<T>(order: object): Promise<T> {
    const answer = this.message<T>();
    this.#child.send(order);
    return answer;
  }

  /** What the process has used until now. Only of one that is measured. */
  use(): Promise<ResourceUse> {
    return this.ask<ResourceUse>({});
  }

  /** Ends the process and waits for its end. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    this.#child.kill('SIGTERM');
    await ended;
    clearTimeout(timer);
  }

  #until(listen: (settle: (value: unknown) => void) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) =>
        reject(new TypeError(`the process ended with ${String(code)}: ${this.#errors}`));
      this.#child.once('exit', onExit);
      listen((value) => {
        this.#child.off('exit', onExit);
        resolve(value);
      });
    });
  }
}
