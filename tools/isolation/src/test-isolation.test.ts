import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('./test-isolation.ts', import.meta.url));
const fixtures = fileURLToPath(new URL('./__fixtures__/', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lattice-isolation-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...args: readonly string[]): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const config = `${fixtures}planted.config.ts`;
  const child = spawn(process.execPath, [program, '--config', config, ...args], {
    cwd: fixtures,
    env: { PATH, HOME, NODE_COMPILE_CACHE, NO_COLOR: '1', COVERAGE_FOLDER: folder },
    stdio: 'pipe',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}

describe('the isolation run', () => {
  it('is green for tests that do not care what ran before, in one process, shuffled with the seed it prints', async () => {
    const [{ exitCode, output }, again] = await Promise.all([
      run('--seed', '41', 'clean'),
      run('--seed', '41', 'clean'),
    ]);
    expect(exitCode, output).toBe(0);
    expect(output).toContain('seed 41');
    const ran = [...output.matchAll(/ran (\w) in (\d+)/g)];
    expect(ran).toHaveLength(12);
    expect(new Set(ran.map(([, , pid]) => pid)).size).toBe(1);
    const orderOf = (text: string) => [...text.matchAll(/ran (\w) in/g)].map(([, name]) => name).join('');
    const order = orderOf(output);
    expect(order).not.toContain('abcdef');
    expect(order.slice(0, 6), 'each pass has an order of its own').not.toBe(order.slice(6));
    expect(orderOf(again.output)).toBe(order);
  });

  it('is red for state that a module keeps: the second pass meets what the first one left', async () => {
    const { exitCode, output } = await run('--coverage', 'first-visit');
    expect(exitCode, output).toBe(1);
    const [first = '', second = ''] = output.split('pass 2 of 2');
    expect(first).toContain('1 passed');
    expect(second).toContain('1 failed');
    expect(output).toMatch(/^FAILED: pass 2: first-visit\.planted\.ts: .+: expected/m);
    expect(output).toMatch(/FAILED; repeat it with --seed \d+/);
    const summary = JSON.parse(await readFile(join(folder, 'coverage-summary.json'), 'utf8')) as Record<
      string,
      { readonly lines: { readonly pct: number } }
    >;
    const coverage = summary[join(fixtures, 'visits.ts')]?.lines.pct;
    expect(coverage, 'the second pass leaves the coverage that the first one measured').toBe(100);
  });

  it('is red when no file matches', async () => {
    const { exitCode, output } = await run('no-such-file');
    expect(exitCode).toBe(1);
    expect(output).toContain('No test file matches.');
  });
});
