import { loadEnvironment } from '@lattice-lock/config';
import { serve, serveExitCodes } from '@lattice-lock/server';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { commandLogger, loadCommandConfig } from '../lattice-session.ts';

/** Flags of `lattice serve`. */
export interface ServeFlags {
  readonly host?: string;
  readonly port?: string;
  readonly json?: boolean;
}

/** Runs the gateway until a signal. @throws LatticeError every problem of the configuration */
export async function runServe(flags: ServeFlags, invocation: Invocation): Promise<ExitCode> {
  const { context, out, err } = invocation;
  const config = await loadCommandConfig(invocation, { host: flags.host, port: flags.port });
  const ended = await serve({
    loadConfig: () => Promise.resolve(config),
    json: flags.json === true,
    stdout: (text) => out.write(text),
    stderr: (text) => err.write(text),
    env: await loadEnvironment({ cwd: context.cwd, env: context.env }),
    cwd: context.cwd,
    ...(invocation.flags.verbose === true ? { logger: await commandLogger(invocation) } : {}),
  });
  if (ended === serveExitCodes.stopped) return exitCodes.ok;
  return ended === serveExitCodes.config ? exitCodes.configuration : exitCodes.failed;
}
