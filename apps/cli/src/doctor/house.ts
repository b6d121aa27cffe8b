import type { AppConfig, EnvironmentVariables } from '@lattice-lock/config';
import { LatticeError } from '@lattice-lock/contract';
import { createLattice, type Lattice } from 'lattice-lock';
import type { CliContext } from '../cli-context.ts';
import type { MisspeltVariable } from './environment-check.ts';

/** Long enough for a slow vendor; a server that says nothing should not keep the doctor, ms. */
const patienceMs = 10_000;

/** Everything as a command would open it, but without the simulator: a true state of the providers is wanted. */
export interface House {
  readonly lattice: Lattice;
  /** Variables that look like a credential and are read by nobody. */
  readonly misspelt: readonly MisspeltVariable[];
}

/** What the house is opened with. */
export interface HouseOptions {
  readonly config: AppConfig;
  readonly env: EnvironmentVariables;
  readonly context: CliContext;
}

/** Opens the house. @throws LatticeError what is wrong with catalog, patterns, plugins or providers */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { lattice, misspelt } = await openPast(options);
  try {
    const hidden = await hiddenMisspelt(options, lattice);
    const all = new Map([...misspelt, ...hidden].map((one) => [one.found, one]));
    return { lattice, misspelt: [...all.values()] };
  } catch (error) {
    await lattice.close();
    throw error;
  }
}

/** A misspelt credential makes the facade refuse where nothing is configured: it is noted, blanked, and opened again. */
async function openPast({ config, env, context }: HouseOptions): Promise<House> {
  const { execution } = config;
  const firstByteTimeoutMs = Math.min(execution.firstByteTimeoutMs, patienceMs);
  const idleTimeoutMs = Math.min(execution.idleTimeoutMs, patienceMs);
  const lattice = createLattice({
    config: { ...config, execution: { ...execution, firstByteTimeoutMs, idleTimeoutMs } },
    env,
    cwd: context.cwd,
    clock: context.clock,
    simulator: null,
  });
  try {
    await lattice.ready();
    return { lattice, misspelt: [] };
  } catch (error) {
    await lattice.close();
    const misspelt = misspeltOf(error, env);
    if (misspelt.length === 0) throw error;
    const house = await openPast({
      config,
      env: blanked(
        env,
        misspelt.map(({ found }) => found),
      ),
      context,
    });
    return { ...house, misspelt };
  }
}

function misspeltOf(error: unknown, env: EnvironmentVariables): readonly MisspeltVariable[] {
  if (!LatticeError.isInstance(error) || error.code !== 'LATTICE_CONFIG') return [];
  return error.issues.flatMap(({ path, message }) => {
    const [, meant] = /did you mean (\w+)\?/.exec(message) ?? [];
    return meant === undefined || (env[path] ?? '') === '' ? [] : [{ found: path, meant }];
  });
}

/** The same for an environment where nothing is configured: the facade names slips only there. */
async function hiddenMisspelt(options: HouseOptions, lattice: Lattice): Promise<readonly MisspeltVariable[]> {
  const providers = await lattice.providers();
  if (!providers.some(({ configured }) => configured)) return [];
  const names = providers.flatMap(({ definition }) => [...definition.env.apiKey, ...definition.env.baseUrl]);
  const bare: AppConfig = { ...options.config, environment: 'development', providers: {} };
  const house = await openPast({ ...options, config: bare, env: blanked(options.env, names) });
  await house.lattice.close();
  return house.misspelt;
}

/** An empty variable counts as not set, also over one of the `.env` file. */
function blanked(env: EnvironmentVariables, names: readonly string[]): EnvironmentVariables {
  return { ...env, ...Object.fromEntries(names.map((name) => [name, ''])) };
}
