import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spawnWriter } from './__fixtures__/spawned-writer.ts';
import { temporaryFolder } from './__fixtures__/temporary-folder.ts';
import { openStorage } from './index.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

describe('several processes on one file', () => {
  it('start together on nothing, make the schema once and lose no entry', async () => {
    const writers = ['a', 'b', 'c', 'd'].map((name) => spawnWriter(folder.path, name, 40));
    expect(await Promise.all(writers.map((writer) => writer.exited()))).toEqual([0, 0, 0, 0]);
    const storage = await openStorage({ dataDir: folder.path });
    const [row] = await storage.ledger.summarize('provider');
    expect(row).toMatchObject({ entries: 480, requests: 160, cost: { nanoUsd: 480n * 7n, unknownEntries: 0 } });
    await storage.close();
  });

  it('lose nothing that was committed when one of them is killed, and keep no half batch', async () => {
    const victim = spawnWriter(folder.path, 'victim', 1_000_000);
    const other = spawnWriter(folder.path, 'other', 100);
    await victim.reached(50);
    await victim.kill();
    expect(await other.exited()).toBe(0);
    const storage = await openStorage({ dataDir: folder.path });
    const entries = await storage.ledger.entries({}, 10_000_000);
    const sizes = new Map<string, number>();
    for (const { requestId } of entries) sizes.set(requestId, (sizes.get(requestId) ?? 0) + 1);
    expect(new Set(sizes.values())).toEqual(new Set([3]));
    for (const batch of victim.committed) expect(sizes.has(`victim-${batch}`)).toBe(true);
    for (const batch of other.committed) expect(sizes.has(`other-${batch}`)).toBe(true);
    expect(other.committed).toHaveLength(100);
    await storage.close();
  });
});
