import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '../workspace/gate.ts';
import { readRooms, type Room } from '../workspace/rooms.ts';
import { judgeLoaded, traceImport } from './bundle.ts';

describe('the bundle check', () => {
  const rooms = readRooms(workspaceRoot);
  const roomNamed = (name: string): Room => rooms.find((room) => room.name === name) ?? expect.fail(`no room ${name}`);
  const openai = roomNamed('@lattice-lock/provider-openai');
  const facade = roomNamed('lattice-lock');

  it('sees what a package loads at import, and what only on first use', () => {
    const storage = traceImport(workspaceRoot, '@lattice-lock/storage', rooms);
    expect(storage.ever).toContain('kysely');
    const loaded = traceImport(workspaceRoot, openai.name, rooms);
    expect(loaded.ever).toContain('openai');
    expect(loaded.atImport).not.toContain('openai');
    expect(loaded.atImport).toContain('undici');
  });

  it('is red when a vendor loads its SDK at import or holds code of another vendor', () => {
    expect(judgeLoaded(openai, { atImport: ['openai'], ever: ['openai'] }, rooms)).toHaveLength(1);
    expect(judgeLoaded(openai, { atImport: [], ever: ['openai', '@anthropic-ai/sdk'] }, rooms)).toHaveLength(1);
    expect(judgeLoaded(openai, { atImport: [], ever: ['@lattice-lock/provider-local'] }, rooms)).toHaveLength(1);
    expect(judgeLoaded(openai, { atImport: ['undici'], ever: ['openai', 'undici'] }, rooms)).toEqual([]);
  });

  it.each(['openai', 'kysely', 'pino', '@opentelemetry/api', 'recheck'])(
    'is red when the facade loads %s at import',
    (name) => {
      expect(judgeLoaded(facade, { atImport: [name], ever: [name] }, rooms)).toHaveLength(1);
      expect(judgeLoaded(facade, { atImport: [], ever: [name] }, rooms)).toEqual([]);
    },
  );
});
