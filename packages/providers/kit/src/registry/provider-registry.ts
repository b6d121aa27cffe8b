import {
  LatticeError,
  ProviderUnavailableError,
  specVersion,
  type ChatProvider,
  type Clock,
  type EmbeddingProvider,
  type HttpTransport,
  type Logger,
  type ProviderDefinition,
  type ProviderOptions,
} from '@lattice-lock/contract';
import { nearNames } from './edit-distance.ts';
import { knownProviders, type KnownProvider } from './known-providers.ts';
import { findMisspeltCredentials, type MisspeltCredential } from './misspelt-credentials.ts';
import {
  createProviderEntry,
  type ProviderEntry,
  type ProviderSettings,
  type RegisteredProvider,
} from './provider-entry.ts';

/** What a registry is made of. */
export interface ProviderRegistryOptions {
  /** One per installed provider package. */
  readonly definitions: readonly ProviderDefinition[];
  /** By provider id; a name of its own with `kind` is a second account or server. */
  readonly settings?: Readonly<Record<string, ProviderSettings>>;
  /** Default: none, so that nothing is picked up by accident. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Where vendors' SDKs look for credentials by themselves: a variable of `env` that only they read counts when it is here
   * too. Default: `env`. Give it `process.env` where `env` holds more, such as that of a `.env` file.
   */
  readonly sdkEnv?: Readonly<Record<string, string | undefined>>;
  /** Shared by all providers. */
  readonly transport?: HttpTransport;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /**
   * The simulator's base URL for a wire; providers whose wire it speaks are then configured and call it instead, without
   * the options and headers of their settings.
   */
  readonly simulator?: (wire: string) => string | undefined;
  readonly firstByteTimeoutMs?: number;
  readonly idleTimeoutMs?: number;
}

/** Which providers there are, under which names, and how to make them. */
export interface ProviderRegistry {
  /**
   * The id of a provider that a user names by id or alias, in any case.
   *
   * @throws LatticeError `LATTICE_PROVIDER_NOT_INSTALLED` with the install command, `LATTICE_UNKNOWN_PROVIDER` with
   * `suggestions`.
   */
  resolve(name: string): string;
  /** Every provider, in the order of the definitions; further accounts behind. */
  list(): readonly RegisteredProvider[];
  /** False also for a name that is not an id. */
  isConfigured(id: string): boolean;
  /** What to do before a provider can be called: what to set, or the install command; `null` when it can be. */
  remedyFor(id: string): string | null;
  /**
   * Makes a new client of a provider.
   *
   * @throws ProviderUnavailableError when it is not configured, saying what to set; LatticeError as {@link resolve}.
   */
  create(id: string): ChatProvider;
  /**
   * Makes a new client of a provider's embedding models.
   *
   * @throws LatticeError `LATTICE_UNSUPPORTED` when it has none; as {@link create}.
   */
  createEmbeddings(id: string): EmbeddingProvider;
  /** Environment variables that look like a credential of a provider that lacks one. */
  misspeltCredentials(): readonly MisspeltCredential[];
}

/**
 * Makes a registry. Nothing is loaded or called yet.
 *
 * @throws LatticeError `LATTICE_CONFIG` for definitions that clash or speak another contract version,
 * `LATTICE_UNKNOWN_PROVIDER` or `LATTICE_PROVIDER_NOT_INSTALLED` for settings of a provider that is not there.
 */
export function createProviderRegistry(options: ProviderRegistryOptions): ProviderRegistry {
  return new DefinitionRegistry(options);
}

class DefinitionRegistry implements ProviderRegistry {
  readonly #options: ProviderRegistryOptions;
  readonly #entries = new Map<string, ProviderEntry>();
  readonly #aliases = new Map<string, string>();
  readonly #listed: readonly RegisteredProvider[];

