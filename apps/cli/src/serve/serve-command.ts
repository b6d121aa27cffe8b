import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import type { ServeFlags } from './run-serve.ts';

const examples = `
The first start makes the data directory and prints a key once; later ones say how to make another.
Clients of OpenAI's API work by changing their base URL. Stop with Ctrl-C or SIGTERM: answers under
way may end.

Examples:
  $ lattice serve
  $ lattice serve --host 0.0.0.0 --port 8080 --data-dir /var/lib/lattice
  $ lattice serve --port 0 --json        one line when ready: {"url","pid","dataDir","key"?}`;

/** `lattice serve` */
export function addServeCommand(program: Command, run: CommandRunner): void {
  program
    .command('serve')
    .summary('run the OpenAI-compatible gateway')
    .description('Runs the gateway until Ctrl-C or SIGTERM.')
    .option('--host <address>', 'where to listen (default: LATTICE_HOST, else 127.0.0.1)')
    .option('--port <number>', 'port; 0 takes any free one (default: LATTICE_PORT, else 8787)')
    .option('--json', 'print one JSON line when ready, nothing else, on standard output')
    .addHelpText('after', examples)
    .action(async (flags: ServeFlags, command: Command) => {
      await run(command, async (invocation) => (await import('./run-serve.ts')).runServe(flags, invocation));
    });
}
