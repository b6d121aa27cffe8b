import { Option, type Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import type { UsageFlags } from './run-usage.ts';
import { usageGroupings } from './usage-groupings.ts';

const examples = `
Every call counts, also retries, fallbacks and calls that were broken off. A cost that is not known
is counted and named, never taken for nothing. What the simulator answered stands apart.

Examples:
  $ lattice usage
  $ lattice usage --by day --since 7d
  $ lattice usage --by api-key --since 2026-01-01 --until 2026-01-31
  $ lattice usage --key build-server --json | jq .real.total.cost.usd
  $ lattice usage --by status --csv > usage.csv`;

/** `lattice usage` */
export function addUsageCommand(program: Command, run: CommandRunner): void {
  program
    .command('usage')
    .summary('add up tokens and cost')
    .description('Adds up the tokens and cost in the ledger of the data directory.')
    .addOption(new Option('--by <group>', 'what to add up by').choices(usageGroupings).default('model'))
    .option('--since <when>', 'a span such as 7d, or a day such as 2026-01-31 (UTC)')
    .option('--until <when>', 'the same; a day counts whole')
    .option('--key <key>', 'only what one API key used: its id, name or beginning')
    .addOption(new Option('--csv', 'print exact figures as CSV').conflicts('json'))
    .option('--json', 'print exact figures as JSON')
    .addHelpText('after', examples)
    .action(async (flags: UsageFlags, command: Command) => {
      await run(command, async (invocation) => (await import('./run-usage.ts')).runUsage(flags, invocation));
    });
}
