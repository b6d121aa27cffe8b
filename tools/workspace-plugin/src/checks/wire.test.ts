import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkWire } from './wire.ts';

describe('the wire check', () => {
  let root = '';
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'lattice-wire-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('says so when there are no recordings', () => {
    expect(checkWire(root, 'check.mjs')).toEqual({ problems: [], summary: expect.stringContaining('no recordings') });
  });

  it('is red for each seed that the checker refuses', () => {
    writeFileSync(
      join(root, 'check.mjs'),
      `if (process.argv.at(-1) === '3') { console.log('42 of 43'); process.exit(1); }`,
    );
    expect(checkWire(root, 'check.mjs').problems).toEqual([expect.stringMatching(/42 of 43\s+seed 3 failed/)]);
  });
});
