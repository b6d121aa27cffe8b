import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closureOf } from '../workspace/packed-rooms.ts';
import type { Manifest, Room } from '../workspace/rooms.ts';
import { importDoor } from './packed-install.ts';

const room = (name: string, manifest: Partial<Manifest> = {}): Room => ({
  name,
  folder: `packages/${name}`,
  layer: 'kit',
  manifest: { name, version: '1.0.0', ...manifest },
  doors: [],
  isPublished: true,
});

describe('the packed install', () => {
  let root = '';
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'lattice-installed-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const tryImport = (code: string, subpath: string) => {
    const file = join(root, 'node_modules/installed/index.js');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      join(dirname(file), 'package.json'),
      '{ "name": "installed", "type": "module", "exports": "./index.js" }',
    );
    writeFileSync(file, code);
    const installed = room('installed', { peerDependenciesMeta: { chosen: { optional: true } } });
    const door = { subpath, specifier: 'installed', sourceFile: '' };
    return importDoor(installed, door, root, { label: process.versions.node, binary: process.execPath });
  };

  it('imports what is sound', () => {
    expect(tryImport(`import 'node:fs';\nexport const one = 1;`, '.')).toEqual({
      ms: expect.any(Number),
      problem: null,
    });
  });

  it('is red for a dependency that was not declared and so is not there', () => {
    expect(tryImport(`import 'hoisted';`, '.').problem).toContain(`'hoisted'`);
    expect(tryImport(`import 'sqlite';`, '.').problem).toContain(`'sqlite'`);
  });

  it('lets a side door ask for an optional peer, and the main door not', () => {
    expect(tryImport(`import 'chosen';`, './side').problem).toBeNull();
    expect(tryImport(`import 'chosen';`, '.').problem).toContain(`'chosen'`);
  });

  it('installs a room with what it needs, all the way down, and without what is optional', () => {
    const contract = room('contract');
    const kit = room('kit', { peerDependencies: { contract: '^1.0.0' } });
    const optional = room('optional');
    const vendor = room('vendor', {
      dependencies: { kit: '^1.0.0', undici: '^8' },
      peerDependencies: { optional: '^1.0.0' },
      peerDependenciesMeta: { optional: { optional: true } },
    });
    expect(closureOf(vendor, [contract, kit, optional, vendor]).map(({ name }) => name)).toEqual([
      'vendor',
      'kit',
      'contract',
    ]);
  });
});
