import type { JsonObject, ScoreWeights, SelectionConstraints, SelectionPreset } from '@lattice-lock/contract';

/** Where the program runs. `production` refuses to start without a secret key and never uses the simulator. */
export type Environment = 'development' | 'test' | 'production';

/** The least serious log line that is written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

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
  /** The definition to use, when the name is that of a second account or server. */
  readonly kind?: string;
  /** Models this provider serves beyond the catalog. */
  readonly models?: readonly string[];
  /** Further options of this provider alone. */
  readonly options?: JsonObject;
  /** What is agreed with the provider about data; it comes before what the catalog knows. */
  readonly dataPolicy?: {
    /** Every region that may serve a request, e.g. `eu` or `eu-west-1`. */
    readonly regions?: readonly string[];
    /** For how many days inputs and outputs are kept. */
    readonly retentionDays?: number;
    /** Whether they may train models. */
    readonly training?: boolean;
  };
}

/** The layer a value came from; a later one wins: default, file, environment, flag. */
export type ConfigSource = 'default' | 'file' | 'environment' | 'flag';

/** Where a value was set. */
export interface ConfigOrigin {
  readonly source: ConfigSource;
  /** For people: `/srv/lattice.yaml:4:9`, `LATTICE_PORT`, `LATTICE_PORT in /srv/.env`, `--port`. */
  readonly place: string;
}

/** How feedback moves the choice of later requests. */
export interface LearningSettings {
  /** False: feedback is kept, and nothing is learned from it. */
  readonly enabled: boolean;
  /** After so many days an outcome counts half. */
  readonly halfLifeDays: number;
  /** So many outcomes of each key count for a model and a kind of task: the latest. */
  readonly window: number;
  /** The most that one key can be of a learned figure, 0 to 0.95: nobody alone can move it further than this. */
  readonly maxKeyShare: number;
  /** How often outcomes that other processes stored are looked for. */
  readonly refreshMs: number;
  /** True: now and then a model is tried that may be better than is known. */
  readonly explore: boolean;
  /** The least quality predicted of a model that is tried. */
  readonly exploreFloor: number;
  /** How far the score of a model that is tried may be below the best. */
  readonly exploreMargin: number;
}

/** The whole configuration, validated and resolved: every default filled in, every path absolute. */
export interface AppConfig {
  readonly environment: Environment;
  /** Absolute. */
  readonly dataDir: string;
  /** The file that was read, absolute; `null` when there is none. */
  readonly configFile: string | null;
  /** At least 32 bytes in production. */
  readonly secretKey: string | null;
  readonly server: {
    readonly host: string;
    /** 0 takes any free port. */
    readonly port: number;
    readonly bodyLimitBytes: number;
    /** How long a stop waits for answers in progress. */
    readonly shutdownGraceMs: number;
    /** How long a client may take to send its request. */
    readonly requestTimeoutMs: number;
  };
  readonly analyzer: {
    /** Profiles kept in memory. */
    readonly cacheSize: number;
    /** Absolute; `null` uses the patterns that come with the analyzer. */
    readonly patternsFile: string | null;
  };
  readonly execution: {
    readonly maxFunctionCalls: number;
    readonly backgroundTaskTimeoutMs: number;
    readonly maxAttemptsPerModel: number;
    readonly retryBaseDelayMs: number;
    readonly retryMaxDelayMs: number;
    /** Until a provider's response headers came. */
    readonly firstByteTimeoutMs: number;
    /** Longest silence within a provider's answer. */
    readonly idleTimeoutMs: number;
    readonly runTimeoutMs: number;
  };
  readonly auth: {
    /** False lets requests in without a key. */
    readonly enabled: boolean;
    readonly tokenExpiryMinutes: number;
  };
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  /** Names of installed provider packages, or absolute paths of modules. */
  readonly plugins: readonly string[];
  readonly catalog: {
    /** Absolute; adds, overrides or removes models and prices. */
    readonly overlayFile: string | null;
  };
  readonly routing: {
    readonly preset: SelectionPreset;
    /** Replaces those of the preset. */
    readonly weights: Partial<ScoreWeights> | null;
    readonly constraints: SelectionConstraints;
    /** The team's guide to its models, in Markdown or YAML. Absolute; `null`: there is none. */
    readonly guide: string | null;
    /** What `lattice train` learnt: it says what task a prompt is and how good models are on it. Absolute; `null`: nothing was. */
    readonly model: string | null;
    /** Routes told by examples, in YAML. Absolute; `null`: there are none. */
    readonly routes: string | null;
    readonly learning: LearningSettings;
  };
  /** Short names for models: `provider/model`, `auto` or `auto:<preset>`. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly logging: { readonly level: LogLevel };
  readonly metrics: {
    /** Whether the gateway measures, and answers `GET /metrics`. */
    readonly enabled: boolean;
    /** Whether `GET /metrics` answers without a key. */
    readonly public: boolean;
  };
  readonly tracing: {
    /** Whether a caller's `traceparent` is continued, with its decision what is recorded. */
    readonly acceptParent: boolean;
  };
  readonly storage: {
    /** `null` keeps data in SQLite under `dataDir`. */
    readonly databaseUrl: string | null;
    /** Of SQLite: what is committed survives the death of the process (`normal`), or also the loss of power (`full`). */
    readonly durability: 'normal' | 'full';
  };
  /** `auto`: the simulator answers when no provider is configured; always `off` in production. */
  readonly simulator: 'auto' | 'off';
  /** Where each value was set, by path (`server.port`); a path that is not here has its default. */
  readonly origins: Readonly<Record<string, ConfigOrigin>>;
}

/** Settings of the command line. Names are those of the flags in camel case; a flag that is not given is `undefined`. */
export interface ConfigFlags {
  readonly environment?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
  readonly logLevel?: string | undefined;
  readonly preset?: string | undefined;
  readonly simulator?: string | undefined;
}
