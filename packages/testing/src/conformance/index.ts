// The suite of the provider port.
export {
  providerChecks,
  runProviderCheck,
  runProviderConformance,
  type ProviderConformanceOptions,
} from './provider-conformance.ts';
export { ProviderSubject, type ProviderSpecimen } from './provider/provider-subject.ts';
export type { SpecimenParts } from './provider/specimen-parts.ts';
export type { WireTraits } from './provider/wire-traits.ts';

// The smoke suite of a real vendor.
export { missingForLive, runLiveSmoke, type LiveSmokeOptions } from './live/live-smoke.ts';

// The suites of the storage ports.
export {
  ledgerChecks,
  runApiKeyStoreConformance,
  runDecisionStoreConformance,
  runLedgerConformance,
  runOutcomeStoreConformance,
  runStoreCheck,
  type OpenedStore,
  type StoreConformanceOptions,
} from './storage-conformance.ts';
export { apiKeyStoreChecks } from './storage/api-key-store-checks.ts';
export { decisionStoreChecks } from './storage/decision-store-checks.ts';
export { outcomeStoreChecks } from './storage/outcome-store-checks.ts';

// What a suite is made of, for those who add checks of their own.
export { registerChecks, type ConformanceCheck, type SkippedChecks } from './conformance-check.ts';
