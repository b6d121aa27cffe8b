import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openStorage } from '@lattice-lock/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LazySimulator } from './lazy-simulator.ts';

const entry = fileURLToPath(new URL('./main.ts', import.meta.url));
const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
const bare = { PATH, HOME, NODE_COMPILE_CACHE };

let folder: string;
let children: ChildProcess[];

beforeEach(async () => {
  children = [];
  folder = await mkdtemp(join(tmpdir(), 'lattice-main-'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  /** Everything that was written so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with the first line of standard output that matches. */
  line(pattern: RegExp): Promise<string>;
  readonly exit: Promise<readonly [code: number | null, signal: string | null]>;
}

function start(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(process.execPath, ['--conditions=@lattice-lock/source', entry, '--port', '0', ...args], {
    cwd: folder,
    env: { ...bare, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const lines = createInterface({ input: child.stdout });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        lines.on('line', (line) => {
          if (pattern.test(line)) resolve(line);
        });
        child.once('close', () => reject(new Error(`ended without ${String(pattern)}: ${stderr}`)));
      }),
    exit: once(child, 'close').then(([code, signal]) => [code as number | null, signal as string | null] as const),
  };
}

async function ready(started: Started): Promise<{ url: string; pid: number; dataDir: string; key?: string }> {
  return JSON.parse(await started.line(/^\{/)) as { url: string; pid: number; dataDir: string; key?: string };
}

describe('the first start', () => {
  it('says that the simulator answers, and prints a key and a curl that works as pasted; a later one says where keys are', async () => {
    const first = start();
    await first.line(/Stop with Ctrl-C/);
    const text = first.stdout();
    expect(text).toContain('THE SIMULATOR ANSWERS');
    expect(text).toContain('OPENAI_API_KEY');
    expect(text).toContain(join(folder, '.lattice'));
    const command = text.slice(text.indexOf('curl '), text.indexOf('\n\nStop'));
    const { stdout } = await promisify(execFile)('bash', ['-c', command]);
    const answer = JSON.parse(stdout) as {
      choices: { message: { content: string } }[];
      lattice: { simulated: boolean };
    };
    expect(answer.choices[0]?.message.content).toMatch(/simulat/i);
    expect(answer.lattice.simulated).toBe(true);
    const key = /lk_\S+/.exec(text)?.[0] ?? '';
    first.child.kill('SIGTERM');
    expect(await first.exit).toEqual([0, null]);

    const second = start();
    await second.line(/Stop with Ctrl-C/);
    expect(second.stdout()).toContain('npx lattice keys create');
    expect(second.stdout()).not.toContain(key);
    second.child.kill('SIGINT');
    expect(await second.exit).toEqual([0, null]);
    expect(first.stderr() + second.stderr()).not.toContain(key);
  });

  it('with --json prints exactly one line', async () => {
    const started = start(['--json', '--data-dir', 'elsewhere']);
    const line = await ready(started);
    expect(line).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      pid: started.child.pid,
      dataDir: join(folder, 'elsewhere'),
      key: expect.stringMatching(/^lk_/) as string,
    });
    started.child.kill('SIGTERM');
    expect(await started.exit).toEqual([0, null]);
    expect(started.stdout().trimEnd().split('\n')).toHaveLength(1);
    for (const log of started.stderr().trimEnd().split('\n')) expect(JSON.parse(log)).toHaveProperty('msg');
    const again = start(['--json', '--data-dir', 'elsewhere']);
    expect(await ready(again)).not.toHaveProperty('key');
  });
});

describe('a start that cannot be', () => {
  it('lists every wrong setting at once and exits with 78', async () => {
    const started = start([], {
      LATTICE_PORT: 'eighty',
      MAX_FUNCTION_CALLS: '-3',
      LATTICE_LOG_LEVEL: 'loud',
      BACKGROUND_TASK_TIMEOUT: 'soon',
    });
    expect(await started.exit).toEqual([78, null]);
    for (const name of ['MAX_FUNCTION_CALLS', 'LATTICE_LOG_LEVEL', 'BACKGROUND_TASK_TIMEOUT']) {
      expect(started.stderr()).toContain(name);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('in production asks for the secret key', async () => {
    const started = start([], { LATTICE_ENV: 'production' });
    expect(await started.exit).toEqual([78, null]);
    expect(started.stderr()).toContain('LATTICE_LOCK_SECRET_KEY');
  });

  it('in production asks for a provider and never starts the simulator', async () => {
    const started = start([], { LATTICE_ENV: 'production', LATTICE_LOCK_SECRET_KEY: 'k'.repeat(48) });
    expect(await started.exit).toEqual([78, null]);
    expect(started.stderr()).toContain('OPENAI_API_KEY');
    expect(started.stdout()).toBe('');
  });

  it('names the credential that is misspelt', async () => {
    const started = start([], { OPENAI_APIKEY: 'sk-aaaaaaaaaaaaaaaaaaaaaaaa' });
    expect(await started.exit).toEqual([78, null]);
    expect(started.stderr()).toContain('OPENAI_API_KEY');
    expect(started.stderr()).not.toContain('aaaaaaaa');
  });

  it('with the simulator off asks for a provider', async () => {
    await writeFile(join(folder, 'lattice.yaml'), 'simulator: off\n');
    const started = start();
    expect(await started.exit).toEqual([78, null]);
    expect(started.stderr()).toContain('OPENAI_API_KEY');
  });

  it('names the port that is taken and the flag to change it, and uses up no key', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const started = start(['--port', String(port)]);
    expect(await started.exit).toEqual([78, null]);
    expect(started.stderr()).toContain(`Port ${port}`);
    expect(started.stderr()).toContain('--port');
    other.close();
    const storage = await openStorage({ dataDir: join(folder, '.lattice') });
    expect(await storage.apiKeys.list()).toEqual([]);
    await storage.close();
  });

  it('explains its options', async () => {
    const wrong = start(['--prot', '1']);
    expect(await wrong.exit).toEqual([64, null]);
    expect(wrong.stderr()).toContain('--port <number>');
    const help = start(['--help']);
    expect(await help.exit).toEqual([0, null]);
    expect(help.stdout()).toContain('--data-dir');
  });
});

describe('signals', () => {
  it('the first lets a stream end, one half a second later ends the process at once', async () => {
    const simulator = await new LazySimulator().start();
    const started = start(['--json'], {
      OPENAI_API_KEY: 'sk-x',
      OPENAI_BASE_URL: simulator.baseUrl('openai-chat') ?? '',
    });
    const { url, key } = await ready(started);
    simulator.respondWith(() => ({ answer: { text: 'one two three' }, fault: { type: 'stall', afterEvents: 4 } }));
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'openai/gpt-5-mini', stream: true, messages: [{ role: 'user', content: 'Hi.' }] }),
    });
    started.child.kill('SIGTERM');
    started.child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
    expect(started.child.exitCode).toBeNull();
    const insist = () => {
      started.child.kill('SIGTERM');
      return started.child.exitCode;
    };
    await expect.poll(insist).toBe(143);
    expect(await started.exit).toEqual([143, null]);
    await expect(response.text()).rejects.toThrow();
    await simulator.close();
  });

  it('during the start ends the process cleanly too', async () => {
    const started = start();
    await once(started.child, 'spawn');
    await expect.poll(() => readdir(folder)).toContain('.lattice');
    started.child.kill('SIGTERM');
    expect(await started.exit).toEqual([0, null]);
  });
});
