import type { ChatProvider, ProviderDefinition, ProviderOptions } from '@lattice-lock/contract';
import { LatticeError, ProviderUnavailableError } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { createProviderRegistry, type ProviderRegistryOptions } from './provider-registry.ts';

const created: ProviderOptions[] = [];

const definition = (id: string, more: Partial<ProviderDefinition> = {}): ProviderDefinition => ({
  specVersion: 1,
  id,
  displayName: id,
  packageName: `@acme/${id}`,
  aliases: [],
  env: { apiKey: [`${id.toUpperCase()}_API_KEY`], baseUrl: [`${id.toUpperCase()}_BASE_URL`] },
  needsApiKey: true,
  defaultBaseUrl: `https://api.${id}.example/v1`,
  wire: 'openai-chat',
  capabilities: {} as ProviderDefinition['capabilities'],
  models: [],
  create: (options) => {
    created.push(options);
    return { id: options.id } as ChatProvider;
  },
  ...more,
});

const openai = definition('openai', { aliases: ['gpt'] });
const local = definition('local', {
  aliases: ['ollama'],
  needsApiKey: false,
  defaultBaseUrl: 'http://127.0.0.1:11434',
  wire: 'ollama-chat',
});

const make = (options: Partial<ProviderRegistryOptions> = {}) =>
  createProviderRegistry({ definitions: [openai, local], ...options });

const entry = (options: Partial<ProviderRegistryOptions>, id: string) =>
  make(options)
    .list()
    .find((provider) => provider.id === id);

const thrown = (run: () => unknown): LatticeError => {
  try {
    run();
  } catch (error) {
    if (LatticeError.isInstance(error)) return error;
    throw error;
  }
  throw new LatticeError('LATTICE_INTERNAL', 'Nothing was thrown.');
};

describe('resolve', () => {
  it('knows ids and aliases in any case', () => {
    const registry = make();
    expect(['openai', 'OpenAI', ' gpt ', 'GPT'].map((name) => registry.resolve(name))).toEqual(Array(4).fill('openai'));
    expect(registry.resolve('ollama')).toBe('local');
  });

  it.each([
    ['grok', '@lattice-lock/provider-xai'],
    ['xai', '@lattice-lock/provider-xai'],
    ['Gemini', '@lattice-lock/provider-google'],
    ['azure', '@lattice-lock/provider-azure'],
    ['bedrock', '@lattice-lock/provider-bedrock'],
    ['dial', '@lattice-lock/provider-dial'],
    ['claude', '@lattice-lock/provider-anthropic'],
  ])('says how to install %s', (name, packageName) => {
    const error = thrown(() => make().resolve(name));
    expect(error.code).toBe('LATTICE_PROVIDER_NOT_INSTALLED');
    expect(error.message).toContain(`npm install ${packageName}`);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', ''])('does not know "%s"', (name) => {
    const registry = make();
    const error = thrown(() => registry.resolve(name));
    expect(error.code).toBe('LATTICE_UNKNOWN_PROVIDER');
    expect(error.suggestions.length).toBeGreaterThan(0);
    expect(registry.isConfigured(name)).toBe(false);
  });

  it('suggests near names', () => {
    expect(thrown(() => make().resolve('opnai')).suggestions).toEqual(['openai']);
    expect(thrown(() => make().resolve('olama')).message).toContain('Did you mean ollama?');
  });
});

