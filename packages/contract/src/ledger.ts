import type { AttemptStatus } from './run.ts';
import type { ErrorCode } from './errors.ts';
import type { CostTotal } from './money.ts';
import type { Usage } from './usage.ts';

/**
 * How an entry stands: as its attempt ended, `open` while the attempt runs, or `lost` when the process that ran it died
 * before it ended (its usage and cost are unknown; a restart settles it so).
 */
export type LedgerStatus = AttemptStatus | 'open' | 'lost';

/** An attempt that begins. */
export interface OpenLedgerEntry {
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
  readonly startedAtMs: number;
  /** True when the simulator answers: such entries are kept apart from real money in every total. */
  readonly simulated: boolean;
}

/** What one attempt used and cost. Settled once, never changed afterwards. */
export interface LedgerEntry extends OpenLedgerEntry {
  readonly status: LedgerStatus;
  readonly errorCode: ErrorCode | null;
  /** As the vendor reported it; unknown is `null`. */
  readonly usage: Usage;
  /** Our estimate where the vendor reported none, e.g. of a cut stream; never mixed into totals. */
  readonly estimatedUsage: Usage | null;
  /** Integer nano-dollars at the price in force at `startedAtMs`; `null` is unknown. */
  readonly costNanoUsd: bigint | null;
  /** Where the price was read; `null` when it is unknown. */
  readonly priceSource: string | null;
  readonly durationMs: number;
  readonly firstTokenMs: number | null;
  readonly upstreamRequestId: string | null;
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
  /**
   * Notes an attempt that begins, so that one whose process dies is not forgotten. Resolves when it is committed; the
   * caller need not wait for that before it calls the vendor. A store may hold it back for some milliseconds: if the
   * attempt is recorded meanwhile, that alone is written.
   */
  open(entry: OpenLedgerEntry): Promise<void>;
  /** Settles entries at once, all or none, opened before or not; resolves when they are committed. */
  record(entries: readonly LedgerEntry[]): Promise<void>;
  /** Entries in the order of their start, open ones too, at most `limit` (default 1000). */
  entries(filter?: LedgerFilter, limit?: number): Promise<readonly LedgerEntry[]>;
  /** Adds settled entries up; open ones are not in it, lost ones count as unknown. */
  summarize(groupBy: LedgerGrouping, filter?: LedgerFilter): Promise<readonly LedgerSummaryRow[]>;
}
