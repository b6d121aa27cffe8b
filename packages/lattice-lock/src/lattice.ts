import type { AppConfig } from '@lattice-lock/config';
import type {
  Answer,
  Clock,
  Decision,
  DecisionStore,
  Logger,
  ModelInfo,
  ProviderDefinition,
  ProviderStatus,
  RunRequest,
  Telemetry,
  UsageLedger,
} from '@lattice-lock/contract';
import type { AnswerStream } from '@lattice-lock/execution';
import type { MisspeltCredential, RegisteredProvider } from '@lattice-lock/provider-kit';

/** What {@link createLattice} takes; everything has a default. */
export interface LatticeOptions {
  /** The configuration; read from `cwd`, `env` and defaults unless given. */
  readonly config?: AppConfig;
  /** Where `lattice.yaml` and `.env` are looked for; the working directory unless given. */
  readonly cwd?: string;
  /** The environment; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Further providers: definitions, or names of packages that export one. */
  readonly providers?: readonly (ProviderDefinition | string)[];
  /** Where usage is written; nowhere unless given (totals are in each answer all the same). */
  readonly ledger?: UsageLedger;
  /** Where decisions are kept; nowhere unless given. */
  readonly decisions?: DecisionStore;
  readonly logger?: Logger;
  readonly telemetry?: Telemetry;
  readonly clock?: Clock;
  /**
   * Stands in for every provider whose wire it speaks, but only where no provider is configured and never in
   * production. A function is called only then, so that nothing is started in vain.
   */
  readonly simulator?: SimulatorSource | (() => Promise<SimulatorSource>) | null;
}

/** Where the simulator answers: `Simulator` of `@lattice-lock/testing/simulator` is one. */
export interface SimulatorSource {
  /** The base URL for a wire such as `openai-chat`; `undefined` for wires it does not speak. */
  baseUrl(wire: string): string | undefined;
}

/** A model and whether it can be called now. */
export interface ModelEntry extends ModelInfo {
  /** True when its provider has all it needs. */
  readonly configured: boolean;
  /** True when the simulator answers for it. */
  readonly simulated: boolean;
}

/** Lattice Lock as one object: choose, call, survive, account. */
export interface Lattice {
  /** Loads catalog, patterns and providers. Every other method waits for it. @throws LatticeError what is wrong with the configuration */
  ready(): Promise<void>;
  /** Runs a request to its end. @throws LatticeError with `attempts` and, after a broken stream, `partial` */
  chat(request: RunRequest): Promise<Answer>;
  /** Runs a request and shows it as it happens. */
  stream(request: RunRequest): AnswerStream;
  /** Decides without calling anyone. */
  route(request: RunRequest): Promise<Decision>;
  /** Every known model. */
  models(): Promise<readonly ModelEntry[]>;
  /** Every provider that is installed, with what it still needs. */
  providers(): Promise<readonly RegisteredProvider[]>;
  /** Environment variables that look like a credential of a provider that lacks one. */
  misspeltCredentials(): Promise<readonly MisspeltCredential[]>;
  /** Asks every configured provider whether it can be used, at no token cost. */
  health(options?: { readonly fresh?: boolean }): Promise<readonly ProviderStatus[]>;
  /** True when the simulator answers; known once `ready()` has resolved. */
  readonly simulated: boolean;
  /** Closes every connection. Runs under way end with `LATTICE_CLOSED`. */
  close(): Promise<void>;
}
