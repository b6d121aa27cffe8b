import { parseArgs } from 'node:util';
import type { ConfigFlags } from '@lattice-lock/config';

/** What the command line asks for. */
export interface CommandLine {
  readonly flags: ConfigFlags;
  readonly configFile: string | null;
  readonly json: boolean;
  readonly help: boolean;
}

/** What `--help` prints. */
export const usageText = `Usage: npm start -- [options]

Starts the Lattice Lock gateway, an OpenAI-compatible server.

  --host <address>    where to listen (LATTICE_HOST; 127.0.0.1)
  --port <number>     0 takes any free port (LATTICE_PORT; 8787)
  --data-dir <folder> where keys, usage and decisions are kept (LATTICE_DATA_DIR; .lattice)
  --config <file>     settings (LATTICE_CONFIG; lattice.yaml if there)
  --json              print one line {"url","pid","dataDir","key"} when ready, nothing else
  --help              this text

Exit codes: 0 stopped by a signal, 64 unknown option, 70 internal error, 74 data folder unusable, 78 wrong configuration.
`;

/**
 * Reads the arguments after the program's name.
 *
 * @throws TypeError from Node for an option that does not exist, with a text for people
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      host: { type: 'string' },
      port: { type: 'string' },
      'data-dir': { type: 'string' },
      config: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    flags: { host: values.host, port: values.port, dataDir: values['data-dir'] },
    configFile: values.config ?? null,
    json: values.json,
    help: values.help,
  };
}
