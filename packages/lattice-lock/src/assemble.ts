import path from 'node:path';
import { createTaskAnalyzer } from '@lattice-lock/analysis';
import { loadCatalog, ModelGuideParser, type ModelGuide, type ModelRegistry } from '@lattice-lock/catalog';
import { loadConfig, loadEnvironment, type AppConfig } from '@lattice-lock/config';
import {
  LatticeError,
  SecurityConfigurationError,
  silentLogger,
  silentTelemetry,
  systemClock,
  type HttpTransport,
  type ProviderDefinition,
  type ProviderStatus,
  type RunRequest,
} from '@lattice-lock/contract';
import {
  ClientPool,
  ConversationExecutor,
  defaultExecutionSettings,
  LiveSignals,
  ModelOrchestrator,
} from '@lattice-lock/execution';
import {
  createOutboundPolicy,
  createProviderRegistry,
  createTransport,
  ProviderAvailability,
  type ProviderRegistry,
} from '@lattice-lock/provider-kit';
import { ModelScorer, type QualityModel } from '@lattice-lock/scoring';
import { ModelSelector, resolveTarget } from '@lattice-lock/selection';
import { describeConfiguredModels, findNarrowedProviders } from './configured-models.ts';
import type { LatticeOptions, LatticeRoutes, ModelEntry, SimulatorSource } from './lattice.ts';
import { checkProviders } from './production-check.ts';
import { noProviderMessage } from './provider-check.ts';
import { openLearning, type Learning } from './learning.ts';
import { loadInstalledProviders, loadProviderPackage } from './provider-packages.ts';
import { loadRouterModel } from './router-model.ts';
import type { SemanticRoutes } from './semantic-routes.ts';

/** The assembled rooms behind one {@link Lattice}. */
export interface House {
  readonly config: AppConfig;
  readonly registry: ProviderRegistry;
  readonly catalog: ModelRegistry;
  readonly orchestrator: ModelOrchestrator;
  readonly isSimulated: boolean;
  /** True where semantic routes have an embedding model look at each request first. */
  readonly needsPreparing: boolean;
  prepare(request: RunRequest): Promise<void>;
  /** The semantic routes of a file; of the configuration's unless given. */
  routes(file?: string): Promise<LatticeRoutes>;
  models(): readonly ModelEntry[];
  health(options: { readonly fresh?: boolean }): Promise<readonly ProviderStatus[]>;
  close(): Promise<void>;
}

/** Loads what a run needs and puts it together. @throws LatticeError what is wrong with the configuration */
export async function assemble(options: LatticeOptions): Promise<House> {
  const cwd = options.cwd ?? process.cwd();
  const env = await loadEnvironment({ cwd, env: options.env ?? process.env });
  const config = options.config ?? (await loadConfig({ cwd, env, productionCheck: checkProviders }));
  const definitions = await definitionsFor(options, config);
  const transport = createTransport({ policy: createOutboundPolicy() });
  try {
    const { registry, isSimulated } = await registryFor(options, config, env, definitions, transport);
    const router = config.routing.model === null ? {} : await loadRouterModel(config.routing.model);
    const [catalog, analyzer] = await Promise.all([
      loadCatalog({
        overlayFile: config.catalog.overlayFile,
        extraModels: describeConfiguredModels(definitions, registry),
        narrowedProviders: findNarrowedProviders(registry),
        dataPolicies: statedDataPolicies(config),
      }),
      createTaskAnalyzer({
        patternsFile: config.analyzer.patternsFile,
        cacheSize: config.analyzer.cacheSize,
        ...(router.task && { model: router.task }),
      }),
    ]);
    const guide = await loadGuide(config, catalog, registry);
    const rooms = { options, config, registry, catalog, isSimulated, guide };
    const { routes: routesFile } = config.routing;
    return build({
      ...rooms,
      analyzer,
      transport,
      openRoutes: (file) => openRoutes(file, rooms),
      routes: routesFile === null ? undefined : await openRoutes(routesFile, rooms),
      quality: router.quality,
      // Last: it goes on reading until it is closed.
      learning: await openLearning(config, options, options.clock ?? systemClock, options.logger ?? silentLogger),
    });
  } catch (error) {
    await transport.close();
    throw error;
  }
}

