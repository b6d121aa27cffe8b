import type { ConfigFlags } from './app-config.ts';

/** One setting that has a name outside of the file. */
export interface Setting {
  /** Where it stands in the file and in `AppConfig`, e.g. `server.port`. */
  readonly path: string;
  /** Environment variables; the first that is set wins. */
  readonly env: readonly string[];
  readonly flag?: keyof ConfigFlags;
  /** `seconds`: the environment counts in seconds, the configuration in ms. */
  readonly unit?: 'seconds';
  /** For people, in a few words. */
  readonly about: string;
}

/** Every environment variable and flag of the configuration: the one table. The README repeats it, and a test compares. */
export const settings: readonly Setting[] = [
  { path: 'environment', env: ['LATTICE_ENV'], flag: 'environment', about: 'development, test or production' },
  { path: 'dataDir', env: ['LATTICE_DATA_DIR'], flag: 'dataDir', about: 'folder of the database' },
  { path: 'secretKey', env: ['LATTICE_LOCK_SECRET_KEY'], about: 'secret of at least 32 bytes' },
  { path: 'server.host', env: ['LATTICE_HOST'], flag: 'host', about: 'address to listen on' },
  { path: 'server.port', env: ['LATTICE_PORT', 'PORT'], flag: 'port', about: 'port to listen on; 0 takes a free one' },
  { path: 'server.bodyLimitBytes', env: ['LATTICE_BODY_LIMIT_BYTES'], about: 'largest request body' },
  { path: 'server.shutdownGraceMs', env: ['LATTICE_SHUTDOWN_GRACE_MS'], about: 'how long a stop waits for answers' },
  { path: 'server.requestTimeoutMs', env: ['LATTICE_REQUEST_TIMEOUT_MS'], about: 'how long a client may take to send' },
  { path: 'analyzer.cacheSize', env: ['ANALYZER_CACHE_SIZE'], about: 'task profiles kept in memory' },
  { path: 'analyzer.patternsFile', env: ['LATTICE_PATTERNS_FILE'], about: 'patterns of your own (YAML)' },
  { path: 'execution.maxFunctionCalls', env: ['MAX_FUNCTION_CALLS'], about: 'turns of tool calls in one run' },
  {
    path: 'execution.backgroundTaskTimeoutMs',
    env: ['BACKGROUND_TASK_TIMEOUT'],
    unit: 'seconds',
    about: 'seconds a background task may take',
  },
  { path: 'execution.maxAttemptsPerModel', env: ['LATTICE_MAX_ATTEMPTS'], about: 'attempts of one model' },
  { path: 'execution.runTimeoutMs', env: ['LATTICE_RUN_TIMEOUT_MS'], about: 'how long a whole run may take' },
  { path: 'auth.enabled', env: ['LATTICE_AUTH'], about: 'false lets requests in without a key' },
  { path: 'auth.tokenExpiryMinutes', env: ['TOKEN_EXPIRY_MINUTES'], about: 'lifetime of a session token' },
  { path: 'catalog.overlayFile', env: ['LATTICE_CATALOG_FILE'], about: 'models and prices of your own (YAML)' },
  { path: 'routing.preset', env: ['LATTICE_PRESET'], flag: 'preset', about: 'balanced, cheap, best or fast' },
  {
    path: 'logging.level',
    env: ['LATTICE_LOG_LEVEL'],
    flag: 'logLevel',
    about: 'debug, info, warn, error, fatal, silent',
  },
  { path: 'metrics.enabled', env: ['LATTICE_METRICS'], about: 'measure, and answer /metrics' },
  { path: 'metrics.public', env: ['LATTICE_METRICS_PUBLIC'], about: 'true: /metrics wants no key' },
  { path: 'tracing.acceptParent', env: ['LATTICE_TRACE_PARENT'], about: "continue a caller's traceparent" },
  { path: 'storage.databaseUrl', env: ['DATABASE_URL'], about: 'Postgres instead of SQLite' },
  { path: 'storage.durability', env: ['LATTICE_DURABILITY'], about: 'normal, or full: survives power loss' },
  { path: 'simulator', env: ['LATTICE_SIMULATOR'], flag: 'simulator', about: 'auto or off' },
];

/** The variable that names the configuration file. It is not a setting of the file itself. */
export const configFileVariable = 'LATTICE_CONFIG';

/** `--data-dir` for `dataDir`. */
export function flagName(flag: keyof ConfigFlags): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Every environment variable that is read, with what it sets. Credentials of providers are theirs to name. */
export function environmentVariables(): readonly {
  readonly name: string;
  readonly path: string;
  readonly about: string;
}[] {
  const named = settings.flatMap(({ env, path, about }) => env.map((name) => ({ name, path, about })));
  return [{ name: configFileVariable, path: 'configFile', about: 'the configuration file' }, ...named];
}
