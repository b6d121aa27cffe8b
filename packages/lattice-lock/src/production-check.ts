import type { ConfigOptions } from '@lattice-lock/config';

/** A check that `loadConfig` asks in production. */
export type ProductionCheck = NonNullable<ConfigOptions['productionCheck']>;

/**
 * What production needs and only the provider packages can tell: that one of them has all it needs to be called. Give it
 * to `loadConfig` as its `productionCheck`, so that a missing provider is listed together with every other problem.
 */
export const checkProviders: ProductionCheck = async (facts) => {
  const { findProviderIssues } = await import('./provider-check.ts');
  return findProviderIssues(facts);
};
