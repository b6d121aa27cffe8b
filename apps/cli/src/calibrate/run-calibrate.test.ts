import { writeFileSync } from 'node:fs';
import type { Decision } from '@lattice-lock/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

let place: Workplace;

beforeAll(async () => {
  place = createWorkplace();
  for (const prompt of ['Translate to French: good morning', 'Why is the sky blue?', 'Prove that 2 is prime.']) {
    expect((await run('ask', prompt)).exitCode).toBe(exitCodes.ok);
  }
  expect((await run('ask', '--model', 'openai/gpt-5-mini', 'a choice that is none')).exitCode).toBe(exitCodes.ok);
});

afterAll(() => place.remove());

const run = (...args: readonly string[]) => runInProcess(args, { cwd: place.folder });

interface Found {
  readonly decisions: number;
  readonly minQuality: number;
  readonly quality: number;
  readonly strongShare: number;
  readonly meanCost: number;
  readonly meanCostUsdToday: number;
}

async function found(...args: readonly string[]): Promise<Found> {
  const { exitCode, out, err } = await run('calibrate', '--json', ...args);
  expect(exitCode, err).toBe(exitCodes.ok);
  return JSON.parse(out) as Found;
}

describe('lattice calibrate', () => {
  it('finds the bound that reaches a quality, and one that moves no more than a share, on what was chosen', async () => {
    const still = await found('--share', '0');
    expect(still).toMatchObject({ decisions: 3, strongShare: 0 });
    expect(still.meanCost).toBe(still.meanCostUsdToday);
    const target = still.quality + 0.02;
    const better = await found('--quality', String(target));
    expect(better.quality).toBeGreaterThanOrEqual(target);
    expect(better.minQuality).toBeGreaterThan(still.minQuality);
    const { out } = await run('calibrate', '--quality', String(target));
    expect(out).toMatch(/on 3 past choices/);
    expect(out).toMatch(/routing: \{ constraints: \{ minQuality: 0\.\d+ \} \}/);
  });

  it('gives a line for lattice.yaml, and the bound holds there', async () => {
    const { out } = await run('calibrate', '--share', '0.5');
    const line = /lattice\.yaml: +(.+)/.exec(out)?.[1] ?? '';
    const bound = Number(/minQuality: ([\d.]+)/.exec(line)?.[1]);
    expect(bound).toBeGreaterThan(0);
    writeFileSync(place.path('bounded.yaml'), `${line}\n`);
    const routed = await run('route', 'Why is the sky blue?', '--json', '--config', 'bounded.yaml');
    expect(routed.exitCode, routed.err).toBe(exitCodes.ok);
    const { candidates } = JSON.parse(routed.out) as Pick<Decision, 'candidates'>;
    const ranked = candidates.flatMap((one) => (one.status === 'ranked' ? [one.quality?.value ?? 0] : []));
    expect(Math.min(...ranked)).toBeGreaterThanOrEqual(bound);
    expect(candidates.some((one) => one.status === 'filtered' && one.filter === 'quality-too-low')).toBe(true);
  });

  it('says when nothing reaches the target, and ends with another code', async () => {
    const { exitCode, err } = await run('calibrate', '--quality', '1');
    expect(exitCode).toBe(exitCodes.failed);
    expect(err).toContain('the nearest');
  });

  it('wants one target, and past choices', async () => {
    for (const args of [[], ['--quality', '0.8', '--share', '0.1'], ['--quality', '2']]) {
      expect((await run('calibrate', ...args)).exitCode).toBe(exitCodes.usage);
    }
    const empty = createWorkplace();
    const { exitCode, err } = await runInProcess(['calibrate', '--share', '0.3'], { cwd: empty.folder });
    empty.remove();
    expect(exitCode).toBe(exitCodes.usage);
    expect(err).toContain('no choices to calibrate on');
  });
});
