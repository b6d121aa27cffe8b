// The suite of the provider port.
export {
  providerChecks,
  runProviderCheck,
  runProviderConformance,
  type ProviderConformanceOptions,
} from './provider-conformance.ts';
export { ProviderSubject, type ProviderSpecimen } from './provider/provider-subject.ts';

// What a suite is made of, for those who add checks of their own.
export { registerChecks, type ConformanceCheck, type SkippedChecks } from './conformance-check.ts';
