import type { AppConfig } from '@lattice-lock/config';
import { toLatticeError, type ErrorCode, type LatticeError, type Logger } from '@lattice-lock/contract';
import { redact } from '@lattice-lock/observability';
import { releaseStartGarbage } from './start-garbage.ts';
import { startServer } from './start-server.ts';
import { readyLine, startText } from './start-text.ts';
import { StopSignals } from './stop-signals.ts';

/** How {@link serve} ends (the numbers are those of sysexits.h). */
export const serveExitCodes = {
  /** Stopped by a signal, everything closed. */
  stopped: 0,
  /** A flag that does not exist. */
  usage: 64,
  /** Something unforeseen. */
  internal: 70,
  /** The data directory cannot be used. */
  storage: 74,
  /** The configuration is wrong: the message lists every problem. */
  config: 78,
} as const;

/** What {@link serve} takes. */
export interface ServeOptions {
  readonly loadConfig: () => Promise<AppConfig>;
  /** One ready line for programs instead of the text for people. */
  readonly json: boolean;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly logger?: Logger;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** Runs the gateway until Ctrl-C or SIGTERM and answers the exit code. What `npm start` and `lattice serve` do. */
export async function serve(options: ServeOptions): Promise<number> {
  const { json, stdout, stderr, logger, env, cwd } = options;
  const signals = new StopSignals();
  try {
    const config = await options.loadConfig();
    const server = await startServer({
      config,
      ...(logger === undefined ? {} : { logger }),
      ...(env === undefined ? {} : { env }),
      ...(cwd === undefined ? {} : { cwd }),
    });
    stdout(json ? `${readyLine(server, process.pid)}\n` : await startText(server, config));
    const keepGarbage = releaseStartGarbage(() => server.openRequests === 0);
    await signals.first;
    keepGarbage();
    await server.close();
    return serveExitCodes.stopped;
  } catch (error) {
    const found = toLatticeError(error);
    stderr(`${redact(explain(found))}\n`);
    return exitCodeOf(found.code);
  } finally {
    signals.dispose();
  }
}

function explain(error: LatticeError): string {
  return error.code === 'LATTICE_INTERNAL'
    ? (error.stack ?? error.message)
    : `The gateway did not start. ${error.message}`;
}

const configCodes: readonly ErrorCode[] = [
  'LATTICE_CONFIG',
  'LATTICE_SECURITY_CONFIGURATION',
  'LATTICE_CATALOG',
  'LATTICE_PATTERN',
  'LATTICE_PROVIDER_NOT_INSTALLED',
];

function exitCodeOf(code: ErrorCode): number {
  if (configCodes.includes(code)) return serveExitCodes.config;
  return code === 'LATTICE_STORAGE' ? serveExitCodes.storage : serveExitCodes.internal;
}
