import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../workspace/command.ts';
import { checkLicence, checkTarball, checkTypes } from './packaging.ts';

describe('the packaging check', () => {
  let root = '';
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'lattice-packaging-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const pack = (types: string): string => {
    const door = { types, default: './dist/index.js' };
    const manifest = { name: 'packed', version: '1.0.0', license: 'MIT', type: 'module', exports: { '.': door } };
    mkdirSync(join(root, 'dist'));
    writeFileSync(join(root, 'package.json'), JSON.stringify({ ...manifest, files: ['dist'] }));
    writeFileSync(join(root, 'dist/index.js'), 'export const one = 1;\n');
    writeFileSync(join(root, 'dist/index.d.ts'), 'export declare const one = 1;\n');
    expect(runCommand('npm', ['pack', '--ignore-scripts'], { cwd: root })).toMatchObject({ status: 0 });
    return join(root, 'packed-1.0.0.tgz');
  };

  it('has nothing to say of a sound tarball', async () => {
    const tarball = pack('./dist/index.d.ts');
    expect([...(await checkTarball(tarball)), ...(await checkTypes(tarball))]).toEqual([]);
  });

  it('is red, on both sides, when a door names a file that was not packed', async () => {
    const tarball = pack('./dist/gone.d.ts');
    expect(await checkTarball(tarball)).toEqual([expect.stringContaining('gone.d.ts')]);
    expect(await checkTypes(tarball)).toHaveLength(1);
  });

  it('is red when the licence is missing or another one', async () => {
    expect(await checkLicence(pack('./dist/index.d.ts'), 'ours')).toEqual([expect.stringContaining('no LICENSE')]);
    rmSync(join(root, 'dist'), { recursive: true });
    writeFileSync(join(root, 'LICENSE'), 'theirs');
    expect(await checkLicence(pack('./dist/index.d.ts'), 'ours')).toEqual([expect.stringContaining('is not that')]);
    expect(await checkLicence(join(root, 'packed-1.0.0.tgz'), 'theirs')).toEqual([]);
  });
});
