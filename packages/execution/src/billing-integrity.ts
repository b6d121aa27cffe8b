import { addUsage, BillingIntegrityError, type LedgerEntry, type Usage } from '@lattice-lock/contract';

/** What an upstream says it served, in normal form. */
export interface ServedUsage {
  /** What it reported on the wire; fields it did not report are `null`. */
  readonly usage: Usage;
}

const compared = ['inputTokens', 'outputTokens', 'cachedInputTokens', 'cacheWriteTokens', 'reasoningTokens'] as const;

/**
 * Compares our ledger with what the upstream says it served: as many entries, and every kind of token equal.
 *
 * @throws BillingIntegrityError that names each difference
 */
export function assertBillingIntegrity(entries: readonly LedgerEntry[], served: readonly ServedUsage[]): void {
  const differences: string[] = [];
  if (entries.length !== served.length) {
    differences.push(`the ledger has ${entries.length} entries, the upstream served ${served.length} calls`);
  }
  const ours = addUsage(entries.map((entry) => entry.usage));
  const theirs = addUsage(served.map((one) => one.usage));
  for (const field of compared) {
    if ((ours[field] ?? 0) !== (theirs[field] ?? 0)) {
      differences.push(`${field}: the ledger has ${ours[field]}, the upstream says ${theirs[field]}`);
    }
  }
  if (differences.length > 0) {
    throw new BillingIntegrityError(`The ledger does not equal what the upstream served: ${differences.join('; ')}.`);
  }
}
