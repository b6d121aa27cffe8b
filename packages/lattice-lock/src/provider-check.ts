import { toLatticeError, type Issue } from '@lattice-lock/contract';
import { createProviderRegistry, type ProviderRegistry } from '@lattice-lock/provider-kit';
import { loadInstalledProviders, loadProviderPackage } from './provider-packages.ts';
import type { ProductionCheck } from './production-check.ts';

/** Does what `checkProviders` says; apart, because it loads the registry and the provider packages. */
export async function findProviderIssues(facts: Parameters<ProductionCheck>[0]): Promise<readonly Issue[]> {
  const { providers, plugins, env } = facts;
  try {
    const loaded = await Promise.all([loadInstalledProviders(), ...plugins.map(loadProviderPackage)]);
    const definitions = loaded.flat();
    return issuesOf(createProviderRegistry({ definitions, settings: providers, env, sdkEnv: process.env }));
  } catch (error) {
    return [{ path: 'providers', message: toLatticeError(error).message }];
  }
}

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
