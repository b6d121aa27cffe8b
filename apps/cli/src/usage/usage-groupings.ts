import type { LedgerGrouping } from '@lattice-lock/contract';

/** What usage can be added up by: `--by`. */
export const usageGroupings: readonly LedgerGrouping[] = ['model', 'provider', 'api-key', 'day', 'status'];
