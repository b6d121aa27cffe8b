import { costOfUsage, unknownUsage, type Usage } from '@lattice-lock/contract';
import { describe, expectTypeOf, it } from 'vitest';

describe('usage and money', () => {
  it('know what is unknown: null, never undefined', () => {
    expectTypeOf<Usage[keyof Usage]>().toEqualTypeOf<number | null>();
    expectTypeOf(costOfUsage).returns.toEqualTypeOf<bigint | null>();
  });

  it('are integers: a price is no number', () => {
    // @ts-expect-error pico-dollars are bigints
    costOfUsage(unknownUsage, { inputPicoUsd: 1, outputPicoUsd: 2n });
  });
});
