import type { RouteFitReport, RouteMatch, RouteSet } from '@lattice-lock/analysis/semantic';
import type { AppConfig } from '@lattice-lock/config';
import type {
  Answer,
  Clock,
  Decision,
  DecisionStore,
  Feedback,
  FeedbackReceipt,
  Logger,
  ModelInfo,
  OutcomeStore,
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
  /** Where judgements of answers are kept, and learned from at the next start; those of this process alone unless given. */
  readonly outcomes?: OutcomeStore;
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

/** How the index of an embedding model is built. */
export interface BuildRoutesOptions {
  readonly signal?: AbortSignal;
  /** Texts of one call. Default 64. */
  readonly batchSize?: number;
  onProgress?(done: number, total: number): void;
}

/** What a build did. */
export interface BuiltRoutes {
  /** Texts that were sent to the embedding model. */
  readonly embedded: number;
  /** Texts whose vectors were there. */
  readonly reused: number;
  /** Where the index lies; `null` for the local embedder, which needs none. */
  readonly folder: string | null;
}

/** A file of semantic routes, checked. */
export interface LatticeRoutes {
  readonly set: RouteSet;
  /** How the routes do when each example is left out in turn. */
  readonly report: RouteFitReport;
  /** False where the routes name an embedding model whose index is still to be built. */
  readonly isIndexed: boolean;
  /** What the routes make of a text. */
  match(text: string): Promise<RouteMatch>;
  /** Embeds what the embedding model has not seen; goes on where a build before stopped. @throws LatticeError */
  build(options?: BuildRoutesOptions): Promise<BuiltRoutes>;
  close(): Promise<void>;
}

/** Lattice Lock as one object: choose, call, survive, account. */
export interface Lattice {
  /** Loads catalog, patterns and providers. Every other method waits for it. @throws LatticeError what is wrong with the configuration */
  ready(): Promise<void>;
  /** Runs a request to its end. @throws LatticeError with `attempts` and, after a broken stream, `partial` */
  chat(request: RunRequest): Promise<Answer>;
  /** Runs a request and shows it as it happens. */
  stream(request: RunRequest): AnswerStream;
  /** Decides without calling any model for an answer; semantic routes with an embedding model ask that one. */
  route(request: RunRequest): Promise<Decision>;
  /** Reads and checks a file of semantic routes: that of the configuration unless given. @throws LatticeError `LATTICE_CONFIG` */
  routes(file?: string): Promise<LatticeRoutes>;
  /**
   * Takes a judgement of an answer and learns from it. A second one of the same key and source for the same request takes
   * the place of the first.
   *
   * @throws LatticeError `LATTICE_INVALID_REQUEST` naming the field, `LATTICE_NOT_FOUND`, `LATTICE_PERMISSION`, `LATTICE_UNSUPPORTED`
   */
  feedback(feedback: Feedback): Promise<FeedbackReceipt>;
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
