import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import type { ConfigCheckFlags } from './run-config-check.ts';

const examples = `
Settings come from defaults, lattice.yaml, the environment (.env too) and flags; a later one wins.

Examples:
  $ lattice config check
  $ lattice config check --config deploy/lattice.yaml
  $ LATTICE_ENV=production lattice config check --json | jq .problems`;

/** `lattice config` */
export function addConfigCommand(program: Command, run: CommandRunner): void {
  const config = program
    .command('config')
    .summary('check the configuration')
    .description('Looks at the configuration.')
    .addHelpText('after', examples);

  config
    .command('check')
    .description('Shows every setting and where it was set, secrets masked; with problems, all of them (exit code 78).')
    .option('--json', 'print settings, or problems, as JSON on standard output')
    .addHelpText('after', examples)
    .action(async (flags: ConfigCheckFlags, command: Command) => {
      await run(command, async (invocation) =>
        (await import('./run-config-check.ts')).runConfigCheck(flags, invocation),
      );
    });
}