describe('configuration', () => {
  it('finds the credential in the environment first, then in the settings', () => {
    const settings = { openai: { apiKey: 'from-file' } };
    expect(entry({ env: { OPENAI_API_KEY: 'k' }, settings }, 'openai')).toMatchObject({
      configured: true,
      reason: null,
      credentialSource: 'OPENAI_API_KEY',
    });
    expect(entry({ settings }, 'openai')?.credentialSource).toBe('providers.openai.apiKey');
  });

  it('says what to set', () => {
    expect(entry({}, 'openai')).toMatchObject({
      configured: false,
      reason: 'Set OPENAI_API_KEY or providers.openai.apiKey.',
    });
    expect(entry({ env: { OPENAI_API_KEY: '  ' } }, 'openai')?.configured).toBe(false);
    const error = thrown(() => make().create('gpt'));
    expect(error).toBeInstanceOf(ProviderUnavailableError);
    expect(error.message).toContain('OPENAI_API_KEY');
  });

  it('says what is to be done before a provider can be called, installed or not', () => {
    const registry = make({ env: { OPENAI_API_KEY: 'k' } });
    expect(registry.remedyFor('openai')).toBeNull();
    expect(registry.remedyFor('local')).toContain('LOCAL_BASE_URL');
    expect(registry.remedyFor('xai')).toBe('Install it with: npm install @lattice-lock/provider-xai');
    expect(registry.remedyFor('groq')).toBe('Install it with: npm install @lattice-lock/provider-openai-compatible');
    expect(registry.remedyFor('acme')).toBe('No installed package provides it.');
  });

  it('takes a provider without a key only where its base URL is set', () => {
    expect(entry({}, 'local')).toMatchObject({ configured: false, baseUrl: 'http://127.0.0.1:11434' });
    expect(entry({}, 'local')?.reason).toContain('LOCAL_BASE_URL');
    const env = { LOCAL_BASE_URL: 'http://10.0.0.2:11434' };
    expect(entry({ env }, 'local')).toMatchObject({ configured: true, baseUrl: 'http://10.0.0.2:11434' });
    expect(entry({ settings: { ollama: { baseUrl: 'http://a:1' } } }, 'local')?.configured).toBe(true);
  });

  it('switches a provider off', () => {
    const options = { env: { OPENAI_API_KEY: 'k' }, settings: { openai: { enabled: false } } };
    expect(entry(options, 'openai')).toMatchObject({ configured: false });
    expect(entry(options, 'openai')?.reason).toContain('switched off');
  });

  it('gives a second account its own name, settings and nothing of the first', () => {
    const settings = {
      'openai-eu': {
        kind: 'gpt',
        apiKey: 'eu-key',
        baseUrl: 'https://eu.example/v1',
        passthrough: true,
        models: ['x'],
      },
      'openai-us': { kind: 'openai' },
    };
    const registry = make({ settings, env: { OPENAI_API_KEY: 'first' } });
    expect(registry.resolve('openai-eu')).toBe('openai-eu');
    expect(registry.isConfigured('openai-us')).toBe(false);
    expect(registry.list().map(({ id }) => id)).toEqual(['openai', 'local', 'openai-eu', 'openai-us']);
    expect(registry.list()[2]).toMatchObject({ passthrough: true, models: ['x'], baseUrl: 'https://eu.example/v1' });
    registry.create('openai-eu');
    expect(created.at(-1)).toMatchObject({ id: 'openai-eu', apiKey: 'eu-key', baseUrl: 'https://eu.example/v1' });
  });

  it('creates with everything that is set, and the options of the provider behind it', () => {
    const settings = { openai: { headers: { 'x-a': 'b' }, options: { project: 'p', apiKey: 'no' } } };
    const registry = make({ settings, env: { OPENAI_API_KEY: ' k\n' }, firstByteTimeoutMs: 5, idleTimeoutMs: 6 });
    registry.create('gpt');
    expect(created.at(-1)).toEqual({
      id: 'openai',
      env: { OPENAI_API_KEY: ' k\n' },
      apiKey: 'k',
      baseUrl: 'https://api.openai.example/v1',
      headers: { 'x-a': 'b' },
      project: 'p',
      firstByteTimeoutMs: 5,
      idleTimeoutMs: 6,
    });
  });

  it('never calls the simulator with a true credential', () => {
    const simulator = (wire: string) => (wire === 'openai-chat' ? 'http://127.0.0.1:9/v1' : undefined);
    const registry = make({ simulator, env: { OPENAI_API_KEY: 'true-key' } });
    expect(registry.list().map(({ configured }) => configured)).toEqual([true, false]);
    registry.create('openai');
    expect(created.at(-1)).toMatchObject({ apiKey: 'simulator', baseUrl: 'http://127.0.0.1:9/v1' });
    expect(registry.list()[0]?.credentialSource).toBeNull();
  });

  it('tells the simulator nothing of what the operator set, and asks no cloud for a token on its behalf', () => {
    const settings = { openai: { headers: { authorization: 'Bearer true' }, options: { vertex: true, profile: 'p' } } };
    make({ simulator: () => 'http://127.0.0.1:9/v1', settings }).create('openai');
    expect(created.at(-1)).toEqual({
      id: 'openai',
      apiKey: 'simulator',
      baseUrl: 'http://127.0.0.1:9/v1',
      env: {},
    });
  });

  it.each([
    [
      'another contract version',
      { definitions: [definition('old', { specVersion: 2 as 1 })] },
      'LATTICE_CONFIG',
      '"old"',
    ],
    [
      'two packages of one id',
      { definitions: [openai, definition('openai', { packageName: 'b' })] },
      'LATTICE_CONFIG',
      'b',
    ],
    ['settings of nobody', { settings: { opnai: {} } }, 'LATTICE_UNKNOWN_PROVIDER', 'providers.opnai'],
    ['settings of one not installed', { settings: { grok: {} } }, 'LATTICE_PROVIDER_NOT_INSTALLED', 'provider-xai'],
    ['an unknown kind', { settings: { mine: { kind: 'nope' } } }, 'LATTICE_UNKNOWN_PROVIDER', 'providers.mine.kind'],
  ] as const)('refuses %s', (_name, options, code, words) => {
    const error = thrown(() => make(options));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });
});

