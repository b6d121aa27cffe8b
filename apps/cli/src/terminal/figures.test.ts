import { unknownUsage } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatContext, formatCost, formatDuration, formatTokens, formatUsd, formatUsdPerMillion } from './figures.ts';

describe('figures for people', () => {
  it('writes small sums with four significant digits and never as zero', () => {
    expect(formatUsd(0n)).toBe('$0');
    expect(formatUsd(1n)).toBe('$0.000000001');
    expect(formatUsd(123_456n)).toBe('$0.0001235');
    expect(formatUsd(12_340_000_000n)).toBe('$12.34');
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 15n), (nanoUsd) => {
        const shown = Number(formatUsd(nanoUsd).slice(1));
        const exact = Number(nanoUsd) / 1e9;
        expect(Math.abs(shown - exact)).toBeLessThanOrEqual(Math.max(exact * 0.006, 1e-9));
        expect(shown).toBeGreaterThan(0);
      }),
    );
  });

  it('names what is unknown instead of leaving it out', () => {
    expect(formatCost({ nanoUsd: 0n, unknownEntries: 0 })).toBe('$0');
    expect(formatCost({ nanoUsd: 0n, unknownEntries: 1 })).toBe('unknown');
    expect(formatCost({ nanoUsd: 1_500_000n, unknownEntries: 2 })).toBe('$0.0015 + 2 unknown');
    expect(formatTokens({ ...unknownUsage, inputTokens: 1204 })).toBe('1,204 tokens in, unknown out');
    expect(formatTokens(unknownUsage)).toBe('tokens unknown');
  });

  it('writes spans, contexts and prices as vendors do', () => {
    expect([formatDuration(840.4), formatDuration(1449), formatDuration(125_000)]).toEqual([
      '840 ms',
      '1.4 s',
      '2 min 5 s',
    ]);
    expect([formatContext(null), formatContext(8192), formatContext(1_047_576)]).toEqual(['-', '8k', '1.05M']);
    expect([formatUsdPerMillion(undefined), formatUsdPerMillion(1_250_000n), formatUsdPerMillion(37_500n)]).toEqual([
      '-',
      '1.25',
      '0.0375',
    ]);
  });
});
