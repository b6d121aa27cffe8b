import type { AddressInfo } from 'node:net';
import { createApiKeyService, type ApiKeyService } from '@lattice-lock/auth';
import type { AppConfig } from '@lattice-lock/config';
import { LatticeError, type Logger } from '@lattice-lock/contract';
import { createLogger, createTelemetry, type OpenTelemetry } from '@lattice-lock/observability';
import { openStorage, type Storage } from '@lattice-lock/storage';
import { createLattice, type Lattice } from 'lattice-lock';
import { createGateway, type Gateway } from './gateway.ts';
import { LazySimulator } from './lazy-simulator.ts';
import { listenError, urlOf } from './listen-address.ts';
import { LogDestination } from './log-destination.ts';

/** What {@link startServer} takes. */
export interface StartServerOptions {
  readonly config: AppConfig;
  /** JSON lines on standard error unless given. */
  readonly logger?: Logger;
  /** Where credentials of providers are read; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where `.env` is looked for; the working directory unless given. */
  readonly cwd?: string;
  /** Spans and metrics; as the configuration and `OTEL_*` of the environment say unless given. It is not shut down. */
  readonly telemetry?: OpenTelemetry;
  /** Called once the gateway listens. */
  readonly onReady?: (server: RunningServer) => void;
}

/** A gateway that listens. */
export interface RunningServer {
  /** Base URL that works from this machine, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  /** Where keys, ledger and decisions are kept: the data directory, or the address of the Postgres database. */
  readonly storage: string;
  /** The key made because there was none yet: shown once, stored nowhere. */
  readonly firstKey: string | null;
  readonly lattice: Lattice;
  /** Requests under way now. */
  readonly openRequests: number;
  /**
   * Stops: new requests get 503, those under way may end within `server.shutdownGraceMs`, then everything is closed.
   * May be called twice.
   */
  close(): Promise<void>;
}

/**
 * Puts storage, keys, simulator (only where no provider is configured, never in production), the facade and HTTP
 * together and listens.
 *
 * @throws LatticeError `LATTICE_CONFIG` when no provider is configured and the simulator is off, a credential's name is
 * misspelt, or the port is taken; `SecurityConfigurationError` in production; `LATTICE_STORAGE`
 */
export async function startServer(options: StartServerOptions): Promise<RunningServer> {
  const { config } = options;
  const opened: (() => Promise<void>)[] = [];
  const logger = options.logger ?? openLogger(config, opened);
  let closing: Promise<void> | undefined;
  const closeAll = () => (closing ??= closeInTurn(opened.toReversed()));
  try {
    const storage = await openConfiguredStorage(config, logger);
    opened.push(() => storage.close());
    const telemetry = options.telemetry ?? (await openTelemetry(config, logger, opened));
    const simulator = new LazySimulator();
    opened.push(() => simulator.close());
    const lattice = createLattice({
      config,
      logger,
      telemetry,
      ledger: storage.ledger,
      decisions: storage.decisions,
      outcomes: storage.outcomes,
      simulator: () => simulator.start(),
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    opened.push(() => lattice.close());
    await refuseUseless(lattice);
    telemetry.addKnownModels((await lattice.models()).map(({ model }) => model));
    const keys = createApiKeyService({ store: storage.apiKeys });
    const gateway = createGateway({
      ...gatewayOptions(config, lattice, keys, storage, logger),
      telemetry,
      acceptTraceParent: config.tracing.acceptParent,
      ...(config.metrics.enabled ? { metrics: { telemetry, isPublic: config.metrics.public } } : {}),
    });
    opened.push(() => gateway.close(config.server.shutdownGraceMs));
    const address = await listen(gateway, config);
    const running: RunningServer = {
      url: urlOf(config.server.host, address.port),
      port: address.port,
      dataDir: config.dataDir,
      storage: config.storage.databaseUrl === null ? config.dataDir : storage.file,
      firstKey: config.auth.enabled ? await firstKey(keys) : null,
      lattice,
      get openRequests() {
        return gateway.openRequests;
      },
      close: closeAll,
    };
    logger.info({ url: running.url, simulated: lattice.simulated }, 'gateway listens');
    options.onReady?.(running);
    return running;
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function openLogger(config: AppConfig, opened: (() => Promise<void>)[]): Logger {
  const destination = new LogDestination();
  opened.push(async () => void destination.destroy());
  return createLogger({ level: config.logging.level, destination });
}

async function openTelemetry(
  config: AppConfig,
  logger: Logger,
  opened: (() => Promise<void>)[],
): Promise<OpenTelemetry> {
  const telemetry = await createTelemetry({ metrics: config.metrics.enabled, logger });
  opened.push(() => telemetry.shutdown());
  return telemetry;
}

/** Postgres where the configuration names one, else the data directory's own file. */
function openConfiguredStorage({ dataDir, storage }: AppConfig, logger: Logger): Promise<Storage> {
  const { databaseUrl, durability } = storage;
  return openStorage(databaseUrl === null ? { dataDir, durability, logger } : { databaseUrl, logger });
}

async function closeInTurn(steps: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of steps) await close();
}

function gatewayOptions(
  config: AppConfig,
  lattice: Lattice,
  keys: ApiKeyService,
  storage: Storage,
  logger: Logger,
): Parameters<typeof createGateway>[0] {
  return {
    lattice,
    keys: config.auth.enabled ? keys : null,
    aliases: config.aliases,
    bodyLimitBytes: config.server.bodyLimitBytes,
    requestTimeoutMs: config.server.requestTimeoutMs,
    checkStorage: async () => {
      await storage.ledger.entries({}, 1);
    },
    logger,
  };
}

/** A gateway that can call nobody is not started: its user would only learn it from the first request. */
async function refuseUseless(lattice: Lattice): Promise<void> {
  await lattice.ready();
  const providers = await lattice.providers();
  if (lattice.simulated || providers.some((provider) => provider.configured)) return;
  const ways = providers.map(({ id, reason }) => `${id}: ${reason ?? 'see its README'}`);
  throw new LatticeError(
    'LATTICE_CONFIG',
    `No provider is configured and the simulator is off, so no request could be answered. Configure one: ${ways.join('; ')}`,
    { issues: [{ path: 'providers', message: 'none is configured' }] },
  );
}

async function listen(gateway: Gateway, { server: { host, port } }: AppConfig): Promise<AddressInfo> {
  try {
    await gateway.app.listen({ host, port });
  } catch (error) {
    throw listenError(error, host, port);
  }
  return gateway.app.server.address() as AddressInfo;
}

/** Made after the port is ours, so that a start that fails never uses up the one time a key is shown. */
async function firstKey(keys: ApiKeyService): Promise<string | null> {
  const existing = await keys.list();
  return existing.length > 0 ? null : (await keys.create({ name: 'first key' })).key;
}