type Rooms = Pick<Parts, 'options' | 'config' | 'registry' | 'catalog' | 'isSimulated' | 'guide'>;

/** Loaded where there are routes alone. @throws LatticeError what is wrong with the file */
async function openRoutes(file: string, { options, ...rooms }: Rooms): Promise<SemanticRoutes> {
  const { openSemanticRoutes } = await import('./semantic-routes.ts');
  return openSemanticRoutes({
    file,
    ...rooms,
    resolve: targetResolver(rooms),
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    ...(options.ledger && { ledger: options.ledger }),
  });
}

/** What a name of a model means in this house. */
function targetResolver({ config, catalog, registry }: Pick<Parts, 'config' | 'catalog' | 'registry'>) {
  return (requested: string | undefined) =>
    resolveTarget(requested, {
      catalog,
      aliases: config.aliases,
      resolveProvider: (name) => registry.resolve(name),
      passthrough: (id) => takesUnknownModels(registry, id),
      isConfigured: (id) => registry.isConfigured(id),
      defaultPreset: config.routing.preset,
    });
}

/** What the configuration states of providers, by provider. */
function statedDataPolicies({ providers }: AppConfig) {
  const stated = Object.entries(providers).flatMap(([id, { dataPolicy }]) =>
    dataPolicy === undefined ? [] : [[id, dataPolicy] as const],
  );
  return Object.fromEntries(stated);
}

/** The team's guide, where the configuration names one. @throws LatticeError what is wrong with it */
async function loadGuide(config: AppConfig, catalog: ModelRegistry, registry: ProviderRegistry) {
  if (config.routing.guide === null) return undefined;
  const parser = new ModelGuideParser({
    catalog,
    aliases: config.aliases,
    resolveProvider: (name) => registry.resolve(name),
    passthrough: (id) => takesUnknownModels(registry, id),
  });
  return parser.parseFile(config.routing.guide);
}

function takesUnknownModels(registry: ProviderRegistry, id: string): boolean {
  return registry.list().some((provider) => provider.id === id && provider.passthrough);
}

async function definitionsFor(options: LatticeOptions, config: AppConfig): Promise<readonly ProviderDefinition[]> {
  const given = options.providers ?? [];
  const packages = [...config.plugins, ...given.filter((one) => typeof one === 'string')];
  const loaded = await Promise.all([loadInstalledProviders(), ...packages.map(loadProviderPackage)]);
  const own = given.filter((one) => typeof one !== 'string');
  // The last definition of an id wins: an application may replace one of ours.
  return [...new Map([...loaded.flat(), ...own].map((definition) => [definition.id, definition])).values()];
}

/** The simulator stands in only where nothing is configured, and never in production. */
async function registryFor(
  options: LatticeOptions,
  config: AppConfig,
  env: Readonly<Record<string, string | undefined>>,
  definitions: readonly ProviderDefinition[],
  transport: HttpTransport,
): Promise<{ registry: ProviderRegistry; isSimulated: boolean }> {
  const common = {
    definitions,
    settings: config.providers,
    env,
    sdkEnv: process.env,
    transport,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    firstByteTimeoutMs: config.execution.firstByteTimeoutMs,
    idleTimeoutMs: config.execution.idleTimeoutMs,
  };
  const registry = createProviderRegistry(common);
  if (registry.list().some((provider) => provider.configured)) return { registry, isSimulated: false };
  refuseMisspelt(registry);
  if (config.environment === 'production') {
    throw new SecurityConfigurationError(noProviderMessage(registry), {
      issues: [{ path: 'providers', message: 'none is configured' }],
    });
  }
  if (config.simulator === 'off' || !options.simulator) return { registry, isSimulated: false };
  const source = typeof options.simulator === 'function' ? await options.simulator() : options.simulator;
  return { registry: createProviderRegistry({ ...common, simulator: endpointOf(source) }), isSimulated: true };
}

function endpointOf(source: SimulatorSource): (wire: string) => string | undefined {
  return (wire) => source.baseUrl(wire);
}

function refuseMisspelt(registry: ProviderRegistry): void {
  const misspelt = registry.misspeltCredentials();
  if (misspelt.length === 0) return;
  const issues = misspelt.map(({ found, meant }) => ({ path: found, message: `is set; did you mean ${meant}?` }));
  throw new LatticeError(
    'LATTICE_CONFIG',
    `No provider is configured, but ${issues.map(({ path, message }) => `${path} ${message}`).join(' ')}`,
    { issues },
  );
}

