import { loadConfig, loadEnvironment, type AppConfig, type ConfigFlags } from '@lattice-lock/config';
import { silentLogger, type Logger } from '@lattice-lock/contract';
import { checkProviders, createLattice, type Lattice, type SimulatorSource } from 'lattice-lock';
import type { Invocation } from './invocation.ts';
import { hasStorage } from './kept-data.ts';

/** Lattice Lock opened for one command. */
export interface LatticeSession {
  readonly config: AppConfig;
  readonly lattice: Lattice;
  close(): Promise<void>;
}

/** The configuration as the global flags and those of the command make it. @throws LatticeError every problem at once */
export function loadCommandConfig(invocation: Invocation, flags: ConfigFlags = {}): Promise<AppConfig> {
  const { context, flags: globals } = invocation;
  return loadConfig({
    cwd: context.cwd,
    env: context.env,
    ...(globals.config === undefined ? {} : { file: globals.config }),
    flags: { dataDir: globals.dataDir, ...flags },
    productionCheck: checkProviders,
  });
}

/**
 * Opens what a command needs to choose and call models. With `isRecorded`, usage and decisions go to the data directory; with
 * `isLearned`, choices know the outcomes that are there, as those of a gateway do.
 * Where no provider is configured the simulator is started, unless the configuration forbids it.
 *
 * @throws LatticeError what is wrong with configuration, providers or storage
 */
export async function openLatticeSession(
  invocation: Invocation,
  options: { readonly isRecorded: boolean; readonly isLearned?: boolean },
): Promise<LatticeSession> {
  const { context } = invocation;
  const config = await loadCommandConfig(invocation);
  const env = await loadEnvironment({ cwd: context.cwd, env: context.env });
  const logger = await commandLogger(invocation);
  const isLearned = options.isLearned === true && config.routing.learning.enabled && hasStorage(config);
  const storage =
    options.isRecorded || isLearned
      ? await (await import('./command-storage.ts')).openCommandStorage(config, logger)
      : null;
  let simulator: (SimulatorSource & { close(): Promise<void> }) | null = null;
  const lattice = createLattice({
    config,
    env,
    cwd: context.cwd,
    clock: context.clock,
    logger,
    simulator: async () => {
      const { startCommandSimulator } = await import('./command-simulator.ts');
      simulator = await startCommandSimulator();
      return simulator;
    },
    ...(storage !== null && { outcomes: storage.outcomes }),
    ...(storage !== null && options.isRecorded && { ledger: storage.ledger, decisions: storage.decisions }),
  });
  const close = async () => {
    await lattice.close();
    await simulator?.close();
    await storage?.close();
  };
  try {
    await lattice.ready();
  } catch (error) {
    await close();
    throw error;
  }
  return { config, lattice, close };
}

/** Logs on standard error after `--verbose`, else none. */
export async function commandLogger({ context, flags }: Invocation): Promise<Logger> {
  if (flags.verbose !== true) return silentLogger;
  const { createLogger } = await import('@lattice-lock/observability');
  return createLogger({ level: 'debug', destination: context.stderr });
}

/** What is said wherever the simulator stands in. */
export const simulatorNotice =
  'The simulator stands in: no provider is configured. Set OPENAI_API_KEY or ANTHROPIC_API_KEY (or providers in lattice.yaml) for real models.';
