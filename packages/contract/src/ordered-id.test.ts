import { describe, expect, it } from 'vitest';
import { createOrderedId } from './index.ts';

describe('an ordered id', () => {
  it('is a UUID of version 7', () => {
    expect(createOrderedId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('begins with its instant, as the example of RFC 9562, appendix A.6, does', () => {
    expect(createOrderedId(Date.parse('2022-02-22T19:22:22Z')).slice(0, 13)).toBe('017f22e2-79b0');
  });

  it('sorts by its instant', () => {
    const ids = [0, 1, 255, 256, 1e12, 1e12 + 1].map((instant) => createOrderedId(instant));
    expect([...ids].sort()).toEqual(ids);
  });

  it('is another one each time, also in one millisecond', () => {
    expect(new Set(Array.from({ length: 1000 }, () => createOrderedId(0))).size).toBe(1000);
  });
});