interface Parts {
  readonly options: LatticeOptions;
  readonly config: AppConfig;
  readonly registry: ProviderRegistry;
  readonly catalog: ModelRegistry;
  readonly analyzer: Awaited<ReturnType<typeof createTaskAnalyzer>>;
  readonly isSimulated: boolean;
  readonly transport: HttpTransport;
  readonly guide: ModelGuide | undefined;
  readonly quality: QualityModel | undefined;
  readonly learning: Learning;
  readonly routes: SemanticRoutes | undefined;
  openRoutes(file: string): Promise<SemanticRoutes>;
}

function build(parts: Parts): House {
  const { options, config, registry, catalog, analyzer, isSimulated, transport, guide, quality, routes, learning } =
    parts;
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? silentLogger;
  const telemetry = options.telemetry ?? silentTelemetry;
  const pool = new ClientPool((id) => registry.create(id));
  const availability = new ProviderAvailability(
    (id) => pool.get(id),
    () =>
      registry
        .list()
        .filter((provider) => provider.configured)
        .map((provider) => provider.id),
  );
  const signals = new LiveSignals();
  const isConfigured = (id: string) => registry.isConfigured(id);
  const executor = new ConversationExecutor({
    clientOf: (id) => pool.get(id),
    prices: catalog,
    settings: { ...defaultExecutionSettings, ...config.execution },
    clock,
    logger,
    telemetry,
    random: Math.random,
    // How fast and how reliably the simulator answers says nothing of the models it stands in for.
    ...(isSimulated ? {} : { onAttempt: (record) => signals.observe(record) }),
    ...(options.ledger === undefined ? {} : { ledger: options.ledger }),
    ...(options.decisions === undefined ? {} : { decisions: options.decisions }),
  });
  const orchestrator = new ModelOrchestrator({
    analyzer,
    selector: new ModelSelector({
      catalog,
      clock,
      scorer: new ModelScorer({ ...(quality && { quality }), ...learning.scoring }),
      ...(guide && { guide }),
    }),
    executor,
    resolve: targetResolver(parts),
    ...(routes && { routeFor: (request: RunRequest) => routes.routeFor(request) }),
    isConfigured,
    remedyFor: (id) => registry.remedyFor(id),
    health: { last: (id) => recent(availability.last(id), clock.now()) },
    signals,
    constraints: config.routing.constraints,
    ...(config.routing.weights === null ? {} : { weights: config.routing.weights }),
    feedback: learning.recorder,
    isSimulated,
    clock,
    logger,
    telemetry,
  });
  return {
    config,
    registry,
    catalog,
    orchestrator,
    isSimulated,
    needsPreparing: routes?.needsPreparing ?? false,
    prepare: async (request) => routes?.prepare(request),
    routes: async (file) => parts.openRoutes(routesFileOf(file, parts)),
    models: () =>
      catalog.list().map((model) => {
        const configured = isConfigured(model.provider);
        return { ...model, configured, simulated: configured && isSimulated };
      }),
    health: (healthOptions) => availability.checkAll(healthOptions),
    close: async () => {
      await learning.close();
      await pool.closeAll();
      await routes?.close();
      await transport.close();
    },
  };
}

/** A path as the application gives it is relative to its working directory; that of the configuration is absolute. */
function routesFileOf(file: string | undefined, { options, config }: Pick<Parts, 'options' | 'config'>): string {
  if (file !== undefined) return path.resolve(options.cwd ?? process.cwd(), file);
  if (config.routing.routes !== null) return config.routing.routes;
  throw new LatticeError('LATTICE_CONFIG', 'No semantic routes are configured: set routing.routes, or name a file.', {
    issues: [{ path: 'routing.routes', message: 'is not set' }],
  });
}

/** How long a health check says something about the present, ms: as long as the providers' own cache keeps it. */
const statusLifetimeMs = 60_000;

function recent(status: ProviderStatus | undefined, nowMs: number): ProviderStatus | undefined {
  return status !== undefined && nowMs - Date.parse(status.checkedAt) < statusLifetimeMs ? status : undefined;
}
