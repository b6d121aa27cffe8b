import { readFile } from 'node:fs/promises';
import { formatModelRef, LatticeError, type ModelInfo } from '@lattice-lock/contract';
import { loadDataPolicies, type StatedDataPolicy } from './data-policy.ts';
import { ModelRegistry } from './model-registry.ts';
import { modelInfo, type VendorFile } from './vendor-file.ts';

/** What {@link loadCatalog} may be told. */
export interface CatalogOptions {
  /** A YAML or JSON file of the user's that adds, overrides or removes models and prices. */
  readonly overlayFile?: string | null;
  /** Models that provider packages know beyond the catalog; one the catalog has already is not replaced. */
  readonly extraModels?: readonly ModelInfo[];
  /** Providers that serve only what is deployed there: of the shipped models those stay that `extraModels` names too. */
  readonly narrowedProviders?: readonly string[];
  /** What the operator states of where providers serve from and what they keep; it comes before what is known in general. */
  readonly dataPolicies?: Readonly<Record<string, StatedDataPolicy>>;
}

/** `data/` stands beside both `src/` and `dist/`. */
const dataFolder = new URL('../data/', import.meta.url);

async function readData<Content>(name: string): Promise<Content> {
  try {
    return JSON.parse(await readFile(new URL(name, dataFolder), 'utf8')) as Content;
  } catch (cause) {
    throw new LatticeError(
      'LATTICE_CATALOG',
      `The catalog's own file data/${name} cannot be read: install @lattice-lock/catalog again.`,
      { cause },
    );
  }
}

/** The models that come with this package, and the order of their providers. */
async function shippedModels(): Promise<{ models: readonly ModelInfo[]; providers: readonly string[] }> {
  const { providers } = await readData<{ providers: readonly string[] }>('index.json');
  const files = await Promise.all(providers.map((provider) => readData<VendorFile>(`${provider}.json`)));
  const models = files.flatMap((file) => file.models.map((model) => modelInfo(file.provider, model)));
  return { models, providers };
}

/**
 * Loads the catalog: the models of this package, then those of provider packages, then the user's overlay. No network.
 *
 * @throws LatticeError `LATTICE_CATALOG`; for an overlay, `issues` names every problem with its path.
 */
export async function loadCatalog(options: CatalogOptions = {}): Promise<ModelRegistry> {
  const [{ models, providers }, policies] = await Promise.all([
    shippedModels(),
    loadDataPolicies(options.dataPolicies ?? {}),
  ]);
  const known = new Map<string, ModelInfo>();
  const { extraModels = [], narrowedProviders } = options;
  const narrowed = new Set(narrowedProviders);
  const named = new Set(extraModels.map(formatModelRef));
  const kept = models.filter((model) => !narrowed.has(model.provider) || named.has(formatModelRef(model)));
  for (const model of [...kept, ...extraModels]) {
    const ref = formatModelRef(model);
    if (!known.has(ref)) known.set(ref, model);
  }
  if (options.overlayFile !== undefined && options.overlayFile !== null) {
    // The overlay's parser and schema cost more to import than the whole catalog to read.
    const { applyOverlay } = await import('./overlay.ts');
    await applyOverlay(known, options.overlayFile);
  }
  return new ModelRegistry(known.values(), providers, policies);
}
