import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LatticeError, SecurityConfigurationError } from '@lattice-lock/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, loadEnvironment, type ConfigOptions, type ProductionCheck } from './index.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'lattice-config-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function write(name: string, text: string): string {
  const file = path.join(cwd, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const load = (options: ConfigOptions = {}) => loadConfig({ cwd, env: {}, ...options });

async function refused(options: ConfigOptions = {}): Promise<LatticeError> {
  const error: unknown = await load(options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!LatticeError.isInstance(error)) throw new TypeError('The configuration was taken.');
  return error;
}

const secret = 'c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldA==';

describe('layers', () => {
  it('have the documented defaults', async () => {
    expect(await load()).toEqual({
      environment: 'development',
      dataDir: path.join(cwd, '.lattice'),
      configFile: null,
      secretKey: null,
      server: {
        host: '127.0.0.1',
        port: 8787,
        bodyLimitBytes: 20_971_520,
        shutdownGraceMs: 30_000,
        requestTimeoutMs: 60_000,
      },
      analyzer: { cacheSize: 1024, patternsFile: null },
      execution: {
        maxFunctionCalls: 10,
        backgroundTaskTimeoutMs: 5000,
        maxAttemptsPerModel: 2,
        retryBaseDelayMs: 250,
        retryMaxDelayMs: 8000,
        firstByteTimeoutMs: 60_000,
        idleTimeoutMs: 60_000,
        runTimeoutMs: 600_000,
      },
      auth: { enabled: true, tokenExpiryMinutes: 30 },
      providers: {},
      plugins: [],
      catalog: { overlayFile: null },
      routing: {
        preset: 'balanced',
        weights: null,
        constraints: {},
        guide: null,
        model: null,
        routes: null,
        learning: {
          enabled: true,
          halfLifeDays: 30,
          window: 200,
          maxKeyShare: 0.4,
          refreshMs: 5000,
          explore: false,
          exploreFloor: 0.5,
          exploreMargin: 0.05,
        },
      },
      aliases: {},
      logging: { level: 'info' },
      metrics: { enabled: true, public: false },
      tracing: { acceptParent: true },
      storage: { databaseUrl: null, durability: 'normal' },
      simulator: 'auto',
      origins: {},
    });
  });

  it('win in the order file, environment, flags', async () => {
    write('lattice.yaml', 'server: { host: file, port: 1 }\nlogging: { level: debug }\nanalyzer: { cacheSize: 7 }\n');
    const env = { LATTICE_HOST: 'environment', LATTICE_PORT: '2' };
    const config = await load({ env, flags: { port: 3 } });
    expect(config.server).toMatchObject({ host: 'environment', port: 3 });
    expect(config.logging.level).toBe('debug');
    expect(config.analyzer.cacheSize).toBe(7);
    expect(config.execution.maxFunctionCalls).toBe(10);
    expect(config.origins['server.port']).toEqual({ source: 'flag', place: '--port' });
    expect(config.origins['server.host']).toEqual({ source: 'environment', place: 'LATTICE_HOST' });
    expect(config.origins['logging.level']?.place).toBe(`${path.join(cwd, 'lattice.yaml')}:2:12`);
  });

  it('keep each other: a setting of one section leaves the rest of it to the layers below', async () => {
    write('lattice.yaml', 'server: { host: file }\n');
    const config = await load({ env: { LATTICE_PORT: '9000' } });
    expect(config.server).toMatchObject({ host: 'file', port: 9000, shutdownGraceMs: 30_000 });
  });

  it('agree on which of all combinations wins', async () => {
    const layer = fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(layer, layer, layer, layer, async (inFile, port, latticePort, flag) => {
        const file = write('ports.yaml', inFile === undefined ? '' : `server: { port: ${inFile} }`);
        const text = (value: number | undefined) => (value === undefined ? undefined : String(value));
        const env = { PORT: text(port), LATTICE_PORT: text(latticePort) };
        const config = await load({ file, env, flags: { port: flag } });
        expect(config.server.port).toBe(flag ?? latticePort ?? port ?? inFile ?? 8787);
      }),
      { numRuns: 60 },
    );
  });

  it('read the names kept from the framework, seconds as seconds', async () => {
    const env = {
      LATTICE_ENV: 'test',
      ANALYZER_CACHE_SIZE: '64',
      MAX_FUNCTION_CALLS: '3',
      BACKGROUND_TASK_TIMEOUT: '2.5',
      TOKEN_EXPIRY_MINUTES: '15',
    };
    const config = await load({ env });
    expect(config.environment).toBe('test');
    expect(config.analyzer.cacheSize).toBe(64);
    expect(config.execution).toMatchObject({ maxFunctionCalls: 3, backgroundTaskTimeoutMs: 2500 });
    expect(config.auth.tokenExpiryMinutes).toBe(15);
  });

  it('take an empty variable for one that is not set', async () => {
    const config = await load({
      env: { LATTICE_PORT: '', PORT: '5000', LATTICE_CONFIG: '', LATTICE_LOCK_SECRET_KEY: '' },
    });
    expect(config.server.port).toBe(5000);
    expect(config.secretKey).toBeNull();
  });
});

