import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import type { KeysCreateFlags } from './run-keys.ts';

const examples = `
Keys let clients into the gateway ("lattice serve"). They are kept hashed: a lost one cannot be
shown again, only revoked and replaced.

Examples:
  $ lattice keys create --name build-server --expires 30d
  $ export OPENAI_API_KEY=$(lattice keys create --name laptop)
  $ lattice keys list
  $ lattice keys revoke ll_4f2a`;

/** `lattice keys` */
export function addKeysCommand(program: Command, run: CommandRunner): void {
  const keys = program
    .command('keys')
    .summary("make, list and revoke the gateway's API keys")
    .description("Makes, lists and revokes the gateway's API keys.")
    .addHelpText('after', examples);

  keys
    .command('create')
    .description('Makes a key and shows it once, alone on standard output.')
    .option('-n, --name <name>', 'who it is for', 'unnamed')
    .option('-e, --expires <when>', 'a span such as 30d, or a day such as 2027-01-31; without it, never')
    .option('--json', 'print key and record as JSON')
    .addHelpText('after', '\nExamples:\n  $ lattice keys create --name build-server --expires 30d')
    .action(async (flags: KeysCreateFlags, command: Command) => {
      await run(command, async (invocation) => (await import('./run-keys.ts')).runKeysCreate(flags, invocation));
    });

  keys
    .command('list')
    .description('Lists the keys, revoked and expired ones too.')
    .option('--json', 'print them as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ lattice keys list --json | jq -r \'.[] | select(.state == "active") | .id\'',
    )
    .action(async (flags: { readonly json?: boolean }, command: Command) => {
      await run(command, async (invocation) => (await import('./run-keys.ts')).runKeysList(flags, invocation));
    });

  keys
    .command('revoke')
    .description('Revokes a key: from then on it opens nothing.')
    .argument('<id-or-prefix>', 'the id of the key, or its beginning')
    .option('--json', 'print its record as JSON')
    .addHelpText('after', '\nExamples:\n  $ lattice keys revoke ll_4f2a')
    .action(async (idOrPrefix: string, flags: { readonly json?: boolean }, command: Command) => {
      await run(command, async (invocation) =>
        (await import('./run-keys.ts')).runKeysRevoke(idOrPrefix, flags, invocation),
      );
    });
}
