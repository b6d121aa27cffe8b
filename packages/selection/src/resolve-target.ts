import {
  LatticeError,
  parseModelRef,
  type ModelInfo,
  type ModelRef,
  type SelectionPreset,
} from '@lattice-lock/contract';
import { presetWeights } from '@lattice-lock/scoring';
import type { NamedModelCatalog, ResolvedTarget } from './selection-input.ts';

/** What names are looked up in. */
export interface ResolveTargetOptions {
  readonly catalog: NamedModelCatalog;
  /** The operator's own names: what each stands for is resolved again. */
  readonly aliases: Readonly<Record<string, string>>;
  /** The provider's id for an id or alias. @throws LatticeError `LATTICE_UNKNOWN_PROVIDER`, `LATTICE_PROVIDER_NOT_INSTALLED` */
  resolveProvider(name: string): string;
  /** Whether a provider accepts models the catalog does not know. */
  passthrough(provider: string): boolean;
  /** Models the operator listed for a provider; they are accepted like those of the catalog. */
  configuredModels?(provider: string): readonly string[];
  /** Whether a provider can be called: decides which provider a bare model id means. */
  isConfigured?(provider: string): boolean;
  /** What plain `auto` means. */
  readonly defaultPreset: SelectionPreset;
}

const presets = Object.keys(presetWeights) as readonly SelectionPreset[];

/** A name longer than this is no name: it is cut before it is compared or shown. */
const maxNameChars = 200;

/**
 * What a caller's `model` means, tried in this order: `auto` and `auto:<preset>`, an alias of the operator,
 * `provider/model` (the provider by id or alias, the model by id or alias), a bare id or alias of the catalog. A bare id that
 * several providers offer means the first configured one in the catalog's order, where makers come before hosts.
 *
 * @throws LatticeError `LATTICE_UNKNOWN_MODEL` with `suggestions`; what `resolveProvider` throws for a provider that is not
 * there; `LATTICE_CONFIG` when aliases stand for each other in a circle.
 */
export function resolveTarget(requested: string | undefined, options: ResolveTargetOptions): ResolvedTarget {
  return resolve((requested ?? '').trim(), options, []);
}

function resolve(name: string, options: ResolveTargetOptions, seen: readonly string[]): ResolvedTarget {
  if (name === '' || name === 'auto') return { mode: 'auto', preset: options.defaultPreset };
  const preset = presets.find((one) => name === `auto:${one}`);
  if (preset !== undefined) return { mode: 'auto', preset };
  if (Object.hasOwn(options.aliases, name)) return resolveAlias(name, options, seen);

  const model = findModel(name, options);
  if (model === undefined) throw unknownModel(name, options);
  return { mode: 'explicit', model };
}

function resolveAlias(name: string, options: ResolveTargetOptions, seen: readonly string[]): ResolvedTarget {
  if (seen.includes(name)) {
    throw new LatticeError(
      'LATTICE_CONFIG',
      `The aliases ${[...seen, name].join(' -> ')} stand for each other: let one of them stand for a model.`,
      { issues: [{ path: `aliases.${name}`, message: 'stands for itself' }] },
    );
  }
  return resolve((options.aliases[name] ?? '').trim(), options, [...seen, name]);
}

function findModel(name: string, options: ResolveTargetOptions): ModelRef | undefined {
  const ref = parseModelRef(name);
  if (ref === null) return choose(options.catalog.find(name), options);
  // Hosts sell models under ids with a slash: "openai/gpt-oss-20b" is also an id of Groq.
  const asId = () =>
    choose(
      options.catalog.find(name).filter((one) => one.model === name),
      options,
    );
  let provider: string;
  try {
    provider = options.resolveProvider(ref.provider);
  } catch (error) {
    const model = asId();
    if (model === undefined) throw error;
    return model;
  }
  return modelOfProvider(provider, ref.model, options) ?? asId();
}

function modelOfProvider(provider: string, model: string, options: ResolveTargetOptions): ModelRef | undefined {
  const ref = { provider, model };
  if (options.catalog.get(ref) !== undefined) return ref;
  const byAlias = options.catalog.find(model).find((one) => one.provider === provider);
  if (byAlias !== undefined) return refOf(byAlias);
  const accepted = options.passthrough(provider) || options.configuredModels?.(provider).includes(model);
  return accepted ? ref : undefined;
}

function choose(found: readonly ModelInfo[], options: ResolveTargetOptions): ModelRef | undefined {
  const model = found.find((one) => options.isConfigured?.(one.provider)) ?? found[0];
  return model === undefined ? undefined : refOf(model);
}

function refOf({ provider, model }: ModelInfo): ModelRef {
  return { provider, model };
}

function unknownModel(name: string, options: ResolveTargetOptions): LatticeError {
  const shown = name.slice(0, maxNameChars);
  const isPreset = name.startsWith('auto:');
  const suggestions = isPreset ? presets.map((preset) => `auto:${preset}`) : options.catalog.near(shown, 5);
  const near = suggestions.length === 0 ? '' : ` Near: ${suggestions.join(', ')}.`;
  const ref = parseModelRef(name);
  const opening = ref === null ? '' : howToOpen(options.resolveProvider(ref.provider));
  return new LatticeError(
    'LATTICE_UNKNOWN_MODEL',
    `Unknown model ${JSON.stringify(shown)}.${near}${opening} Write auto, auto:${presets.join(', auto:')}, an alias or provider/model; \`lattice models\` lists them.`,
    { suggestions, issues: [{ path: 'model', message: `unknown model ${JSON.stringify(shown)}` }] },
  );
}

/** Deployments have names of the operator's own, and vendors bring out models faster than catalogs. */
function howToOpen(provider: string): string {
  return ` If ${provider} serves it, list it in providers.${provider}.models or set providers.${provider}.passthrough: true.`;
}
