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

/**
 * Opens the house. A misspelt credential makes the facade refuse where nothing is configured: it is noted, blanked, and
 * the house opened again.
 *
 * @throws LatticeError what is wrong with catalog, patterns, plugins or providers
 */
export async function openHouse({ config, env, context }: HouseOptions): Promise<House> {
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
    return { lattice, misspelt: await lattice.misspeltCredentials() };
  } catch (error) {
    await lattice.close();
    const misspelt = misspeltOf(error, env);
    if (misspelt.length === 0) throw error;
    const names = misspelt.map(({ found }) => found);
    const house = await openHouse({ config, env: blanked(env, names), context });
    return { lattice: house.lattice, misspelt: [...misspelt, ...house.misspelt] };
  }
}

function misspeltOf(error: unknown, env: EnvironmentVariables): readonly MisspeltVariable[] {
  if (!LatticeError.isInstance(error) || error.code !== 'LATTICE_CONFIG') return [];
  return error.issues.flatMap(({ path, message }) => {
    const [, meant] = /did you mean (\w+)\?/.exec(message) ?? [];
    return meant === undefined || (env[path] ?? '') === '' ? [] : [{ found: path, meant }];
  });
}

/** An empty variable counts as not set, also over one of the `.env` file. */
function blanked(env: EnvironmentVariables, names: readonly string[]): EnvironmentVariables {
  return { ...env, ...Object.fromEntries(names.map((name) => [name, ''])) };
}
