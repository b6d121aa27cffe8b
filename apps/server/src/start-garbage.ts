/** After so long nothing of the start goes on any more, ms. */
const settledMs = 1000;

/**
 * Gives back what the start has used: reading configuration, catalog and patterns leaves 30 MB of garbage that V8 would
 * keep until there is load. Once, a second after the start, and only while nobody waits for an answer: it takes about
 * 90 ms.
 *
 * @returns what cancels it
 */
export function releaseStartGarbage(isIdle: () => boolean): () => void {
  const timer = setTimeout(() => {
    if (isIdle()) void collectGarbage();
  }, settledMs);
  timer.unref();
  return () => clearTimeout(timer);
}

async function collectGarbage(): Promise<void> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.collectGarbage');
  } finally {
    session.disconnect();
  }
}
