import { createLogger } from '@lattice-lock/observability';
import { describe, expect, it } from 'vitest';
import { LogDestination } from './log-destination.ts';

describe('LogDestination', () => {
  it('writes the lines of a moment together, in their order, and none twice', async () => {
    const writes: string[] = [];
    const destination = new LogDestination({ write: (text: string) => writes.push(text) });
    const logger = createLogger({ destination });
    for (let line = 0; line < 5; line += 1) logger.info({ line }, 'm');
    expect(writes).toEqual([]);
    await expect.poll(() => writes).toHaveLength(1);
    logger.info({ line: 5 }, 'm');
    destination.destroy();
    const lines = writes.join('').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('does not gather without bound', () => {
    const writes: string[] = [];
    const destination = new LogDestination({ write: (text: string) => writes.push(text) });
    for (let line = 0; line < 30; line += 1) destination.write('x'.repeat(10_000));
    expect(writes.length).toBeGreaterThan(2);
    destination.destroy();
    expect(writes.join('')).toHaveLength(300_000);
  });

  it('writes what is left when the process ends', () => {
    const listeners = process.listenerCount('exit');
    const destination = new LogDestination({ write: () => true });
    expect(process.listenerCount('exit')).toBe(listeners + 1);
    destination.destroy();
    expect(process.listenerCount('exit')).toBe(listeners);
  });
});