describe('.env', () => {
  it('adds to the environment, which wins over it', async () => {
    write('.env', 'LATTICE_PORT=7000\nLATTICE_HOST="0.0.0.0" # all\nOPENAI_API_KEY=sk-file\n');
    const env = { LATTICE_PORT: '7001' };
    const config = await load({ env });
    expect(config.server).toMatchObject({ port: 7001, host: '0.0.0.0' });
    expect(config.origins['server.host']?.place).toBe(`LATTICE_HOST in ${path.join(cwd, '.env')}`);
    expect(await loadEnvironment({ cwd, env })).toEqual({ ...env, LATTICE_HOST: '0.0.0.0', OPENAI_API_KEY: 'sk-file' });
  });

  it('can be switched off variable by variable with an empty one', async () => {
    write('.env', 'LATTICE_PORT=7000\n');
    expect((await load({ env: { LATTICE_PORT: '' } })).server.port).toBe(8787);
  });
});

describe('the file', () => {
  it('is found in the working directory, by LATTICE_CONFIG or by name, in rising order', async () => {
    write('lattice.yaml', 'server: { port: 1 }');
    write('env.yaml', 'server: { port: 2 }');
    write('named.yaml', 'server: { port: 3 }');
    const env = { LATTICE_CONFIG: 'env.yaml' };
    expect((await load()).server.port).toBe(1);
    expect((await load({ env })).server.port).toBe(2);
    const config = await load({ env, file: 'named.yaml' });
    expect(config.server.port).toBe(3);
    expect(config.configFile).toBe(path.join(cwd, 'named.yaml'));
  });

  it('must exist when it is named', async () => {
    expect((await refused({ file: 'absent.yaml' })).message).toMatch(/no such file.*absent\.yaml/s);
  });

  it('takes values from the environment, and says which are missing', async () => {
    write(
      'lattice.yaml',
      'providers:\n  openai:\n    apiKey: ${MY_KEY}\n    baseUrl: https://${MY_HOST}/v1\naliases: { a: "$${x}" }\n',
    );
    const config = await load({ env: { MY_KEY: '${MY_HOST}', MY_HOST: 'example.com' } });
    expect(config.providers['openai']).toEqual({ apiKey: '${MY_HOST}', baseUrl: 'https://example.com/v1' });
    expect(config.aliases).toEqual({ a: '${x}' });
    const { issues } = await refused();
    expect(issues.map(({ path: at }) => at)).toEqual(['providers.openai.apiKey', 'providers.openai.baseUrl']);
    expect(issues[0]?.message).toMatch(/MY_KEY is not set.*lattice\.yaml:3:13/);
  });

  it('has paths relative to itself; others are relative to the working directory', async () => {
    const file = write(
      'etc/lattice.yaml',
      'dataDir: ../data\nanalyzer: { patternsFile: own.yaml }\nrouting: { guide: ../models.md, model: ../router.json, routes: ../routes.yaml }\nplugins: [./my-provider.ts, "@acme/provider"]\n',
    );
    write('etc/own.yaml', '');
    write('models.md', '');
    write('routes.yaml', '');
    write('router.json', '');
    write('overlay.yaml', '');
    const config = await load({ file, env: { LATTICE_CATALOG_FILE: 'overlay.yaml' } });
    expect(config.dataDir).toBe(path.join(cwd, 'data'));
    expect(config.analyzer.patternsFile).toBe(path.join(cwd, 'etc/own.yaml'));
    expect(config.catalog.overlayFile).toBe(path.join(cwd, 'overlay.yaml'));
    expect(config.routing.guide).toBe(path.join(cwd, 'models.md'));
    expect(config.routing.model).toBe(path.join(cwd, 'router.json'));
    expect(config.routing.routes).toBe(path.join(cwd, 'routes.yaml'));
    expect(config.plugins).toEqual([path.join(cwd, 'etc/my-provider.ts'), '@acme/provider']);
    expect((await load({ file, flags: { dataDir: 'here' } })).dataDir).toBe(path.join(cwd, 'here'));
  });

  it('says what is agreed with a provider about data, and what requests may demand', async () => {
    write(
      'lattice.yaml',
      'providers: { openai: { dataPolicy: { regions: [eu], retentionDays: 0, training: no } } }\nrouting: { constraints: { minQuality: 0.7, data: { allowRegions: [eu], unknown: allow } } }\n',
    );
    const { providers, routing } = await load();
    expect(providers['openai']?.dataPolicy).toEqual({ regions: ['eu'], retentionDays: 0, training: false });
    expect(routing.constraints).toEqual({ minQuality: 0.7, data: { allowRegions: ['eu'], unknown: 'allow' } });
  });

  it('may give providers as a list of packages or as a map of settings', async () => {
    write('lattice.yaml', 'providers: ["@acme/one"]\nplugins: ["@acme/two"]\n');
    expect(await load()).toMatchObject({ providers: {}, plugins: ['@acme/one', '@acme/two'] });
    write(
      'lattice.yaml',
      'providers:\n  local:\n  openai: { passthrough: true, headers: { X-Team: a }, options: { deep: [1, { b: null }] } }\n',
    );
    expect((await load()).providers).toEqual({
      local: {},
      openai: { passthrough: true, headers: { 'X-Team': 'a' }, options: { deep: [1, { b: null }] } },
    });
  });

  it('may hold dots and empty maps', async () => {
    write('lattice.yaml', 'aliases: { gpt-4.1: openai/gpt-4.1 }\nproviders: { local: {} }\n');
    const config = await load({ env: { LATTICE_PORT: '1' } });
    expect(config).toMatchObject({ aliases: { 'gpt-4.1': 'openai/gpt-4.1' }, providers: { local: {} } });
  });

  it('may leave sections empty', async () => {
    write('lattice.yaml', 'server:\nproviders:\nrouting: { weights: null }\n');
    expect((await load()).server.port).toBe(8787);
  });
});

