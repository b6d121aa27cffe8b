import { LatticeError, specVersion, type ProviderDefinition } from '@lattice-lock/contract';

/** The provider packages of this house: optional peers, each loaded only where it is installed. */
const ownPackages: readonly { readonly name: string; load(): Promise<object> }[] = [
  { name: '@lattice-lock/provider-openai', load: () => import('@lattice-lock/provider-openai') },
  { name: '@lattice-lock/provider-anthropic', load: () => import('@lattice-lock/provider-anthropic') },
  { name: '@lattice-lock/provider-google', load: () => import('@lattice-lock/provider-google') },
  { name: '@lattice-lock/provider-xai', load: () => import('@lattice-lock/provider-xai') },
  { name: '@lattice-lock/provider-azure', load: () => import('@lattice-lock/provider-azure') },
  { name: '@lattice-lock/provider-bedrock', load: () => import('@lattice-lock/provider-bedrock') },
  { name: '@lattice-lock/provider-dial', load: () => import('@lattice-lock/provider-dial') },
  { name: '@lattice-lock/provider-local', load: () => import('@lattice-lock/provider-local') },
  { name: '@lattice-lock/provider-openai-compatible', load: () => import('@lattice-lock/provider-openai-compatible') },
];

/** The definitions of this house's packages that are installed. */
export async function loadInstalledProviders(): Promise<readonly ProviderDefinition[]> {
  const loaded = await Promise.all(ownPackages.map(({ name, load }) => loadIfInstalled(name, load)));
  return loaded.flat();
}

/**
 * The definitions a third-party package exports.
 *
 * @throws LatticeError `LATTICE_PROVIDER_NOT_INSTALLED` with the install command, `LATTICE_CONFIG` when it exports no
 * definition
 */
export async function loadProviderPackage(name: string): Promise<readonly ProviderDefinition[]> {
  const definitions = await loadIfInstalled(name, () => import(name) as Promise<object>, true);
  if (definitions.length === 0) {
    throw new LatticeError('LATTICE_CONFIG', `The package "${name}" exports no provider definition.`);
  }
  return definitions;
}

async function loadIfInstalled(
  name: string,
  load: () => Promise<object>,
  isRequired = false,
): Promise<readonly ProviderDefinition[]> {
  try {
    return definitionsOf(name, await load());
  } catch (error) {
    if (LatticeError.isInstance(error) || !isMissing(error, name)) throw error;
    if (!isRequired) return [];
    throw new LatticeError(
      'LATTICE_PROVIDER_NOT_INSTALLED',
      `The provider package "${name}" is not installed. Install it with: npm install ${name}`,
      { cause: error },
    );
  }
}

/** Missing is the package itself; a package that is there but misses something of its own is broken, and says so. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' && typeof message === 'string' && message.includes(`'${name}'`);
}

function definitionsOf(name: string, exported: object): readonly ProviderDefinition[] {
  const definitions = Object.values(exported).filter(isDefinition);
  for (const definition of definitions) {
    if (definition.specVersion !== specVersion) {
      throw new LatticeError(
        'LATTICE_CONFIG',
        `The package "${name}" speaks version ${String(definition.specVersion)} of the provider contract; ` +
          `this is version ${specVersion}. Update the package or lattice-lock.`,
      );
    }
  }
  return definitions;
}

function isDefinition(value: unknown): value is ProviderDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { specVersion: version, id, create } = value as Partial<Record<keyof ProviderDefinition, unknown>>;
  return typeof version === 'number' && typeof id === 'string' && typeof create === 'function';
}