  constructor(options: ProviderRegistryOptions) {
    this.#options = options;
    const definitions = checkedDefinitions(options.definitions);
    for (const { id, aliases } of definitions.values()) {
      for (const alias of aliases) if (!definitions.has(alias)) this.#aliases.set(alias, id);
    }
    const settings = this.#settingsById(definitions);
    for (const definition of definitions.values()) this.#add(definition.id, definition, settings.get(definition.id));
    for (const [id, own] of settings) {
      if (this.#entries.has(id) || own.kind === undefined) continue;
      const definition = definitions.get(this.#settled(own.kind, definitions, `providers.${id}.kind`));
      if (definition !== undefined) this.#add(id, definition, own);
    }
    this.#listed = [...this.#entries.values()].map(({ registered }) => registered);
  }

  resolve(name: string): string {
    return this.#settled(name, this.#entries);
  }

  list(): readonly RegisteredProvider[] {
    return this.#listed;
  }

  isConfigured(id: string): boolean {
    return this.#entries.get(id)?.registered.configured ?? false;
  }

  remedyFor(id: string): string | null {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry.registered.reason;
    const absent = knownProviders().find((known) => known.id === id);
    return absent === undefined ? 'No installed package provides it.' : installHint(absent);
  }

  create(id: string): ChatProvider {
    const entry = this.#configured(id);
    return entry.registered.definition.create(this.#optionsOf(entry));
  }

  createEmbeddings(id: string): EmbeddingProvider {
    const entry = this.#configured(id);
    const made = entry.registered.definition.createEmbeddings?.(this.#optionsOf(entry));
    if (made !== undefined) return made;
    const { displayName } = entry.registered.definition;
    throw new LatticeError('LATTICE_UNSUPPORTED', `${displayName} has no embedding models here.`, { provider: id });
  }

  #configured(id: string): ProviderEntry {
    const entry = this.#entries.get(this.resolve(id));
    if (entry === undefined || !entry.registered.configured) {
      const reason = entry?.registered.reason ?? '';
      throw new ProviderUnavailableError(`The provider ${id} is not configured. ${reason}`.trim(), { provider: id });
    }
    return entry;
  }

  #optionsOf({ registered, settings, apiKey, env }: ProviderEntry): ProviderOptions {
    const { transport, clock, logger, firstByteTimeoutMs, idleTimeoutMs } = this.#options;
    return {
      ...settings.options,
      id: registered.id,
      env,
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(registered.baseUrl === null ? {} : { baseUrl: registered.baseUrl }),
      ...(settings.headers === undefined ? {} : { headers: settings.headers }),
      ...(transport === undefined ? {} : { transport }),
      ...(clock === undefined ? {} : { clock }),
      ...(logger === undefined ? {} : { logger }),
      ...(firstByteTimeoutMs === undefined ? {} : { firstByteTimeoutMs }),
      ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
    };
  }

  misspeltCredentials(): readonly MisspeltCredential[] {
    const lacking = this.#listed.filter(({ id, definition, configured }) => !configured && id === definition.id);
    return findMisspeltCredentials(
      this.#options.env ?? {},
      lacking.map(({ definition }) => definition),
    );
  }

  #add(id: string, definition: ProviderDefinition, settings: ProviderSettings = {}): void {
    const { env = {}, sdkEnv = env, simulator } = this.#options;
    const simulatorUrl = simulator?.(definition.wire);
    this.#entries.set(id, createProviderEntry({ id, definition, settings, env, sdkEnv, simulatorUrl }));
  }

  /** Settings may stand under an alias; those with a `kind` keep the name they were given. */
  #settingsById(definitions: ReadonlyMap<string, ProviderDefinition>): ReadonlyMap<string, ProviderSettings> {
    const byId = new Map<string, ProviderSettings>();
    for (const [name, settings] of Object.entries(this.#options.settings ?? {})) {
      const id = settings.kind === undefined ? this.#settled(name, definitions, `providers.${name}`) : name;
      byId.set(id, { ...byId.get(id), ...settings });
    }
    return byId;
  }

  #settled(name: string, known: ReadonlyMap<string, unknown>, place?: string): string {
    if (known.has(name)) return name;
    const folded = name.trim().toLowerCase();
    if (known.has(folded)) return folded;
    return this.#aliases.get(folded) ?? this.#refuse(name, folded, place);
  }

  #refuse(name: string, folded: string, place: string | undefined): never {
    const where = place === undefined ? '' : `${place}: `;
    const absent = knownProviders().find(({ id, aliases }) => id === folded || aliases.includes(folded));
    if (absent !== undefined && !this.#entries.has(absent.id)) {
      const message = `${where}The provider "${absent.id}" is not installed. ${installHint(absent)}`;
      throw new LatticeError('LATTICE_PROVIDER_NOT_INSTALLED', message, { provider: absent.id });
    }
    const installed = this.#options.definitions.map(({ id }) => id);
    const names = [...installed, ...this.#entries.keys(), ...this.#aliases.keys()];
    const near = nearNames(name, [...names, ...knownProviders().flatMap(({ id, aliases }) => [id, ...aliases])]);
    const suggestions = near.length > 0 ? near : installed;
    const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name;
    const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Known are: ${installed.join(', ')}.`;
    const message = `${where}There is no provider "${shown}". ${hint}`;
    throw new LatticeError('LATTICE_UNKNOWN_PROVIDER', message, { suggestions });
  }
}

function installHint(provider: KnownProvider): string {
  return `Install it with: npm install ${provider.package}`;
}

function checkedDefinitions(definitions: readonly ProviderDefinition[]): ReadonlyMap<string, ProviderDefinition> {
  const byId = new Map<string, ProviderDefinition>();
  for (const definition of definitions) {
    const { id, packageName } = definition;
    if (definition.specVersion !== specVersion) {
      const message = `The provider "${id}" (${packageName}) speaks version ${String(definition.specVersion)} of the provider contract; this is version ${specVersion}. Update one of them.`;
      throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
    }
    const other = byId.get(id);
    if (other !== undefined) {
      const message = `Two packages define the provider "${id}": ${other.packageName} and ${packageName}. Remove one.`;
      throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
    }
    byId.set(id, definition);
  }
  return byId;
}