describe('problems', () => {
  it('are listed all at once, each with its place and what is expected', async () => {
    write('lattice.yaml', 'server:\n  prot: 80\n  bodyLimitBytes: much\nport: 80\n');
    const { code, message, issues } = await refused({
      env: { ANALYZER_CACHE_SIZE: '-1', BACKGROUND_TASK_TIMEOUT: 'soon' },
      flags: { port: '70000', logLevel: 'loud' },
    });
    expect(code).toBe('LATTICE_CONFIG');
    const byPath = Object.fromEntries(issues.map(({ path: at, message: text }) => [at, text]));
    expect(byPath).toEqual({
      'server.prot': expect.stringMatching(/did you mean server\.port\? \(.*lattice\.yaml:2:3\)$/),
      'server.bodyLimitBytes': expect.stringMatching(/^"much" must be a whole number.*lattice\.yaml:3:3\)$/),
      port: expect.stringMatching(/did you mean server\.port\? \(.*lattice\.yaml:4:1\)$/),
      'analyzer.cacheSize': '"-1" must be a whole number from 0 to 1000000. (ANALYZER_CACHE_SIZE)',
      'execution.backgroundTaskTimeoutMs': expect.stringMatching(
        /^"soon" must be a number of seconds.*\(BACKGROUND_TASK_TIMEOUT\)$/,
      ),
      'server.port': '"70000" must be a whole number from 0 to 65535. (--port)',
      'logging.level': expect.stringMatching(/^"loud" must be one of debug, info.*\(--log-level\)$/),
    });
    for (const { path: at } of issues) expect(message).toContain(at);
    expect(message).toContain('7 problems');
  });

  it('include misspelt variables of ours, and no others', async () => {
    const { issues } = await refused({ env: { LATTICE_LOG_LEVL: 'debug', LATTICE_WEATHER: 'fine', PROT: '1' } });
    expect(issues).toHaveLength(1);
    expect(issues[0]?.message).toMatch(/LATTICE_LOG_LEVL.*LATTICE_LOG_LEVEL/);
  });

  it('include files that are not there and folders that are none', async () => {
    write('file', '');
    const { issues } = await refused({ env: { LATTICE_PATTERNS_FILE: 'absent.yaml', LATTICE_DATA_DIR: 'file' } });
    expect(issues.map(({ path: at }) => at).sort()).toEqual(['analyzer.patternsFile', 'dataDir']);
  });

  it.each([
    ['aliases: { auto: openai/gpt-5 }', 'aliases.auto', /cannot be an alias/],
    ['aliases: { "auto:cheap": openai/gpt-5 }', 'aliases.auto:cheap', /cannot be an alias/],
    ['providers: { Open_AI: {} }', 'providers.Open_AI', /not a name of a provider/],
    ['providers: { openai: { baseUrl: "file:///etc/passwd" } }', 'providers.openai.baseUrl', /must be a URL/],
    ['providers: { openai: { apikey: x } }', 'providers.openai.apikey', /did you mean providers\.openai\.apiKey\?/],
    ['routing: { weights: { fit: -1 } }', 'routing.weights.fit', /0 or more/],
    ['routing: { constraints: { allow: openai } }', 'routing.constraints.allow', /must be a list/],
    ['routing: { constraints: { minQuality: 70 } }', 'routing.constraints.minQuality', /from 0 to 1/],
    ['routing: { constraints: { data: { regions: [eu] } } }', 'routing.constraints.data.regions', /not a setting/],
    ['routing: { model: absent.json }', 'routing.model', /no file .*absent\.json/],
    ['routing: { learning: { maxKeyShare: 1 } }', 'routing.learning.maxKeyShare', /from 0 to 0\.95/],
    ['routing: { routes: absent.yaml }', 'routing.routes', /no file .*absent\.yaml/],
    ['routing: { guide: absent.md }', 'routing.guide', /no file .*absent\.md/],
    [
      'providers: { openai: { dataPolicy: { regions: [] } } }',
      'providers.openai.dataPolicy.regions',
      /list of regions/,
    ],
    ['storage: { databaseUrl: mysql://h/d }', 'storage.databaseUrl', /postgres/],
    ['storage: { durability: power }', 'storage.durability', /normal.*full/],
    ['server: 5', 'server', /must be a map/],
    ['server: { port: 1e3.5 }', 'server.port', /whole number/],
  ])('name what is wrong with %s', async (text, at, message) => {
    write('lattice.yaml', text);
    const { issues } = await refused({ env: { LATTICE_HOST: 'x' } });
    expect(issues).toHaveLength(1);
    expect(issues[0]?.path).toBe(at);
    expect(issues[0]?.message).toMatch(message);
  });

  it('show nothing of a secret', async () => {
    write(
      'lattice.yaml',
      'providers: { openai: { apiKey: [hunter2], headers: { authorization: { a: hunter2 } } }, anthropic: hunter2, local: { baseUrl: hunter2 } }\n',
    );
    const { message } = await refused({
      env: { DATABASE_URL: 'hunter2', LATTICE_LOCK_SECRET_KEY: 'hunter2', LATTICE_ENV: 'production' },
    });
    expect(message).toContain('providers.openai.apiKey');
    expect(message).not.toContain('hunter2');
  });
});

