import { loadDataPolicies, ModelGuideParser, ModelRegistry } from '@lattice-lock/catalog';
import { LatticeError } from '@lattice-lock/contract';
import { resolveTarget, type ReplayOptions } from '@lattice-lock/selection';
import type { LatticeSession } from '../lattice-session.ts';

/** What the configuration of a session makes of past decisions. @throws LatticeError what is wrong with its guide */
export async function replayOptions({ config, lattice }: LatticeSession): Promise<ReplayOptions> {
  const [models, providers] = await Promise.all([lattice.models(), lattice.providers()]);
  const stated = Object.entries(config.providers).flatMap(([id, { dataPolicy }]) =>
    dataPolicy === undefined ? [] : [[id, dataPolicy] as const],
  );
  const order = [...new Set(models.map((model) => model.provider))];
  const catalog = new ModelRegistry(models, order, await loadDataPolicies(Object.fromEntries(stated)));
  const resolveProvider = (name: string) => {
    const found = providers.find(({ id, definition }) => id === name || definition.aliases.includes(name));
    if (found === undefined) throw new LatticeError('LATTICE_UNKNOWN_PROVIDER', `There is no provider "${name}".`);
    return found.id;
  };
  const names = {
    catalog,
    aliases: config.aliases,
    resolveProvider,
    passthrough: (id: string) => providers.some((one) => one.id === id && one.passthrough),
  };
  const { guide, constraints, preset, weights } = config.routing;
  // The simulator stands in for all; that says nothing about what could be called.
  const configured = new Set(lattice.simulated ? [] : providers.filter((one) => one.configured).map(({ id }) => id));
  return {
    catalog,
    operatorConstraints: constraints,
    resolve: (requested) => resolveTarget(requested, { ...names, defaultPreset: preset }),
    isConfigured: (provider) => configured.has(provider),
    ...(weights === null ? {} : { weights }),
    ...(guide === null ? {} : { guide: await new ModelGuideParser(names).parseFile(guide) }),
  };
}
