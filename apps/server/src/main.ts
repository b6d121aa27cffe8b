import { loadConfig } from '@lattice-lock/config';
import { checkProviders } from 'lattice-lock';
import { redact } from '@lattice-lock/observability';
import { parseCommandLine, usageText, type CommandLine } from './command-line.ts';
import { serve, serveExitCodes } from './serve.ts';

process.on('uncaughtException', (error) => {
  process.stderr.write(`${redact(error.stack ?? error.message)}\n`);
  process.exit(serveExitCodes.internal);
});

// The entry of `npm start`. It ends the process itself: a socket of a library must not keep a stopped gateway alive.
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  let line: CommandLine;
  try {
    line = parseCommandLine(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usageText}`);
    return serveExitCodes.usage;
  }
  if (line.help) {
    process.stdout.write(usageText);
    return 0;
  }
  return serve({
    loadConfig: () => loadConfig({ flags: line.flags, file: line.configFile, productionCheck: checkProviders }),
    json: line.json,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
  });
}
