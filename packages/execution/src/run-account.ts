import { estimateTokens } from '@lattice-lock/analysis';
import {
  addUsage,
  costOfUsage,
  createUsage,
  isUnknownUsage,
  totalCost,
  type AttemptRecord,
  type AttemptStatus,
  type CostTotal,
  type LedgerEntry,
  type ModelRef,
  type OpenLedgerEntry,
  type Usage,
  type UsageLedger,
} from '@lattice-lock/contract';
import type { ModelPrice } from '@lattice-lock/contract';
import type { Attempt } from './attempt.ts';

/** Prices by model and instant; the catalog is one. */
export interface PriceSource {
  priceAt(model: ModelRef, atMs: number): ModelPrice | null;
  priceSourceAt(model: ModelRef, atMs: number): string | null;
}

/** What the account of a run needs to know. */
export interface RunAccountOptions {
  readonly requestId: string;
  readonly decisionId: string;
  readonly apiKeyId: string | null;
  /** Estimated input of the request, for attempts whose vendor reported nothing. */
  readonly estimatedInputTokens: number;
  readonly isSimulated: boolean;
  readonly prices: PriceSource;
  readonly ledger: UsageLedger | undefined;
}

/**
 * The account of one run: every attempt exactly once, with the price in force when it began, written to the ledger
 * before anyone is told that the answer is whole.
 */
export class RunAccount {
  readonly #options: RunAccountOptions;
  readonly #records: AttemptRecord[] = [];
  readonly #usages: Usage[] = [];
  readonly #costs: (bigint | null)[] = [];
  readonly #writes: Promise<void>[] = [];

  constructor(options: RunAccountOptions) {
    this.#options = options;
  }

  /** Every attempt so far, in order. */
  get records(): readonly AttemptRecord[] {
    return this.#records;
  }

  /** Usage of every attempt. */
  get totalUsage(): Usage {
    return addUsage(this.#usages);
  }

  /** Cost of every attempt. */
  get cost(): CostTotal {
    return totalCost(this.#costs);
  }

  /**
   * Notes that an attempt begins, so that it is not forgotten when this process dies. The vendor is called without
   * waiting for it.
   */
  open(attempt: Attempt): void {
    this.#keep(this.#options.ledger?.open(this.#openEntryOf(attempt)));
  }

  /** Closes an attempt: begins to write its entry, and keeps its record. */
  close(attempt: Attempt): AttemptRecord {
    const { model, turn, attempt: number } = attempt.input;
    const status = statusOf(attempt);
    const wasRefused = isRefusal(attempt);
    const price = this.#options.prices.priceAt(model, attempt.startedAtMs);
    const costNanoUsd = wasRefused ? 0n : costOfUsage(attempt.usage, price);
    const durationMs = Math.round(attempt.elapsedMs);
    const firstTokenMs = attempt.firstTokenMs === null ? null : Math.round(attempt.firstTokenMs);
    const record: AttemptRecord = {
      turn,
      attempt: number,
      model,
      status,
      errorCode: attempt.error?.code ?? null,
      errorMessage: attempt.error?.message ?? null,
      httpStatus: attempt.error === null ? 200 : (attempt.error.status ?? null),
      startedAt: new Date(attempt.startedAtMs).toISOString(),
      durationMs,
      firstTokenMs,
      usage: attempt.usage,
      costNanoUsd: costNanoUsd?.toString() ?? null,
    };
    this.#records.push(record);
    this.#usages.push(attempt.usage);
    this.#costs.push(costNanoUsd);
    this.#keep(
      this.#options.ledger?.record([
        {
          ...this.#entryOf(attempt, record),
          costNanoUsd,
          priceSource: wasRefused ? refusedPriceSource : this.#options.prices.priceSourceAt(model, attempt.startedAtMs),
          estimatedUsage: status === 'ok' || wasRefused ? null : this.#estimate(attempt),
        },
      ]),
    );
    return record;
  }

  /**
   * Resolves once everything so far is committed: nobody is told of an end before.
   *
   * @throws LatticeError `LATTICE_STORAGE` when the ledger could not be written
   */
  async settled(): Promise<void> {
    await Promise.all(this.#writes);
  }

  /** A rejection is looked at in {@link settled}; until then it must not count as unhandled. */
  #keep(write: Promise<void> | undefined): void {
    if (write === undefined) return;
    write.catch(() => undefined);
    this.#writes.push(write);
  }

  #openEntryOf(attempt: Attempt): OpenLedgerEntry {
    const { requestId, decisionId, apiKeyId, isSimulated } = this.#options;
    const { model, turn, attempt: number } = attempt.input;
    return {
      // A caller may send one request id twice; a decision is made once.
      id: `${decisionId}:${number}`,
      requestId,
      decisionId,
      apiKeyId,
      turn,
      attempt: number,
      provider: model.provider,
      model: model.model,
      startedAtMs: attempt.startedAtMs,
      simulated: isSimulated,
    };
  }

  #entryOf(
    attempt: Attempt,
    record: AttemptRecord,
  ): Omit<LedgerEntry, 'costNanoUsd' | 'priceSource' | 'estimatedUsage'> {
    const { status, errorCode, usage, durationMs, firstTokenMs } = record;
    return {
      ...this.#openEntryOf(attempt),
      status,
      errorCode,
      usage,
      durationMs,
      firstTokenMs,
      upstreamRequestId: attempt.result?.upstreamRequestId ?? attempt.error?.upstreamRequestId ?? null,
    };
  }

  #estimate(attempt: Attempt): Usage {
    const { text, reasoning } = attempt.partial;
    return createUsage({
      inputTokens: attempt.usage.inputTokens ?? this.#options.estimatedInputTokens,
      outputTokens: attempt.usage.outputTokens ?? estimateTokens(text) + estimateTokens(reasoning),
    });
  }
}

/** Why a refused attempt costs nothing: vendors bill answers, and an error status or a failed connection is none. */
const refusedPriceSource = 'no answer was given, so nothing is billed';

/** The vendor never began to answer: it sent an error status, or the connection was not even made. */
function isRefusal(attempt: Attempt): boolean {
  const { error } = attempt;
  if (error === null || attempt.hasShown || !isUnknownUsage(attempt.usage)) return false;
  if (error.status !== undefined && error.status >= 400) return true;
  return ['LATTICE_DNS', 'LATTICE_CONNECTION_REFUSED', 'LATTICE_OUTBOUND_BLOCKED', 'LATTICE_UNSUPPORTED'].includes(
    error.code,
  );
}

function statusOf(attempt: Attempt): AttemptStatus {
  if (attempt.result !== null) return 'ok';
  if (attempt.error === null || attempt.error.code === 'LATTICE_ABORTED') return 'cancelled';
  return attempt.hasShown || attempt.error.code === 'LATTICE_STREAM_INTERRUPTED' ? 'interrupted' : 'failed';
}
