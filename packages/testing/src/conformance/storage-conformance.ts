import type { ApiKeyStore, DecisionStore, OutcomeStore, UsageLedger } from '@lattice-lock/contract';
import { registerChecks, underDeadline, type ConformanceCheck, type SkippedChecks } from './conformance-check.ts';
import { apiKeyStoreChecks } from './storage/api-key-store-checks.ts';
import { decisionStoreChecks } from './storage/decision-store-checks.ts';
import { ledgerEntryChecks } from './storage/ledger-entry-checks.ts';
import { ledgerOpenChecks } from './storage/ledger-open-checks.ts';
import { ledgerSummaryChecks } from './storage/ledger-summary-checks.ts';
import { outcomeStoreChecks } from './storage/outcome-store-checks.ts';

/** A store under test, and how it is put away. */
export interface OpenedStore<Store> {
  readonly store: Store;
  close(): Promise<void>;
}

/** A store and what its suite is called. */
export interface StoreConformanceOptions<Store> {
  readonly name: string;
  /** Makes an empty store; called once for every check. */
  open(): Promise<OpenedStore<Store>>;
  /** Checks this store cannot pass, by id, each with the reason why. */
  readonly skip?: SkippedChecks;
}

/** Every check of a ledger. */
export const ledgerChecks: readonly ConformanceCheck<UsageLedger>[] = [
  ...ledgerEntryChecks,
  ...ledgerOpenChecks,
  ...ledgerSummaryChecks,
];

/**
 * Runs one check against a store of its own.
 *
 * @throws AssertionError where the store fails it
 */
export async function runStoreCheck<Store>(
  open: () => Promise<OpenedStore<Store>>,
  check: ConformanceCheck<Store>,
): Promise<string | undefined> {
  const { store, close } = await open();
  try {
    return await underDeadline(check, store);
  } finally {
    await close();
  }
}

function runStoreConformance<Store>(
  port: string,
  checks: readonly ConformanceCheck<Store>[],
  { name, open, skip = {} }: StoreConformanceOptions<Store>,
): void {
  registerChecks(`${name}: ${port} conformance`, checks, skip, (check) => runStoreCheck(open, check));
}

/** Registers the suite that every {@link UsageLedger} passes. */
export function runLedgerConformance(options: StoreConformanceOptions<UsageLedger>): void {
  runStoreConformance('ledger', ledgerChecks, options);
}

/** Registers the suite that every {@link ApiKeyStore} passes. */
export function runApiKeyStoreConformance(options: StoreConformanceOptions<ApiKeyStore>): void {
  runStoreConformance('API key store', apiKeyStoreChecks, options);
}

/** Registers the suite that every {@link DecisionStore} passes. */
export function runDecisionStoreConformance(options: StoreConformanceOptions<DecisionStore>): void {
  runStoreConformance('decision store', decisionStoreChecks, options);
}

/** Registers the suite that every {@link OutcomeStore} passes. */
export function runOutcomeStoreConformance(options: StoreConformanceOptions<OutcomeStore>): void {
  runStoreConformance('outcome store', outcomeStoreChecks, options);
}
