import { describe, expect, it } from 'vitest';
import { isAllowed, productionPackages } from './licences.ts';

describe('the licence list', () => {
  it.each(['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT'])('allows %s', (licence) => {
    expect(isAllowed(licence)).toBe(true);
  });

  it.each(['GPL-3.0-only', 'MIT AND GPL-2.0', 'unknown', 'SEE LICENSE IN LICENSE'])('refuses %s', (licence) => {
    expect(isAllowed(licence)).toBe(false);
  });

  it('follows dependencies, peers and workspace links, nearest copy first, and leaves optional peers out', () => {
    const lock = {
      '': { dependencies: { rooted: '1' } },
      'packages/a': { dependencies: { 'room-b': '1', nested: '1' } },
      'packages/b': {
        peerDependencies: { peer: '1', chosen: '1' },
        peerDependenciesMeta: { chosen: { optional: true } },
      },
      'node_modules/chosen': { license: 'GPL-3.0-only' },
      'node_modules/room-b': { link: true, resolved: 'packages/b' },
      'node_modules/nested': { license: 'MIT' },
      'packages/a/node_modules/nested': { license: 'ISC', dependencies: { deep: '1' } },
      'node_modules/deep': { license: 'GPL-3.0-only' },
      'node_modules/peer': { license: 'MIT' },
      'node_modules/rooted': { license: 'MIT' },
    };
    expect(productionPackages(lock, ['packages/a'])).toEqual([
      'node_modules/deep',
      'node_modules/peer',
      'packages/a/node_modules/nested',
    ]);
  });
});
