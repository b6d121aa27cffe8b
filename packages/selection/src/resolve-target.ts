import { LatticeError, parseModelRef, type SelectionPreset } from '@lattice-lock/contract';
import { presetWeights } from '@lattice-lock/scoring';
import type { NamedModelCatalog, ResolvedTarget } from './selection-input.ts';

/** What names are looked up in. */
export interface ResolveTargetOptions {
  readonly catalog: NamedModelCatalog;
  /** The operator's own names: what each stands for is resolved again. */
  readonly aliases: Readonly<Record<string, string>>;
  /** The provider's id for an id or alias. @throws LatticeError `LATTICE_UNKNOWN_PROVIDER` */
  resolveProvider(name: string): string;
  /** Whether a provider accepts models the catalog does not know. */
  passthrough(provider: string): boolean;
  /** Models the operator listed for a provider. */
  configuredModels?(provider: string): readonly string[];
  /** Whether a provider can be called; decides which provider a bare model id means. */
  isConfigured?(provider: string): boolean;
  /** What plain `auto` means. */
  readonly defaultPreset: SelectionPreset;
}

/**
 * What a caller's `model` means.
 *
 * @throws LatticeError `LATTICE_UNKNOWN_MODEL` with `suggestions`; what `resolveProvider` throws for an unknown provider.
 */
export function resolveTarget(requested: string | undefined, options: ResolveTargetOptions): ResolvedTarget {
  const name = requested?.trim() ?? 'auto';
  if (name === 'auto' || name === '') return { mode: 'auto', preset: options.defaultPreset };
  const preset = name.startsWith('auto:') ? name.slice('auto:'.length) : undefined;
  if (preset !== undefined && Object.hasOwn(presetWeights, preset)) {
    return { mode: 'auto', preset: preset as SelectionPreset };
  }
  if (Object.hasOwn(options.aliases, name)) return resolveTarget(options.aliases[name], { ...options, aliases: {} });
  const ref = parseModelRef(name);
  if (ref !== null) {
    const model = { provider: options.resolveProvider(ref.provider), model: ref.model };
    if (options.catalog.get(model) !== undefined || options.passthrough(model.provider))
      return { mode: 'explicit', model };
  }
  const [found] = options.catalog.find(name);
  if (found !== undefined) return { mode: 'explicit', model: { provider: found.provider, model: found.model } };
  const suggestions = options.catalog.near(name, 3);
  throw new LatticeError('LATTICE_UNKNOWN_MODEL', `Unknown model "${name}".`, { suggestions });
}
