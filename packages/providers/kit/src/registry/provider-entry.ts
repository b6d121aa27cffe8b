import type { JsonObject, ProviderDefinition } from '@lattice-lock/contract';

/** What the operator sets for one provider. */
export interface ProviderSettings {
  readonly apiKey?: string;
  readonly baseUrl?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** False switches the provider off though a credential is there. */
  readonly enabled?: boolean;
  /** True lets model names through that the catalog does not know. */
  readonly passthrough?: boolean;
  /** The id of the definition, when the name is that of a second account or server. */
  readonly kind?: string;
  /** Models this provider serves beyond the catalog. */
  readonly models?: readonly string[];
  /** Further options of this provider alone. */
  readonly options?: JsonObject;
}

/** A provider as the registry knows it. */
export interface RegisteredProvider {
  readonly id: string;
  readonly definition: ProviderDefinition;
  /** Whether it can be called: it has a credential, or where it needs none, a base URL that was set. */
  readonly configured: boolean;
  /** What to set; `null` when configured. */
  readonly reason: string | null;
  readonly passthrough: boolean;
  /** Models the operator lists for it. */
  readonly models: readonly string[];
  readonly baseUrl: string | null;
  /** Where the credential was found, e.g. `OPENAI_API_KEY` or `providers.openai.apiKey`; never the credential. */
  readonly credentialSource: string | null;
}

/** A {@link RegisteredProvider} with what it is created from. */
export interface ProviderEntry {
  readonly registered: RegisteredProvider;
  /** Empty where the simulator stands in: options and headers may lead to a true credential. */
  readonly settings: ProviderSettings;
  readonly apiKey: string | undefined;
  /** Where the provider looks for what no setting gives; empty where the simulator stands in. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface EntryInput {
  readonly id: string;
  readonly definition: ProviderDefinition;
  readonly settings: ProviderSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where vendors' SDKs look by themselves. */
  readonly sdkEnv: Readonly<Record<string, string | undefined>>;
  /** The simulator's base URL, when it stands in. */
  readonly simulatorUrl: string | undefined;
}

interface Found {
  readonly value: string;
  readonly source: string;
}

/** What the simulator is called with: it takes any key, and no true one may reach it. */
const simulatorKey = 'simulator';

/** Finds credential and base URL: the environment wins over the file, as everywhere in the configuration. */
export function createProviderEntry(input: EntryInput): ProviderEntry {
  const { id, definition, settings, env, simulatorUrl } = input;
  // A second account has settings of its own; the vendor's variables belong to the first.
  const names = id === definition.id ? definition.env : { apiKey: [], baseUrl: [], ambient: [] };
  const key = fromEnv(env, names.apiKey) ?? fromSettings(settings.apiKey, `providers.${id}.apiKey`);
  const url = fromEnv(env, names.baseUrl) ?? fromSettings(settings.baseUrl, `providers.${id}.baseUrl`);
  const isSimulated = simulatorUrl !== undefined && settings.enabled !== false;
  const source = key?.source ?? ambientSource(input, names.ambient);
  const unseen = ambientVariable(env, names.ambient)?.source;
  const reason = isSimulated ? null : reasonAgainst({ id, definition, settings, names, source, url, unseen });
  return {
    settings: isSimulated ? {} : settings,
    apiKey: isSimulated ? simulatorKey : key?.value,
    env: isSimulated ? {} : env,
    registered: {
      id,
      definition,
      configured: reason === null,
      reason,
      passthrough: settings.passthrough ?? false,
      models: settings.models ?? [],
      baseUrl: isSimulated ? simulatorUrl : (url?.value ?? definition.defaultBaseUrl),
      credentialSource: isSimulated ? null : (source ?? null),
    },
  };
}

interface Findings {
  readonly id: string;
  readonly definition: ProviderDefinition;
  readonly settings: ProviderSettings;
  readonly names: ProviderDefinition['env'];
  /** Where a credential is. */
  readonly source: string | undefined;
  readonly url: Found | undefined;
  /** A variable that leads to a credential but stands where the SDK does not look. */
  readonly unseen: string | undefined;
}

/** Where the vendor's SDK finds a credential by itself; the operator may vouch for places only the SDK can see. */
function ambientSource(
  { id, definition, settings, env, sdkEnv }: EntryInput,
  ambient: readonly string[] = [],
): string | undefined {
  if (definition.env.ambient === undefined) return undefined;
  const seen = ambient.filter((name) => env[name] === sdkEnv[name]);
  return ambientVariable(env, seen)?.source ?? (settings.enabled === true ? `providers.${id}.enabled` : undefined);
}

/** Some of these variables are switches: `GOOGLE_GENAI_USE_VERTEXAI=false` leads to no credential. */
function ambientVariable(env: EntryInput['env'], ambient: readonly string[] = []): Found | undefined {
  const isOff = (name: string) => /^(?:false|0)$/i.test(env[name]?.trim() ?? '');
  return fromEnv(
    env,
    ambient.filter((name) => !isOff(name)),
  );
}

function reasonAgainst(findings: Findings): string | null {
  const { id, settings } = findings;
  if (settings.enabled === false) return `It is switched off; remove providers.${id}.enabled: false.`;
  const reasons = [lackOfCredential(findings), lackOfBaseUrl(findings)].filter((reason) => reason !== null);
  return reasons.length === 0 ? null : reasons.join(' ');
}

function lackOfCredential({ id, definition, names, source, unseen }: Findings): string | null {
  if (!definition.needsApiKey || source !== undefined) return null;
  if (unseen !== undefined) {
    return `${unseen} is set where the vendor's SDK does not look, as in .env; set it in the environment of the process.`;
  }
  const { ambient = [] } = names;
  const isFindable = definition.env.ambient !== undefined;
  const vouching = isFindable ? ` Where only the vendor's SDK finds one, set providers.${id}.enabled: true.` : '';
  return `Set ${oneOf([...names.apiKey, ...ambient, `providers.${id}.apiKey`])}.${vouching}`;
}

function lackOfBaseUrl({ id, definition, names, url }: Findings): string | null {
  const { defaultBaseUrl, needsApiKey } = definition;
  const needsUrl = definition.needsBaseUrl ?? (!needsApiKey || defaultBaseUrl === null);
  if (!needsUrl || url !== undefined) return null;
  const places = oneOf([...names.baseUrl, `providers.${id}.baseUrl`]);
  const isOfOperator = needsApiKey && defaultBaseUrl === null;
  if (isOfOperator) return `Set ${places} to the address of your resource or server.`;
  return `Set ${places}, e.g. to ${defaultBaseUrl ?? 'http://127.0.0.1:8000/v1'}.`;
}

function oneOf(names: readonly string[]): string {
  return names.join(' or ');
}

function fromEnv(env: EntryInput['env'], names: readonly string[]): Found | undefined {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== '') return { value, source: name };
  }
  return undefined;
}

function fromSettings(setting: string | undefined, source: string): Found | undefined {
  const value = setting?.trim();
  return value === undefined || value === '' ? undefined : { value, source };
}
