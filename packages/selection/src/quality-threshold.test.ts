import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrateMinQuality, type ThresholdCandidate } from './index.ts';

/** A weak and a strong model; the weak one is the worse the harder the request. */
const pair = (difficulty: number): readonly ThresholdCandidate[] => [
  { quality: 1 - difficulty, cost: 1 },
  { quality: 1 - difficulty / 4, cost: 10 },
];
const requests = Array.from({ length: 100 }, (_, index) => pair(index / 100));

describe('a calibrated threshold', () => {
  it('keeps to a share of requests for other models than the cheapest', () => {
    for (const strongShare of [0, 0.2, 0.5, 0.9]) {
      const found = calibrateMinQuality(requests, { strongShare });
      expect(found.isReached).toBe(true);
      expect(found.strongShare).toBeCloseTo(strongShare, 1);
      expect(found.strongShare).toBeLessThanOrEqual(strongShare);
      expect(found.meanCost).toBeCloseTo(1 + 9 * found.strongShare, 9);
    }
  });

  it('is the lowest that has the quality that is wanted', () => {
    const found = calibrateMinQuality(requests, { quality: 0.8 });
    expect(found.isReached).toBe(true);
    expect(found.quality).toBeGreaterThanOrEqual(0.8);
    expect(found.quality).toBeLessThan(0.82);
    const better = calibrateMinQuality(requests, { quality: 0.85 });
    expect(better.minQuality).toBeGreaterThan(found.minQuality);
    expect(better.meanCost).toBeGreaterThan(found.meanCost);
  });

  it('says when the target cannot be reached, and what is nearest', () => {
    const found = calibrateMinQuality(requests, { quality: 0.99 });
    expect(found.isReached).toBe(false);
    expect(found.quality).toBeCloseTo(0.876, 2);
  });

  it('takes the highest score above the bound where there are scores, and counts what nothing is good enough for', () => {
    const scored = [
      [
        { quality: 0.5, cost: 1, score: 0.9 },
        { quality: 0.8, cost: 5, score: 0.7 },
        { quality: 0.7, cost: 2, score: 0.4 },
      ],
      [{ quality: 0.6, cost: 1, score: 0.3 }],
    ];
    expect(calibrateMinQuality(scored, { quality: 0.7 })).toEqual({
      minQuality: 0.6,
      quality: 0.7,
      strongShare: 0.5,
      meanCost: 3,
      unmetShare: 0,
      isReached: true,
    });
    expect(calibrateMinQuality(scored, { quality: 0.9 })).toMatchObject({ isReached: false });
    expect(calibrateMinQuality(scored.slice(1), { strongShare: 0 })).toMatchObject({ minQuality: 0.6, unmetShare: 0 });
  });

  it('goes by outcomes where they are known', () => {
    const misjudged = [
      [
        { quality: 0.9, cost: 1, outcome: 0 },
        { quality: 0.95, cost: 2, outcome: 1 },
      ],
    ];
    expect(calibrateMinQuality(misjudged, { quality: 0.9 })).toMatchObject({
      minQuality: 0.95,
      quality: 1,
      strongShare: 1,
    });
  });

  it('is refused without requests', () => {
    expect(() => calibrateMinQuality([], { quality: 0.5 })).toThrow(/at least one/);
    expect(() => calibrateMinQuality([[]], { quality: 0.5 })).toThrow(/at least one/);
  });

  it('does what it says for any sample', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const candidate = fc.record({ quality: share, cost: fc.integer({ min: 0, max: 100 }) });
    const sample = fc.array(fc.array(candidate, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sample, share, fc.boolean(), (any, goal, isQuality) => {
        const found = calibrateMinQuality(any, isQuality ? { quality: goal } : { strongShare: goal });
        if (found.isReached && isQuality) expect(found.quality).toBeGreaterThanOrEqual(goal);
        if (!isQuality) expect(found).toMatchObject({ isReached: true });
        if (!isQuality) expect(found.strongShare).toBeLessThanOrEqual(goal);
        if (!found.isReached) expect(found.quality).toBeLessThan(goal);
      }),
    );
  });
});
