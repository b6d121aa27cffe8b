import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import type { Gate } from './gates.ts';
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
});
