import { addUsage, LatticeError, totalCost, type LedgerEntry, type Usage } from '@lattice-lock/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerEntry } from './__fixtures__/ledger-entry.ts';
import { temporaryFolder } from './__fixtures__/temporary-folder.ts';
import { openStorage, type Storage } from './index.ts';

const limit = 2n ** 62n;
const count = fc.option(fc.maxSafeNat(), { nil: null });
const usages: fc.Arbitrary<Usage> = fc.record({
  inputTokens: count,
  outputTokens: count,
  totalTokens: count,
  cachedInputTokens: count,
  cacheWriteTokens: count,
  cacheWriteLongTokens: count,
  reasoningTokens: count,
});
const costs = fc.option(fc.oneof(fc.bigInt({ min: -limit, max: limit }), fc.constantFrom(0n, limit, -limit)), {
  nil: null,
});
const text = fc.string({ unit: 'grapheme', maxLength: 20 });

const entries = fc.record({
  usage: usages,
  estimatedUsage: fc.option(usages, { nil: null }),
  costNanoUsd: costs,
  provider: fc.constantFrom('openai', 'anthropic'),
  model: text,
  apiKeyId: fc.option(text, { nil: null }),
  priceSource: fc.option(text, { nil: null }),
  startedAtMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  durationMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  firstTokenMs: fc.option(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), { nil: null }),
  simulated: fc.boolean(),
});

let folder: ReturnType<typeof temporaryFolder>;
let storage: Storage;
let run = 0;

beforeAll(async () => {
  folder = temporaryFolder();
  storage = await openStorage({ dataDir: folder.path });
});
afterAll(async () => {
  await storage.close();
  folder.remove();
});

/** Each run has requests of its own, so that one file serves all. */
function numbered(parts: readonly Partial<LedgerEntry>[]): readonly LedgerEntry[] {
  run += 1;
  return parts.map((part, index) => ledgerEntry(`${run}-${index}`, { ...part, requestId: `run-${run}` }));
}

describe('the ledger', () => {
  it('returns every entry as it was written, to the nano-dollar', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entries, { minLength: 1, maxLength: 8 }), async (parts) => {
        const written = numbered(parts);
        await storage.ledger.record(written);
        const read = await storage.ledger.entries({ requestId: `run-${run}` });
        const byId = (left: LedgerEntry, right: LedgerEntry) => left.id.localeCompare(right.id);
        expect([...read].sort(byId)).toEqual([...written].sort(byId));
        const starts = read.map(({ startedAtMs }) => startedAtMs);
        expect(starts).toEqual(starts.toSorted((left, right) => left - right));
      }),
      { numRuns: 100 },
    );
  });

  it('adds costs up as the contract does: exact beyond 64 bits, unknown apart from 0', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entries, { minLength: 1, maxLength: 12 }), async (parts) => {
        const written = numbered(parts);
        await storage.ledger.record(written);
        const [row] = await storage.ledger.summarize('status', { requestId: `run-${run}` });
        expect(row?.cost).toEqual(totalCost(written.map(({ costNanoUsd }) => costNanoUsd)));
        expect(row?.entries).toBe(written.length);
        expect(row?.requests).toBe(1);
        const sums = addUsage(written.map(({ usage }) => usage));
        for (const field of Object.keys(sums) as (keyof Usage)[]) {
          const [stored, expected] = [row?.usage[field], sums[field]];
          if (expected === null) expect(stored).toBeNull();
          else expect(stored).toBeCloseTo(expected, -3);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('refuses an amount beyond 2^62 and writes nothing of its batch', async () => {
    const [good, bad] = numbered([{}, { costNanoUsd: limit + 1n }]);
    if (good === undefined || bad === undefined) expect.fail('two entries were made');
    const error: unknown = await storage.ledger.record([good, bad]).catch((reason: unknown) => reason);
    expect(LatticeError.isInstance(error) && error.code).toBe('LATTICE_STORAGE');
    expect(String(error)).toContain(bad.id);
    expect(await storage.ledger.entries({ requestId: good.requestId })).toEqual([]);
  });
});
