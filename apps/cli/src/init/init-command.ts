import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { initProviderNames } from './init-provider-names.ts';
import type { InitFlags } from './run-init.ts';

const examples = `
Writes lattice.yaml and .env here, with every setting explained. At a terminal it asks; the key you
type is not shown. Elsewhere give --yes; a key comes in through --api-key-stdin, never as a flag,
where others could read it. In a repository .env and .lattice are added to .gitignore.
Files that are there stay; with --force lattice.yaml is replaced and .env gets what it lacks.

Examples:
  $ lattice init
  $ lattice init --yes --provider local --base-url http://127.0.0.1:11434
  $ pass show openai | lattice init --yes --provider openai --api-key-stdin`;

/** `lattice init` */
export function addInitCommand(program: Command, run: CommandRunner): void {
  program
    .command('init')
    .summary('write lattice.yaml and .env, with guidance')
    .description('Writes lattice.yaml and .env in this folder, with every setting explained.')
    .option('-p, --provider <id>', initProviderNames.join(', '))
    .option('--base-url <url>', "the provider's address, where it is not the usual one")
    .option('--api-key-stdin', 'read the key from standard input')
    .option('-y, --yes', 'ask nothing')
    .option('--force', 'also where the files are there')
    .addHelpText('after', examples)
    .action(async (flags: InitFlags, command: Command) => {
      await run(command, async (invocation) => (await import('./run-init.ts')).runInit(flags, invocation));
    });
}
