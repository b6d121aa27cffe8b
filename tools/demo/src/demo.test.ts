import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { taskKinds } from '@lattice-lock/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPrompts } from './demo-prompt.ts';
import { columnsOf } from './text-columns.ts';

const program = fileURLToPath(new URL('./demo.ts', import.meta.url));

let folder: string;
let exitCode: number | null;
let output: string;
let lines: readonly string[];

/** Runs the demo with a temporary folder of its own; `onOutput` may end it. */
async function runDemo(onOutput: (output: string, child: ChildProcess) => void = () => undefined) {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, ['--conditions=@lattice-lock/source', program], {
    cwd: folder,
    env: { PATH, HOME, NODE_COMPILE_CACHE, TMPDIR: folder },
    stdio: 'pipe',
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      written += String(chunk);
      onOutput(written, child);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, written };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lattice-demo-test-'));
  const { code, written } = await runDemo();
  exitCode = code;
  output = written;
  lines = output.split('\n');
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The lines of a scene, from its title to the empty line after it. */
function scene(title: string): readonly string[] {
  const start = lines.findIndex((line) => line.startsWith(title));
  expect(start, output).toBeGreaterThan(-1);
  return lines.slice(start + 1, lines.indexOf('', start));
}

describe('the demo', () => {
  it('ends with 0, because all counts agree, and leaves nothing behind', async () => {
    expect(exitCode, output).toBe(0);
    const [, rows = '', ledger = '', upstream = ''] = scene('The bill');
    expect(output).toContain('All three are equal');
    const numbers = (line: string) =>
      line
        .slice(26)
        .trim()
        .split(/\s{2,}/);
    expect(numbers(ledger)).toEqual(numbers(rows));
    expect(numbers(upstream)).toEqual(numbers(rows).slice(0, 3));
    expect(await readdir(folder)).toEqual([]);
  });

  it('shows a row for each of twenty prompts, which are of every kind', async () => {
    const rows = scene('Twenty prompts').slice(2);
    expect(rows).toHaveLength(20);
    expect(await readPrompts()).toHaveLength(20);
    for (const row of rows) expect(row).toMatch(/ \d+\/\d+ +\d\.\d{6} +\d+$/);
    for (const kind of taskKinds)
      expect(
        rows.some((row) => row.includes(` ${kind} `)),
        kind,
      ).toBe(true);
    expect(rows.join('\n')).toContain('named by the caller');
  });

  it('fits into 100 columns', () => {
    expect(lines.filter((line) => columnsOf(line) > 100)).toEqual([]);
  });

  it('makes a tool call and sends its result back', () => {
    const [first, second, called, answered] = scene('A tool call');
    expect(first).toContain('asks for the tool');
    expect(second).toContain('answers from it');
    expect(called).toMatch(/called +next_ferry\(\{"to":"Cherbourg"\}\)/);
    expect(answered).toMatch(/answered +\S/);
  });

  it('shows the fallback and, after the first token, the typed error with what had arrived', () => {
    const attempts = scene('A provider that dies before').slice(1);
    expect(attempts.at(0)).toContain('LATTICE_STREAM_INTERRUPTED');
    expect(attempts.at(-1)).toMatch(/ok$/);
    const [, error, partial] = scene('A provider that dies in');
    expect(error).toContain('upstream_stream_interrupted');
    expect(partial).toMatch(/"A bridge is .+" \(\d+ of 84 characters\)/);
  });

  it('that is interrupted ends with 130 and leaves nothing behind either', async () => {
    let isInterrupted = false;
    const { code, written } = await runDemo((text, child) => {
      if (isInterrupted || !text.includes('math')) return;
      isInterrupted = true;
      child.kill('SIGINT');
    });
    expect(code, written).toBe(130);
    expect(written).not.toContain('The bill');
    expect(await readdir(folder)).toEqual([]);
  });
});
