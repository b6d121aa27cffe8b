import type { ConfigOptions } from '@lattice-lock/config';
import { toLatticeError, type Issue } from '@lattice-lock/contract';
import type { ProviderRegistry } from '@lattice-lock/provider-kit';

/**
 * What production needs and only the provider packages can tell: that one of them has all it needs to be called. Give it
 * to `loadConfig` as its `productionCheck`, so that a missing provider is listed together with every other problem.
 */
export const checkProviders: NonNullable<ConfigOptions['productionCheck']> = async ({ providers, plugins, env }) => {
  const [{ createProviderRegistry }, { loadInstalledProviders, loadProviderPackage }] = await Promise.all([
    import('@lattice-lock/provider-kit'),
    import('./provider-packages.ts'),
  ]);
  try {
    const loaded = await Promise.all([loadInstalledProviders(), ...plugins.map(loadProviderPackage)]);
    return issuesOf(createProviderRegistry({ definitions: loaded.flat(), settings: providers, env }));
  } catch (error) {
    return [{ path: 'providers', message: toLatticeError(error).message }];
  }
};

function issuesOf(registry: ProviderRegistry): readonly Issue[] {
  if (registry.list().some((provider) => provider.configured)) return [];
  const misspelt = registry.misspeltCredentials().map(({ found, meant }) => ({
    path: found,
    message: `is set, but no provider reads it; did you mean ${meant}?`,
  }));
  return [{ path: 'providers', message: noProviderMessage(registry) }, ...misspelt];
}

/** Says for each installed provider what to set. */
export function noProviderMessage(registry: ProviderRegistry): string {
  const ways = registry.list().map(({ id, reason }) => `${id}: ${reason ?? 'see its README'}`);
  return `production needs a provider, and none is configured (the simulator never answers there). ${ways.join(' ')}`;
}
