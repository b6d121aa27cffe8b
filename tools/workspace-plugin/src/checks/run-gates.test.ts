import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { gates, selectGates, type Gate } from './gates.ts';
import { runGates } from './run-gates.ts';

const gate = (name: string, program: string, more: Partial<Gate> = {}): Gate => ({
  name,
  command: process.execPath,
  args: ['--eval', program],
  ...more,
});

describe('runGates', () => {
  it('is red for each gate that ends with another code than 0, or cannot be started', async () => {
    const runs = await runGates([
      gate('good', ''),
      gate('bad', 'process.exit(3)'),
      { name: 'absent', command: 'no-such-program', args: [] },
      gate('aside', 'process.exit(1)', { isAside: true }),
      gate('last', ''),
    ]);
    expect(runs.map(({ name, isGreen }) => [name, isGreen])).toEqual([
      ['good', true],
      ['bad', false],
      ['absent', false],
      ['aside', false],
      ['last', true],
    ]);
  });

  it('goes on while a gate stands aside: the one after it makes what it waits for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lattice-gates-'));
    const sign = JSON.stringify(join(folder, 'sign'));
    const waits = `setInterval(() => require('node:fs').existsSync(${sign}) && process.exit(0), 20)`;
    try {
      const runs = await runGates([
        gate('waits', waits, { isAside: true }),
        gate('makes', `require('node:fs').writeFileSync(${sign}, '')`),
      ]);
      expect(runs.map(({ isGreen }) => isGreen)).toEqual([true, true]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('lets what stands aside have its core: the gates after it are started at a lower priority', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lattice-gates-'));
    const tell = (file: string) =>
      `require('node:fs').writeFileSync(${JSON.stringify(join(folder, file))}, String(require('node:os').getPriority()))`;
    try {
      await runGates([gate('aside', tell('aside'), { isAside: true }), gate('beside', tell('beside'))]);
      await runGates([gate('alone', tell('alone'))]);
      const told = ['aside', 'beside', 'alone'].map((file) => Number(readFileSync(join(folder, file), 'utf8')));
      const own = getPriority();
      expect(told).toEqual([own, Math.max(own, constants.priority.PRIORITY_BELOW_NORMAL), own]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('starts a gate that reads what another leaves when that one has ended', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lattice-gates-'));
    const left = JSON.stringify(join(folder, 'left'));
    try {
      const runs = await runGates([
        gate('leaves', `setTimeout(() => require('node:fs').writeFileSync(${left}, ''), 200)`, { isAside: true }),
        gate('between', ''),
        gate('reads', `process.exit(require('node:fs').existsSync(${left}) ? 0 : 1)`, { waitsFor: 'leaves' }),
      ]);
      expect(runs.map(({ name, isGreen }) => [name, isGreen])).toEqual([
        ['leaves', true],
        ['between', true],
        ['reads', true],
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the choice of gates', () => {
  const argsOf = (name: string, chosen: readonly Gate[]) => chosen.find((one) => one.name === name)?.args.slice(1);

  it('takes the coverage from the first pass of the isolation, where both are wanted and the tests have not run', () => {
    const all = selectGates([], { areTested: false });
    expect(all.map(({ name }) => name)).toEqual(gates.map(({ name }) => name));
    expect(argsOf('isolation', all)).toEqual(['--coverage']);
    expect(argsOf('test', all)).toEqual(['--read']);
  });

  it('reads the coverage of a run before, and measures none again', () => {
    const all = selectGates([], { areTested: true });
    expect(argsOf('isolation', all)).toEqual([]);
    expect(argsOf('test', all)).toEqual(['--read']);
  });

  it('leaves each alone what it is', () => {
    expect(argsOf('test', selectGates(['test'], { areTested: false }))).toEqual([]);
    expect(argsOf('isolation', selectGates(['isolation'], { areTested: false }))).toEqual([]);
  });
});
