import { Option, type Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { listOption, parseCount } from '../option-values.ts';
import type { CatalogCheckFlags } from './run-catalog-check.ts';
import type { CatalogUpdateFlags } from './run-catalog-update.ts';

const examples = `
Examples:
  $ lattice catalog update                        what models.dev would change; writes nothing
  $ lattice catalog update --write --accept-prices
  $ lattice catalog check
  $ lattice catalog show sonnet`;

const updateExamples = `
Reads a public list of models and prices, shows what it would change, and with --write puts it into
the overlay file that catalog.overlayFile (LATTICE_CATALOG_FILE) names, else catalog-overlay.yaml
beside lattice.yaml. A changed price is written only when it is accepted: --accept-prices takes all
but those that move by more than ten times or become 0; --accept-price takes models by name.
What you wrote there by hand stays. Exit code 1 when prices were left out of what was written.

Examples:
  $ lattice catalog update
  $ lattice catalog update --from model_prices_and_context_window.json --provider openai,xai
  $ lattice catalog update --write --yes --accept-prices
  $ lattice catalog update --write --yes --accept-price openai/gpt-5-mini
  $ lattice catalog update --json | jq '.prices[] | {model, parts}'`;

const checkExamples = `
Warns of models whose facts and prices were last read longer ago than --max-age-days (60), and names
models that were used and have no price, entries the overlay lies over, and models of the overlay
that the catalog does not have. Exit code 0 when all is fresh, 1 when something is too old, 78 when the
overlay is wrong.

Examples:
  $ lattice catalog check
  $ lattice catalog check --max-age-days 365 --json`;

const showExamples = `
Examples:
  $ lattice catalog show sonnet
  $ lattice catalog show openai/gpt-5-mini --json | jq .price`;

/** `lattice catalog` */
export function addCatalogCommand(program: Command, run: CommandRunner): void {
  const catalog = program
    .command('catalog')
    .summary('update, check and show models and prices')
    .description('Keeps what is known of models and prices current.')
    .addHelpText('after', examples);

  catalog
    .command('update')
    .description('Compares a public model list with the catalog, and with --write puts it into an overlay.')
    .option('--from <source>', "a file or a URL (default: models.dev's api.json)")
    .addOption(new Option('--format <name>', 'what the list is').choices(['auto', 'models.dev', 'litellm']))
    .addOption(listOption('--provider <ids>', 'only models of these providers'))
    .option('--write', 'write the overlay')
    .option('--out <file>', 'the overlay to write')
    .option('--accept-prices', 'take every changed price that is not in doubt')
    .addOption(listOption('--accept-price <models>', 'take the changed price of these models, in doubt or not'))
    .option('-y, --yes', 'write without asking')
    .option('--json', 'print the difference as JSON')
    .addHelpText('after', updateExamples)
    .action(async (flags: CatalogUpdateFlags, command: Command) => {
      await run(command, async (invocation) =>
        (await import('./run-catalog-update.ts')).runCatalogUpdate(flags, invocation),
      );
    });

  catalog
    .command('check')
    .description('Says how old models and prices are, and what an overlay makes of them.')
    .option('--max-age-days <days>', 'how old they may be', parseCount, 60)
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', checkExamples)
    .action(async (flags: CatalogCheckFlags, command: Command) => {
      await run(command, async (invocation) =>
        (await import('./run-catalog-check.ts')).runCatalogCheck(flags, invocation),
      );
    });

  catalog
    .command('show')
    .description('Shows a model: its facts, the price in force, where they were read and when.')
    .argument('<model>', 'a short name, a model id, or provider/model')
    .option('--json', 'print it as JSON')
    .addHelpText('after', showExamples)
    .action(async (name: string, flags: { readonly json?: boolean }, command: Command) => {
      await run(command, async (invocation) =>
        (await import('./run-catalog-show.ts')).runCatalogShow(name, flags, invocation),
      );
    });
}
