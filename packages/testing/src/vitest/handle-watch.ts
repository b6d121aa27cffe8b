import type { Leftover } from './leftover.ts';

/**
 * How Node names what keeps a process alive, and what that is in words. Left out are requests under way (they end by
 * themselves) and what Node and vitest keep open for as long as they run.
 */
const kinds: Readonly<Record<string, string>> = {
  TCPServerWrap: 'server',
  TCPSocketWrap: 'TCP connection',
  UDPWrap: 'UDP socket',
  PipeServerWrap: 'server on a Unix socket',
  ProcessWrap: 'child process',
  Worker: 'worker thread',
  FSEventWrap: 'file watcher',
  StatWatcher: 'file watcher',
  Timeout: 'timer',
};

const pollMs = 10;
const realSetTimeout = globalThis.setTimeout;

/**
 * Counts what keeps the process alive now; the function it returns tells what is there beyond that. Closing takes turns
 * of the event loop, so it looks again until nothing is left or `settleMs` are over: only what stays counts.
 */
export function watchHandles(settleMs: number): () => Promise<readonly Leftover[]> {
  const before = countHandles();
  return async () => {
    const endMs = performance.now() + settleMs;
    let left = added(before);
    while (left.length > 0 && performance.now() < endMs) {
      await new Promise((resolve) => realSetTimeout(resolve, pollMs));
      left = added(before);
    }
    return left.map(([type, count]) => ({
      kind: 'handle',
      name: `${count} ${kinds[type]}${count === 1 ? '' : 's'} (${type})`,
      change: 'still open',
    }));
  };
}

function countHandles(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) {
    if (type in kinds) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

function added(before: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...countHandles()]
    .map(([type, count]) => [type, count - (before.get(type) ?? 0)] as const)
    .filter(([, count]) => count > 0);
}
