import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import type { ModelsFlags } from './run-models.ts';

const examples = `
Without a search, the models that can be called now. With one, every model that matches, and what
its provider still needs. Prices are US dollars per million tokens.

Examples:
  $ lattice models
  $ lattice models opus
  $ lattice models --provider openai
  $ lattice models --all --json | jq -r '.models[] | select(.tools) | .id'`;

/** `lattice models` */
export function addModelsCommand(program: Command, run: CommandRunner): void {
  program
    .command('models')
    .summary('list models with limits, prices and abilities')
    .description('Lists models with their status, context, prices and abilities.')
    .argument('[search]', 'part of a name')
    .option('-p, --provider <id>', 'only those of one provider')
    .option('-a, --all', 'also those that cannot be called now, and deprecated ones')
    .option('--json', 'print everything that is known of each as JSON')
    .addHelpText('after', examples)
    .action(async (search: string | undefined, flags: ModelsFlags, command: Command) => {
      await run(command, async (invocation) => {
        const { runModels } = await import('./run-models.ts');
        return runModels(search, flags, invocation);
      });
    });
}
