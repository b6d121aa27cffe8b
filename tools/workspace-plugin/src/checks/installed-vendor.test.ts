import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workspaceRoot } from '../workspace/gate.ts';
import { connectVendor } from './installed-vendor.ts';
import { checkTypes } from './packed-install.ts';

const runtime = { label: process.versions.node, binary: process.execPath };

describe('an installed vendor', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lattice-vendor-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const install = (files: Readonly<Record<string, string>>, name = 'vendor') => {
    const installed = join(folder, 'node_modules', name);
    mkdirSync(installed, { recursive: true });
    const exports = { types: './index.d.ts', default: './index.js' };
    writeFileSync(join(installed, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(installed, file), text);
  };
  const connect = (state: string) => {
    install({
      'index.js': `export const acme = { id: 'acme', create: ({ apiKey, baseUrl }) => ({
        checkHealth: async () => ({ state: apiKey && baseUrl ? ${state} : 'not told', remedy: 'do this' }),
        close: async () => {},
      }) };`,
    });
    return connectVendor('vendor', folder, runtime);
  };

  it('is sound when it gets as far as sending', async () => {
    expect(await connect(`'unreachable'`)).toEqual([]);
  });

  it('is red when it fails before, as without its SDK', async () => {
    expect(await connect(`'failing'`)).toEqual([expect.stringContaining('acme is "failing"')]);
    expect(await connect(`await import('vendor-sdk')`)).toEqual([expect.stringContaining(`'vendor-sdk'`)]);
  });

  it('is red without a definition', async () => {
    install({ 'index.js': 'export const one = 1;' });
    expect(await connectVendor('vendor', folder, runtime)).toEqual(['vendor exports no provider definition']);
  });

  it('is red when its declarations name what is not installed, and only then', async () => {
    const room = (name: string) => ({ name, doors: [{ subpath: '.', specifier: name, sourceFile: '' }] });
    install({ 'index.d.ts': `export declare const one: import('vendor-sdk').One;` });
    install({ 'index.d.ts': 'export declare const one: number;' }, 'sound');
    const [said = '', ...others] = await checkTypes(workspaceRoot, folder, [room('vendor'), room('sound')]);
    expect(others).toEqual([]);
    expect(said.match(/error TS\d+: .*/g)).toEqual([expect.stringContaining(`'vendor-sdk'`)]);
  }, 60_000);
});
