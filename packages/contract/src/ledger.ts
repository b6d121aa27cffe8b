import type { AttemptStatus } from './run.ts';
import type { ErrorCode } from './errors.ts';
import type { CostTotal } from './money.ts';
import type { Usage } from './usage.ts';

/** What one attempt used and cost. Written once, never changed. */
export interface LedgerEntry {
  /** Unique; the same id written twice is one entry. */
  readonly id: string;
  readonly requestId: string;
  readonly decisionId: string | null;
  /** Who pays; `null` for the process's own use. */
  readonly apiKeyId: string | null;
  readonly turn: number;
  readonly attempt: number;
  readonly provider: string;
  readonly model: string;
  readonly status: AttemptStatus;
  readonly errorCode: ErrorCode | null;
  /** As the vendor reported it; unknown is `null`. */
  readonly usage: Usage;
  /** Our estimate where the vendor reported none, e.g. of a cut stream; never mixed into totals. */
  readonly estimatedUsage: Usage | null;
  /** Integer nano-dollars at the price in force at `startedAtMs`; `null` is unknown. */
  readonly costNanoUsd: bigint | null;
  /** Where the price was read; `null` when it is unknown. */
  readonly priceSource: string | null;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly firstTokenMs: number | null;
  readonly upstreamRequestId: string | null;
  /** True when the simulator answered: such entries are kept apart from real money in every total. */
  readonly simulated: boolean;
}

/** Which entries a question is about. */
export interface LedgerFilter {
  readonly requestId?: string;
  readonly apiKeyId?: string;
  readonly provider?: string;
  readonly model?: string;
  /** From this instant on, ms since the epoch. */
  readonly fromMs?: number;
  /** Before this instant. */
  readonly untilMs?: number;
  readonly simulated?: boolean;
}

/** What entries are added up by. */
export type LedgerGrouping = 'model' | 'provider' | 'api-key' | 'day' | 'status';

/** One row of a summary. */
export interface LedgerSummaryRow {
  /** The group: `provider/model`, a provider, a key id (`''` for none), `YYYY-MM-DD` in UTC, or a status. */
  readonly group: string;
  readonly entries: number;
  readonly requests: number;
  readonly usage: Usage;
  readonly cost: CostTotal;
}

/** The book of what was used. */
export interface UsageLedger {
  /** Writes entries at once, all or none; returns when they are committed. */
  record(entries: readonly LedgerEntry[]): Promise<void>;
  /** Entries in the order of their start, at most `limit` (default 1000). */
  entries(filter?: LedgerFilter, limit?: number): Promise<readonly LedgerEntry[]>;
  summarize(groupBy: LedgerGrouping, filter?: LedgerFilter): Promise<readonly LedgerSummaryRow[]>;
}