describe('hostile YAML', () => {
  it.each([
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefg'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdef'[index]}`).join(',')}]`)
        .join('\n')}\n`,
      /too often.*lattice\.yaml:\d+:\d+/,
    ],
    ['an alias of itself', 'aliases: &a { b: *a }\n', /lattice\.yaml:1:\d+/],
    ['an unknown tag', 'server: !!js/function "x"\n', /lattice\.yaml:1:9/],
    ['a duplicate key', 'server: {}\nserver: {}\n', /unique.*lattice\.yaml:2:1/],
    ['two documents', 'server: {}\n---\nserver: {}\n', /more than one document.*lattice\.yaml:2:1/],
    ['a syntax error', 'server: [\n', /lattice\.yaml:2:1/],
    ['deep nesting', `aliases: ${'['.repeat(400)}${']'.repeat(400)}`, /nested too deeply.*lattice\.yaml:1:\d+/],
    ['nesting without end', '['.repeat(100_000), /lattice\.yaml/],
    ['a prototype', '__proto__: { polluted: true }\n', /plain name.*lattice\.yaml:1:1/],
    ['a list', '- 1\n', /must hold a map.*lattice\.yaml:1:1/],
  ])('%s is refused with file, line and column', async (_, text, message) => {
    write('lattice.yaml', text);
    const error = await refused();
    expect(error.code).toBe('LATTICE_CONFIG');
    expect(error.message).toMatch(message);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('is the only thing that aliases are refused for', async () => {
    write('lattice.yaml', 'providers: { openai: { headers: &h { X-Team: a } }, local: { headers: *h } }\n');
    expect((await load()).providers['local']).toEqual({ headers: { 'X-Team': 'a' } });
  });

  it('never makes the loader fail otherwise than by a list of problems', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        const file = write('random.yaml', text);
        const error: unknown = await load({ file }).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error !== undefined) expect(LatticeError.isInstance(error) && error.issues.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });
});

describe('production', () => {
  it('refuses to start without a secret and says what to set, together with all other problems', async () => {
    const error = await refused({ env: { LATTICE_ENV: 'production', LATTICE_PORT: 'x' } });
    expect(error).toBeInstanceOf(SecurityConfigurationError);
    expect(error.code).toBe('LATTICE_SECURITY_CONFIGURATION');
    expect(error.issues.map(({ path: at }) => at)).toEqual(['secretKey', 'server.port']);
    expect(error.message).toContain('set LATTICE_LOCK_SECRET_KEY to the output of `openssl rand -base64 32`');
  });

  it('refuses a secret of 31 bytes and takes one of 32', async () => {
    const production = { LATTICE_ENV: 'production' };
    const short = await refused({ env: { ...production, LATTICE_LOCK_SECRET_KEY: 'k'.repeat(31) } });
    expect(short).toBeInstanceOf(SecurityConfigurationError);
    expect(short.message).toMatch(/has 31 bytes.*at least 32/);
    const config = await load({ env: { ...production, LATTICE_LOCK_SECRET_KEY: 'k'.repeat(32) } });
    expect(config.secretKey).toHaveLength(32);
  });

  it('may be asked for by the file or a flag as well', async () => {
    write('lattice.yaml', 'environment: production\n');
    expect(await refused()).toBeInstanceOf(SecurityConfigurationError);
    expect(await refused({ file: null, flags: { environment: 'production' } })).toBeInstanceOf(
      SecurityConfigurationError,
    );
  });

  it('never has the simulator', async () => {
    write('lattice.yaml', 'simulator: auto\n');
    const config = await load({ env: { LATTICE_ENV: 'production', LATTICE_LOCK_SECRET_KEY: secret } });
    expect(config.simulator).toBe('off');
  });

  it("joins the caller's own check to the list, and asks it in production alone", async () => {
    write('.env', 'OPENAI_API_KEY=\n');
    write('lattice.yaml', 'providers: { local: { baseUrl: http://127.0.0.1:1 } }\n');
    const asked: unknown[] = [];
    const productionCheck: ProductionCheck = ({ providers, env }) => {
      asked.push([Object.keys(providers), env['OPENAI_API_KEY']]);
      return [{ path: 'providers', message: 'production needs a provider: set OPENAI_API_KEY.' }];
    };
    await load({ productionCheck });
    expect(asked).toEqual([]);
    const error = await refused({ productionCheck, env: { LATTICE_ENV: 'production', LATTICE_PORT: 'x' } });
    expect(asked).toEqual([[['local'], '']]);
    expect(error.issues.map(({ path: at }) => at)).toEqual(['secretKey', 'providers', 'server.port']);
  });

  it('is not meant elsewhere: development starts without a secret', async () => {
    expect((await load()).secretKey).toBeNull();
  });
});
