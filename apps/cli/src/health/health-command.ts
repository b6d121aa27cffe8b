import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';

const examples = `
Examples:
  $ lattice health
  $ lattice health --json | jq -r '.providers[] | select(.state != "available") | .remedy'`;

/** `lattice health` */
export function addHealthCommand(program: Command, run: CommandRunner): void {
  program
    .command('health')
    .summary('ask every configured provider whether it can be used')
    .description(
      'Asks every configured provider whether it can be used, at no token cost. Exit code 1 when one cannot.',
    )
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', examples)
    .action(async (flags: { readonly json?: boolean }, command: Command) => {
      await run(command, async (invocation) => (await import('./run-health.ts')).runHealth(flags, invocation));
    });
}
