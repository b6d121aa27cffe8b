import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startSimulator, type Simulator } from '@lattice-lock/testing/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, type Workplace } from './__fixtures__/cli-run.ts';
import { exitCodes } from './exit-codes.ts';

const bin = fileURLToPath(new URL('../bin/lattice.mjs', import.meta.url));
const key = 'sk-test-0123456789abcdefghij';
const model = ['--model', 'openai/gpt-4.1-mini'];

let simulator: Simulator;
let place: Workplace;
let children: ChildProcess[] = [];

beforeEach(async () => {
  simulator = await startSimulator();
  place = createWorkplace();
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await simulator.close();
  place.remove();
});

/** The program as a user starts it, with an environment of its own. */
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: place.folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: place.folder, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, ended, err: text(child.stderr) };
}

function providerEnv() {
  return { OPENAI_API_KEY: key, OPENAI_BASE_URL: simulator.baseUrl('openai-chat') ?? '' };
}

describe('the lattice program', () => {
  it('answers from a pipe into a pipe', async () => {
    const { child, ended, err } = start(['ask', 'summarise', ...model], providerEnv());
    child.stdin.end('the text');
    expect(await text(child.stdout)).toContain('summarise the text');
    expect(await ended, await err).toBe(exitCodes.ok);
    expect(simulator.served()[0]?.chat?.messages).toEqual([{ role: 'user', content: 'summarise\n\nthe text' }]);
  });

  it('talks over a pipe, each line answered before the next is sent, and ends with it', async () => {
    simulator.enqueue({ answer: { text: 'First.' } }, { answer: { text: 'Second.' } });
    const { child, ended, err } = start(['chat', ...model], providerEnv());
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stdin.write('one\n');
    expect(await answers.next()).toMatchObject({ value: 'First.' });
    child.stdin.end('two\n');
    expect(await answers.next()).toMatchObject({ value: 'Second.' });
    expect(await ended, await err).toBe(exitCodes.ok);
    expect(simulator.served()[1]?.chat?.messages).toHaveLength(3);
  });

  it('ends the upstream call on Ctrl-C with 130, after saying what was spent', async () => {
    simulator.enqueue({ answer: { text: 'word '.repeat(50) }, fault: { type: 'stall', afterEvents: 8 } });
    const { child, ended, err } = start(['ask', '-', ...model], providerEnv());
    child.stdin.end('x');
    child.stdout.once('data', () => child.kill('SIGINT'));
    expect(await ended).toBe(exitCodes.interrupted);
    expect(await err).toMatch(/^Interrupted\.\nSpent: /);
    expect((await simulator.whenServed(1))[0]?.outcome).toBe('aborted');
  });

  it('is quiet when the reader of its pipe leaves', async () => {
    simulator.enqueue({ answer: { text: 'word '.repeat(200) }, fault: { type: 'slow', delayMsPerEvent: 5 } });
    const { child, ended, err } = start(['ask', '-', ...model], providerEnv());
    child.stdin.end('x');
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ended).toBe(exitCodes.ok);
    expect(await err).toBe('');
    expect((await simulator.whenServed(1))[0]?.outcome).toBe('aborted');
  });

  it('serves: one ready line with a key that works, and an end without a rest at SIGTERM', async () => {
    const { child, ended, err } = start(['serve', '--port', '0', '--json'], providerEnv());
    const [line] = await firstLines(child.stdout, 1);
    const ready = JSON.parse(line ?? '') as { url: string; pid: number; dataDir: string; key: string };
    expect(ready).toMatchObject({ pid: child.pid, dataDir: place.path('.lattice') });
    const response = await fetch(`${ready.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ready.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'openai/gpt-4.1-mini', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect(response.status).toBe(200);
    await response.text();
    child.kill('SIGTERM');
    expect(await ended, await err).toBe(exitCodes.ok);

    const usage = start(['usage', '--by', 'api-key', '--json']);
    expect(JSON.parse(await text(usage.child.stdout))).toMatchObject({ real: { total: { requests: 1 } } });
    expect(await usage.ended).toBe(exitCodes.ok);
  });
});

async function firstLines(stream: NodeJS.ReadableStream, count: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stream })) {
    lines.push(line);
    if (lines.length === count) break;
  }
  return lines;
}
