import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '../workspace/gate.ts';
import { readRooms, type Room } from '../workspace/rooms.ts';
import { judgeLoaded, traceImport, type LoadedModules } from './bundle.ts';

describe('the bundle check', () => {
  const rooms = readRooms(workspaceRoot);
  const roomNamed = (name: string): Room => rooms.find((room) => room.name === name) ?? expect.fail(`no room ${name}`);
  const openai = roomNamed('@lattice-lock/provider-openai');
  const facade = roomNamed('lattice-lock');
  const loading = (loaded: Partial<LoadedModules>): LoadedModules => ({ atImport: [], ever: [], kept: [], ...loaded });

  it('sees what a package loads at import, and what only on first use', () => {
    const storage = traceImport(workspaceRoot, '@lattice-lock/storage', rooms);
    expect(storage.ever).toContain('kysely');
    const loaded = traceImport(workspaceRoot, openai.name, rooms);
    expect(loaded.ever).toContain('openai');
    expect(loaded.atImport).not.toContain('openai');
    expect(loaded.ever).toContain('undici');
    expect(loaded.atImport).toContain('ipaddr.js');
  });

  it('is red when a vendor loads its SDK at import or holds code of another vendor', () => {
    expect(judgeLoaded(openai, loading({ atImport: ['openai'], ever: ['openai'] }), rooms)).toHaveLength(1);
    expect(judgeLoaded(openai, loading({ ever: ['openai', '@anthropic-ai/sdk'] }), rooms)).toHaveLength(1);
    expect(judgeLoaded(openai, loading({ ever: ['@lattice-lock/provider-local'] }), rooms)).toHaveLength(1);
    expect(judgeLoaded(openai, loading({ atImport: ['undici'], ever: ['openai', 'undici'] }), rooms)).toEqual([]);
  });

  it.each([
    ['azure', 'openai', '@aws-sdk/core'],
    ['bedrock', '@smithy/core', 'openai'],
    ['google', 'google-auth-library', '@azure/identity'],
    ['anthropic', '@anthropic-ai/sdk', 'gaxios'],
  ])('lets %s hold %s, and not %s', (id, own, strange) => {
    const room = roomNamed(`@lattice-lock/provider-${id}`);
    expect(judgeLoaded(room, loading({ ever: [own] }), rooms)).toEqual([]);
    expect(judgeLoaded(room, loading({ ever: [strange] }), rooms)).toHaveLength(1);
  });

  it.each(['xai', 'local', 'dial', 'openai-compatible', 'kit'])('lets %s hold no SDK at all', (id) => {
    expect(
      judgeLoaded(roomNamed(`@lattice-lock/provider-${id}`), loading({ ever: ['openai', 'undici'] }), rooms),
    ).toHaveLength(1);
  });

  it('knows whose data a bundle keeps', () => {
    const data = 'packages/providers/openai-compatible/src/hosts/compatible-hosts.json';
    const compatible = roomNamed('@lattice-lock/provider-openai-compatible');
    expect(traceImport(workspaceRoot, compatible.name, rooms).kept).toContain(data);
    expect(judgeLoaded(compatible, loading({ kept: [data] }), rooms)).toEqual([]);
    expect(judgeLoaded(openai, loading({ kept: [data] }), rooms)).toHaveLength(1);
  });

  it.each(['openai', 'kysely', 'pino', '@opentelemetry/api', 'recheck'])(
    'is red when the facade loads %s at import',
    (name) => {
      expect(judgeLoaded(facade, loading({ atImport: [name], ever: [name] }), rooms)).toHaveLength(1);
      expect(judgeLoaded(facade, loading({ ever: [name] }), rooms)).toEqual([]);
    },
  );
});