describe('a server of the operator', () => {
  const own = definition('own', { defaultBaseUrl: null });

  it('lacks its key and its address, and says both at once', () => {
    const lacking = (env: Record<string, string>) => entry({ definitions: [own], env }, 'own')?.reason;
    const url = 'Set OWN_BASE_URL or providers.own.baseUrl to the address of your resource or server.';
    expect(lacking({})).toBe(`Set OWN_API_KEY or providers.own.apiKey. ${url}`);
    expect(lacking({ OWN_API_KEY: 'k' })).toBe(url);
    expect(lacking({ OWN_API_KEY: 'k', OWN_BASE_URL: 'https://own.example' })).toBeNull();
  });
});

describe('a credential that the SDK finds', () => {
  const cloud = definition('cloud', {
    env: { apiKey: ['CLOUD_API_KEY'], baseUrl: ['CLOUD_URL'], ambient: ['CLOUD_PROFILE', 'CLOUD_ROLE'] },
    defaultBaseUrl: null,
    needsBaseUrl: false,
  });
  const found = (options: Partial<ProviderRegistryOptions>, id = 'cloud') =>
    entry({ definitions: [cloud], ...options }, id);

  it('counts when the environment points to it, or the operator vouches for it', () => {
    expect(found({ env: { CLOUD_ROLE: 'r' } })).toMatchObject({ configured: true, credentialSource: 'CLOUD_ROLE' });
    expect(found({ settings: { cloud: { enabled: true } } })).toMatchObject({
      configured: true,
      credentialSource: 'providers.cloud.enabled',
    });
    expect(found({ env: { CLOUD_API_KEY: 'k', CLOUD_ROLE: 'r' } })?.credentialSource).toBe('CLOUD_API_KEY');
  });

  it('does not count where the SDK cannot see it, and says so', () => {
    const unseen = found({ env: { CLOUD_ROLE: 'r' }, sdkEnv: {} });
    expect(unseen).toMatchObject({ configured: false, credentialSource: null });
    expect(unseen?.reason).toMatch(/^CLOUD_ROLE is set where the vendor's SDK does not look/);
    expect(found({ env: {}, sdkEnv: { CLOUD_ROLE: 'r' } })?.configured).toBe(false);
    expect(found({ env: { CLOUD_ROLE: 'r' }, sdkEnv: { CLOUD_ROLE: 'r' } })?.configured).toBe(true);
  });

  it.each(['false', '0', ' FALSE '])('is not there by a switch that is off: %j', (CLOUD_ROLE) => {
    expect(found({ env: { CLOUD_ROLE } })?.configured).toBe(false);
  });

  it('is asked for by every name it may have', () => {
    const nothing = found({ env: { CLOUD_PROFILE: ' ' }, settings: { cloud: { options: { region: 'x' } } } });
    expect(nothing).toMatchObject({ configured: false, credentialSource: null });
    expect(nothing?.reason).toMatch(/CLOUD_API_KEY or CLOUD_PROFILE or CLOUD_ROLE .* providers\.cloud\.enabled: true/);
  });

  it('belongs to the first account, and switching off wins', () => {
    const env = { CLOUD_ROLE: 'r' };
    expect(found({ env, settings: { cloud: { enabled: false } } })?.configured).toBe(false);
    expect(found({ env, settings: { second: { kind: 'cloud' } } }, 'second')?.configured).toBe(false);
    expect(found({ env, settings: { second: { kind: 'cloud', enabled: true } } }, 'second')?.configured).toBe(true);
  });

  it('vouched for does not stand in for the key of others', () => {
    expect(entry({ settings: { openai: { enabled: true } } }, 'openai')?.configured).toBe(false);
  });
});

describe('misspeltCredentials', () => {
  const anthropic = definition('anthropic', { aliases: ['claude'] });
  const found = (env: Record<string, string>) =>
    createProviderRegistry({ definitions: [openai, anthropic, local], env }).misspeltCredentials();

  it.each([
    ['OPENAI_APIKEY', 'OPENAI_API_KEY'],
    ['OPENAI_API_KEYS', 'OPENAI_API_KEY'],
    ['OPENAI_KEY', 'OPENAI_API_KEY'],
    ['OPEN_AI_API_KEY', 'OPENAI_API_KEY'],
    ['OPEANI_API_KEY', 'OPENAI_API_KEY'],
    ['openai_api_key', 'OPENAI_API_KEY'],
    ['OPENAI_TOKEN', 'OPENAI_API_KEY'],
    ['ANTHROPIC_KEY', 'ANTHROPIC_API_KEY'],
    ['ANTROPIC_API_KEY', 'ANTHROPIC_API_KEY'],
    ['CLAUDE_API_KEY', 'ANTHROPIC_API_KEY'],
  ])('%s was meant as %s', (name, meant) => {
    expect(found({ [name]: 'value' })).toEqual([{ found: name, meant }]);
  });

  it.each([
    'OPENAI_ORG_ID',
    'OPENAI_BASE_URL',
    'EXA_API_KEY',
    'XAI_API_KEY',
    'AZURE_OPENAI_API_KEY',
    'PATH',
    'API_KEY',
    'LOCAL_KEY',
  ])('%s is something else', (name) => {
    expect(found({ [name]: 'value' })).toEqual([]);
  });

  it('leaves the other variables of a cloud alone', () => {
    const env = { apiKey: ['AWS_BEARER_TOKEN_BEDROCK'], baseUrl: [], ambient: ['AWS_PROFILE'] };
    const bedrock = definition('bedrock', { aliases: ['aws'], env });
    const names = ['AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_KEY', 'AWS_SESSION_TOKEN', 'BEDROCK_API_KEY'];
    const set = Object.fromEntries(names.map((name) => [name, 'value']));
    const registry = createProviderRegistry({ definitions: [bedrock], env: set });
    expect(registry.misspeltCredentials()).toEqual([{ found: 'BEDROCK_API_KEY', meant: 'AWS_BEARER_TOKEN_BEDROCK' }]);
  });

  it('is silent about empty names and about providers that have their credential', () => {
    expect(found({ OPENAI_APIKEY: '' })).toEqual([]);
    expect(found({ OPENAI_APIKEY: 'x', OPENAI_API_KEY: 'y' })).toEqual([]);
  });
});
